"""One view of one trajectory as an image batch, with ComfyUI's VAE and progress bar."""

import comfy.model_management
import torch
from torch import Tensor

from ..core.filled_sentence import filled
from ..core.recording.deck import Deck
from ..core.showing.rendering import fit, render
from ..core.showing.views import View
from .comfyui import Vae
from .decoding import decoders
from .showing import one_by_one

GIBIBYTE = 2**30


def frames(deck: Deck, trajectory: int, view: View, vae: Vae | None) -> Tensor:
    """[picture, height, width, 3] in 0..1: each state that has a picture, every frame of a video latent.

    Raises ValueError where this run has no such view.
    """
    chosen = deck.only(trajectory)
    rendered = render(chosen, view, decoders(chosen, vae)(view))
    if rendered.absent:
        raise ValueError(rendered.absent)
    done = one_by_one(chosen.trajectories[0].states)
    count = sum(rendered.present[0])
    pictures: list[Tensor] = []
    for picture in rendered.pictures():
        done()
        if picture is None:
            continue
        if not pictures:
            _check_room(count * picture.nbytes)
        pictures.append(picture)
    height, width = (max(picture.shape[side] for picture in pictures) for side in (1, 2))
    return torch.cat([fit(picture, height, width, smooth=view.kind == "picture") for picture in pictures])


def _check_room(needed: int) -> None:
    """Raises ValueError when memory cannot hold all pictures twice, one by one and as a batch; `needed` bytes."""
    free = comfy.model_management.get_free_memory(torch.device("cpu"))
    if 2 * needed > free:
        raise ValueError(
            filled(
                "these pictures take {1} GB of memory, and {2} GB are free: save the deck as a page, which keeps"
                " smaller ones, or record fewer steps",
                f"{2 * needed / GIBIBYTE:.1f}",
                f"{free / GIBIBYTE:.1f}",
            )
        )
