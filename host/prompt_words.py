"""What the pocket model makes of the words of a prompt: said in the log, and on the node that encodes them."""

import logging
from collections.abc import Iterable, Iterator

import comfy.sd1_clip

from ..core.filled_sentence import filled
from ..core.telling.contract import EVENT_VERSION, EVENTS
from ..pocket.text import Heard, hear, known_words, split_words
from .running import Running, running

log = logging.getLogger(__name__)


def weighted_parts(text: str) -> list[tuple[str, float]]:
    """ComfyUI's own reading of (word:1.3), ((word)) and \\( \\)."""
    parts = comfy.sd1_clip.token_weights(comfy.sd1_clip.escape_important(text), 1.0)
    return [(comfy.sd1_clip.unescape_important(part), weight) for part, weight in parts]


def weighted_words(text: str) -> list[tuple[str, float]]:
    return [(word, weight) for part, weight in weighted_parts(text) for word in split_words(part)]


def heard_in(text: str) -> Heard:
    return hear(word for word, _ in weighted_words(text))


def tell(text: str) -> None:
    """Of a prompt that is being encoded."""
    heard = heard_in(text)
    if heard.unknown:
        known = ", ".join(known_words())
        log.warning("The pocket model does not know: %s. It knows: %s.", listed(heard.unknown), known)
    if heard.free:
        free = listed(heard.free)
        log.info("The pocket model was never shown a picture of: %s. Only a LoRA gives that a meaning.", free)
    if (now := running()) is not None and now.client_id is not None:
        _show_on_node(now, list(_sentences(heard)))


def _sentences(heard: Heard) -> Iterator[str]:
    if heard.unknown:
        yield filled("Not understood: {1}.", listed(heard.unknown))
    if heard.near:
        yield read_as(heard.near)


def read_as(near: Iterable[tuple[str, str]]) -> str:
    return filled("Read as a word that the model knows: {1}.", listed(f"{word} → {known}" for word, known in near))


def listed(words: Iterable[str]) -> str:
    """Each once."""
    return ", ".join(dict.fromkeys(words))


def _show_on_node(now: Running, sentences: list[str]) -> None:
    """No sentences take away what an earlier prompt was told."""
    from server import PromptServer

    message = {
        "version": EVENT_VERSION,
        "node": now.on_screen(now.node_id),
        "workflow": now.workflow_id,
        "sentences": sentences,
    }
    PromptServer.instance.send_sync(EVENTS.words, message, now.client_id)
