"""What a reader of a run must know of its prompts: which of their words the pocket model did not understand."""

from collections.abc import Iterator

from ..core.filled_sentence import filled
from ..core.recording.trajectory import Settings
from .comfyui import Model
from .pocket import PocketModel
from .prompt_words import heard_in, listed, read_as


def notes_on_prompts(model: Model, settings: Settings) -> tuple[str, ...]:
    """A sentence for each kind of such words; none for another model, or where the prompts are not known."""
    return tuple(_notes(model, settings)) if isinstance(model.model, PocketModel) else ()


def _notes(model: Model, settings: Settings) -> Iterator[str]:
    prompts = settings.prompt, settings.negative, settings.prompt_after
    positive, negative, second = heard = [heard_in(text or "") for text in prompts]
    if positive.unknown:
        yield filled("Not understood: {1}.", listed(positive.unknown))
    if negative.unknown:
        yield filled("Not understood in the negative prompt: {1}.", listed(negative.unknown))
    if second.unknown:
        yield filled("Not understood in the second prompt: {1}.", listed(second.unknown))
    if near := [pair for each in heard for pair in each.near]:
        yield read_as(near)
    free = [word for each in heard for word in each.free]
    if free and not model.patches:
        yield filled("Without meaning as long as no LoRA gives it one: {1}.", listed(free))
