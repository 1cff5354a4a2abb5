"""Large decks against the memory budget: how much is held at most while they are recorded, shown, measured, saved."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import comfy.latent_formats
import folder_paths
import torch

from ...core.recording.deck import Deck
from ...core.recording.deck_file import load_deck, save_deck
from ...core.tensors import MEBIBYTE
from ...host.sampling import sample
from ...nodes.measures import DenoiscopeMeasures
from ...nodes.page import DenoiscopePage
from ...nodes.record import DenoiscopeKSampler
from ...nodes.viewer import DenoiscopeViewer
from ..driving.analytic_model import analytic_model, prompt
from ..driving.equal_decks import equal
from ..table import Row
from ._resident import Held, holding

MEGABYTE = 1e6
BUDGET = 1024
"""The default of memory_mb."""
ASIDE = 600.0
"""Megabytes that do not grow with a deck: a sheet of 4096 pixels a side while it is drawn and packed, and one state of
a video in double precision.
"""
MEASURED = {"threshold": 0.1, "compare_with": 0, "region": 0, "layout_up_to": 4.0, "shapes_up_to": 16.0}


@dataclass(frozen=True)
class Large:
    """A run whose deck is large, and the model that it is of; all numbers are float32."""

    what: str
    space: type
    kind: str
    shape: tuple[int, ...]
    steps: int


LARGE = (
    Large("8 x 1024² x 50 steps, 4 channels", comfy.latent_formats.SDXL, "eps", (8, 4, 128, 128), 50),
    Large("8 x 1024² x 50 steps, 16 channels", comfy.latent_formats.SD3, "flow", (8, 16, 128, 128), 50),
    Large("480 x 832 x 81 frames x 20 steps", comfy.latent_formats.Wan21, "flow", (1, 16, 21, 60, 104), 20),
)


def measure() -> Iterator[Row]:
    with torch.inference_mode():
        for large in LARGE:
            yield from used(large)


def used(large: Large) -> Iterator[Row]:
    plain = holding(lambda: sampled(large))[1].peak / MEGABYTE
    deck, recording = holding(lambda: recorded(large))
    kept = deck.bytes / MEGABYTE
    told = f"{deck.trajectories[0].guesses} of {large.steps} steps kept"
    yield Row(f"{large.what}: the deck", kept, "MB", BUDGET * MEBIBYTE / MEGABYTE, told)
    yield Row(f"{large.what}: sampled without recording, at most", plain, "MB")
    yield row(large, "recorded, at most", recording, kept + plain + ASIDE)
    with tempfile.TemporaryDirectory() as folder:
        folder_paths.set_output_directory(folder)
        folder_paths.set_temp_directory(folder)
        for what, action in doings(deck).items():
            yield row(large, f"{what}, at most beside it", holding(action)[1], None if what == "as a page" else ASIDE)
        yield from saved(large, deck, Path(folder) / "deck.safetensors")


def row(large: Large, what: str, held: Held, target: float | None) -> Row:
    return Row(f"{large.what}: {what}", held.peak / MEGABYTE, "MB", target, f"{held.left / MEGABYTE:.0f} MB left")


def doings(deck: Deck) -> dict[str, Callable[[], object]]:
    return {
        "shown": lambda: DenoiscopeViewer.execute(deck, 384, "nothing"),
        "measured": lambda: DenoiscopeMeasures.execute(deck, chart="everything", **MEASURED),
        "as a page": lambda: asyncio.run(DenoiscopePage.execute(deck, "page", 256, "nothing")),
    }


def saved(large: Large, deck: Deck, path: Path) -> Iterator[Row]:
    yield row(large, "saved, at most beside it", holding(lambda: save_deck(deck, path))[1], ASIDE)
    again, loading = holding(lambda: load_deck(path))
    yield row(large, "loaded", loading, deck.bytes / MEGABYTE + ASIDE)
    assert equal(deck, again)


def asked(large: Large) -> dict:
    how = {"seed": 5, "steps": large.steps, "cfg": 4.0, "sampler_name": "euler", "scheduler": "simple", "denoise": 1.0}
    return {**how, "positive": prompt(0.5), "negative": prompt(-0.2)}


def sampled(large: Large) -> dict:
    """What the model and the sampler need themselves."""
    return sample(
        analytic_model(large.kind, space=large.space), latent={"samples": torch.zeros(large.shape)}, **asked(large)
    )


def recorded(large: Large) -> Deck:
    model, start = analytic_model(large.kind, space=large.space), {"samples": torch.zeros(large.shape)}
    kept = {"keep_guidance": True, "memory_mb": BUDGET, "items": ""}
    return DenoiscopeKSampler.execute(model, latent_image=start, **asked(large), **kept).result[1]
