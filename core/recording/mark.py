"""What was found at a step of a run: it stands on the trajectory, so that viewers and pages show it there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, kw_only=True)
class Mark:
    """`rule`, `strength` and `seen` are a finding's; `values` are what `seen` was filled in with, for other languages.

    `step` is None where it is said of the run as a whole; `view` is where a viewer shows it best.
    """

    rule: str
    strength: str
    seen: str
    step: int | None
    view: str
    values: dict[str, str] = field(default_factory=dict)


def kept_marks(marks: Sequence[Mark], states: list[int]) -> tuple[Mark, ...]:
    """Those of a run of which only the given states are left, at their new steps."""
    stays = (mark for mark in marks if mark.step is None or mark.step in states)
    return tuple(replace(mark, step=None if mark.step is None else states.index(mark.step)) for mark in stays)
