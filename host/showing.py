"""Renders a deck for the browser with ComfyUI's VAE and progress bar."""

from collections.abc import Callable

import comfy.utils

from ..core.deck import Deck
from ..core.payload import pictures_to_make, show
from ..core.sheets import Sheet
from ..core.views import View
from .decoding import decoders


def show_deck(deck: Deck, vae, decode: str, place: Callable[[View, Sheet], object], *, longest: int) -> dict:
    """The payload of a deck, its sheets put where `place` says; pictures at most `longest` pixels a side."""
    progress = comfy.utils.ProgressBar(pictures_to_make(deck))
    return show(deck, decoders(deck, vae, decode), place, longest=longest, on_picture=lambda: progress.update(1))
