"""How many bytes of tensors live at most in a block, counted by torch itself: no other program can change that."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from torch.profiler import ProfilerActivity, profile

GIVEN_OR_TAKEN_BACK = "[memory]"


@dataclass(frozen=True)
class Counted:
    """Bytes beyond those that lived before: at most on the way, and still at the end."""

    peak: int
    left: int


def counting(action: Callable[[], object]) -> tuple[object, Counted]:
    """What `action` gives, and the tensors that it needed for it."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        given = action()
    events = [event for event in seen.profiler.kineto_results.events() if event.name() == GIVEN_OR_TAKEN_BACK]
    alive = list(accumulate(event.nbytes() for event in sorted(events, key=lambda event: event.start_ns())))
    return given, Counted(peak=max(alive, default=0), left=alive[-1] if alive else 0)
