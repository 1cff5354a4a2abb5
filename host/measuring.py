"""Measures a deck with ComfyUI's VAE and progress bar."""

import comfy.model_management
import comfy.utils

from ..core.measuring.measures import Measures, Wanted, measure, pictures_to_measure
from ..core.recording.deck import Deck
from .comfyui import Vae
from .decoding import raw_decoder


def measured(deck: Deck, vae: Vae | None, wanted: Wanted) -> Measures:
    """Every number of a deck; its guesses are decoded on the way, and an interrupt ends that between two of them."""
    decoder = raw_decoder(deck, vae)
    progress = comfy.utils.ProgressBar(max(1, pictures_to_measure(deck)))

    def on_picture() -> None:
        comfy.model_management.throw_exception_if_processing_interrupted()
        progress.update(1)

    return measure(deck, wanted, decoder, on_picture)
