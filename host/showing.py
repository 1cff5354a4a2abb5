"""Renders a deck for the browser with ComfyUI's VAE and progress bar."""

from collections.abc import Callable
from itertools import count

import comfy.model_management
import comfy.utils

from ..core.recording.deck import Deck, noted
from ..core.showing.rendering import approximate_decoder
from ..core.showing.sheets import Sheet
from ..core.showing.views import DECODED, View
from ..core.telling.contract import EVENTS
from ..core.telling.deck import pictures_to_make, show
from ..core.telling.easel import Onlooker, Place
from ..core.telling.live import views_payload
from ..core.telling.prediction import OFF
from .comfyui import Vae
from .decoding import decoders, decoding_notes
from .running import running
from .temp_folder import shown_folder


def show_deck(
    deck: Deck,
    vae: Vae | None,
    decode: str,
    place: Place,
    *,
    longest: int,
    predict: str = OFF,
    onlooker: Onlooker | None = None,
) -> dict:
    """The payload of a deck, its sheets put where `place` says; pictures at most `longest` pixels a side.

    `predict`: one of PREDICTIONS, what the viewer hides until it has been predicted. `onlooker` sees the deck grow.
    """
    deck = noted(deck, decoding_notes(vae if DECODED[decode] else None))
    return show(
        deck,
        decoders(deck, vae, decode),
        place,
        longest=longest,
        predict=predict,
        on_picture=one_by_one(pictures_to_make(deck, onlooker)),
        onlooker=onlooker,
    )


def viewer_onlooker(deck: Deck) -> Onlooker | None:
    """The browser that waits for the viewer which runs now; None where none does."""
    now = running()
    if now is None or now.client_id is None:
        return None
    audience, client = now.audience(), now.client_id
    quick = approximate_decoder(deck) if deck.space.is_pixels or deck.space.rgb_factors else None

    def tell(payload: dict) -> None:
        from server import PromptServer

        PromptServer.instance.send_sync(EVENTS.views, views_payload(audience, payload), client)

    return Onlooker(quick=quick, tell=tell)


def one_by_one(count: int) -> Callable[[], None]:
    """Moves a progress bar of so many at each call, and ends what calls it when somebody has interrupted."""
    progress = comfy.utils.ProgressBar(max(1, count))

    def done() -> None:
        comfy.model_management.throw_exception_if_processing_interrupted()
        progress.update(1)

    return done


def sheets_in_temp() -> Callable[[View, Sheet], dict[str, str]]:
    """Puts sheets into a fresh folder of ComfyUI's temp folder; gives for each the reference that /view understands."""
    now = running()
    folder = shown_folder("" if now is None else f"{now.client_id} {now.workflow_id} {now.node_id}")
    number = count()
    return lambda view, sheet: folder.write(f"{view.id}-{next(number)}.{sheet.suffix}", sheet.data)
