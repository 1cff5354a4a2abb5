"""How many bytes of pictures and of text a viewer is handed, as the pack encodes them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import torch

from ...core.showing.rendering import Rendered
from ...core.showing.sheets import Sheet, Tile, pack
from ...core.showing.views import find_view
from ...core.telling.deck import show
from ...host.decoding import decoders
from ..driving.synthetic import Slot, scene
from ..table import Row
from .memory import recorded
from .recording import STEPS, build_pocket_model

SIDE = 512
VIEWS = ("x", "x0", "difference")
LESSON_SIDE = 384


def measure() -> Iterator[Row]:
    with torch.inference_mode():
        yield from lesson()
        for states in (21, 50):
            size = sum(len(sheet.data) for view in VIEWS for sheet in sheets(view, states))
            yield Row(f"sheets of {states} states x {len(VIEWS)} views of {SIDE}x{SIDE}", size / 1e6, "MB")


def lesson() -> Iterator[Row]:
    """A run of the pocket model with every view it has, decoded by its own VAE."""
    recording, latent = recorded(True)
    deck, sizes = recording.run_of(latent).deck(), []

    def place(_: object, sheet: Sheet) -> dict:
        sizes.append(len(sheet.data))
        return {"filename": f"{len(sizes)}.{sheet.suffix}", "subfolder": "denoiscope", "type": "temp"}

    heard = show(deck, decoders(deck, build_pocket_model()[2]), place, longest=LESSON_SIDE)
    what = f"pocket model, {STEPS} steps, all views"
    yield Row(f"{what}: sheets", sum(sizes) / 1e6, "MB")
    yield Row(f"{what}: text in the node's result", len(json.dumps(heard)) / 1e3, "kB")


def sheets(view: str, states: int) -> Iterator[Sheet]:
    """Landscapes that come out of noise stand in for a large model's pictures."""
    rendered = Rendered(
        view=find_view(view),
        source="vae",
        legend=None,
        absent=None,
        missing="",
        present=((True,) * states,),
        pictures=lambda: (painted(view, state, states) for state in range(states)),
    )
    return pack(rendered, Tile(width=SIDE, height=SIDE), 1)


def painted(view: str, state: int, states: int) -> torch.Tensor:
    picture = scene(Slot(view, 0, state, 0), (SIDE, SIDE), state / (states - 1))
    return torch.from_numpy(np.asarray(picture, dtype=np.float32) / 255).unsqueeze(0)
