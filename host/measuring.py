"""Measures a deck with ComfyUI's VAE and progress bar."""

from ..core.measuring.measures import Measures, Wanted, measure, pictures_to_measure
from ..core.recording.deck import Deck
from .comfyui import Vae
from .decoding import raw_decoder
from .showing import one_by_one


def measured(deck: Deck, vae: Vae | None, wanted: Wanted) -> Measures:
    """Every number of a deck; its guesses are decoded on the way, and an interrupt ends that between two of them."""
    decoder = raw_decoder(deck, vae)
    return measure(deck, wanted, decoder, one_by_one(pictures_to_measure(deck)))
