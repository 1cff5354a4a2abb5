"""Where two runs part: the first step at which the pictures of their guesses differ visibly, as the viewer has it."""

from collections.abc import Iterable
from dataclasses import dataclass

VISIBLE_DISTANCE = 0.05
"""Root mean square over pixels and colours, black to white being 1: a difference that an eye sees at once."""
PICTURE_SIZE = 384
"""Longest side, in pixels, of the pictures that are compared: the viewer's own, unless it is told otherwise."""


@dataclass(frozen=True, kw_only=True)
class Parting:
    """Where two runs part.

    kind      "step": they part at `step`; "start": they differ as soon as both have a picture; "never"; "unknown":
              there are not pictures of both
    distance  the distance at that step; for runs that never part, the largest of all steps
    """

    kind: str
    step: int | None = None
    distance: float | None = None


def parting_in(distances: Iterable[float | None], threshold: float = VISIBLE_DISTANCE) -> Parting:
    """Finds where two runs part, from the distance at each step (None: no two pictures); reads no more than that."""
    compared = []
    for step, distance in enumerate(distances):
        if distance is None:
            continue
        compared.append(distance)
        if distance > threshold:
            return Parting(kind="start" if len(compared) == 1 else "step", step=step, distance=distance)
    return Parting(kind="never", distance=max(compared)) if compared else Parting(kind="unknown")


def words(parting: Parting, other: str, threshold: float = VISIBLE_DISTANCE) -> str:
    """Says it in one phrase; `other` names the run that it is compared with."""
    if parting.kind == "unknown":
        return f"no two pictures to compare with {other}"
    if parting.kind == "never":
        return f"never parts from {other}: within {parting.distance:.2g}"
    if parting.kind == "start":
        return f"apart from {other} from the start ({parting.distance:.2g})"
    return f"parts from {other} at step {parting.step}"
