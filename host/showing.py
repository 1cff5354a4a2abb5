"""Renders a deck for the browser with ComfyUI's VAE and progress bar."""

from collections.abc import Callable

import comfy.utils

from ..core.recording.deck import Deck, noted
from ..core.showing.sheets import Sheet
from ..core.showing.views import DECODED, View
from ..core.telling.deck import pictures_to_make, show
from ..core.telling.prediction import OFF
from .comfyui import Vae
from .decoding import decoders, decoding_notes


def show_deck(
    deck: Deck,
    vae: Vae | None,
    decode: str,
    place: Callable[[View, Sheet], object],
    *,
    longest: int,
    predict: str = OFF,
) -> dict:
    """The payload of a deck, its sheets put where `place` says; pictures at most `longest` pixels a side.

    `predict`: one of PREDICTIONS, what the viewer hides until it has been predicted.
    """
    deck = noted(deck, decoding_notes(vae if DECODED[decode] else None))
    progress = comfy.utils.ProgressBar(pictures_to_make(deck))
    return show(
        deck,
        decoders(deck, vae, decode),
        place,
        longest=longest,
        predict=predict,
        on_picture=lambda: progress.update(1),
    )
