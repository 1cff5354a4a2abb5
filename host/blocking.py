"""An output that is not there this time: whoever uses it is told why, and what to do; the rest of the graph runs on."""

from collections.abc import Callable

from comfy_execution.graph_utils import ExecutionBlocker

from ..core.recording.chain import chained
from ..core.recording.deck import Deck
from ..core.recording.run import Run


def absent(sentence: str) -> ExecutionBlocker:
    """Stands in for an output: ComfyUI stops each node that takes it, with this sentence, and no other node."""
    return ExecutionBlocker(sentence)


def deck_or_why(find: Callable[[], Run | tuple[Run, ...]], *, title: str = "") -> Deck | ExecutionBlocker:
    """The deck of a recorded run, or of several on one way, or why there is none: a run that was not kept must not stop
    what needs no deck.
    """
    try:
        found = find()
        runs = found if isinstance(found, tuple) else (found,)
        decks = [run.deck(title=title) for run in runs]
        return chained(decks) if len(decks) > 1 else decks[0]
    except ValueError as error:
        return absent(str(error))
