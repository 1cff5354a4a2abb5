"""One view of one trajectory as an image batch, with ComfyUI's VAE and progress bar."""

import comfy.utils
import torch
from torch import Tensor

from ..core.recording.deck import Deck
from ..core.showing.rendering import render
from ..core.showing.views import View
from .comfyui import Vae
from .decoding import decoders


def frames(deck: Deck, trajectory: int, view: View, vae: Vae | None) -> Tensor:
    """[picture, height, width, 3] in 0..1: each state that has a picture, every frame of a video latent.

    Raises ValueError where this run has no such view.
    """
    chosen = deck.only(trajectory)
    rendered = render(chosen, view, decoders(chosen, vae)(view))
    if rendered.absent:
        raise ValueError(rendered.absent)
    progress = comfy.utils.ProgressBar(chosen.trajectories[0].states)
    pictures = []
    for picture in rendered.pictures():
        progress.update(1)
        if picture is not None:
            pictures.append(picture)
    return torch.cat(pictures)
