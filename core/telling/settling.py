"""What the viewer hears of when a run settles: distances by frequency, the commit steps and the commit map, as text."""

import string

import torch
from torch import Tensor

from ..drawing.colour import FROM_ZERO
from ..finite import rounded
from ..measuring.commit import COMMIT_DISTANCE, MOST_OF_THE_PICTURE, commit_map, commit_step, patch_for, settled_from
from ..measuring.frequency import BANDS
from ..measuring.settling import guesses_of, settling
from ..recording.deck import Deck
from ..recording.trajectory import Trajectory

CURVE_DIGITS = 4
"""More than a curve can show."""
DIGITS = string.digits + string.ascii_lowercase


def bands_payload() -> dict:
    """What holds for all runs: the threshold, the share of regions that makes a picture, the bands in words, and the
    map's colours from first to last step.
    """
    return {
        "threshold": COMMIT_DISTANCE,
        "share": MOST_OF_THE_PICTURE / 100,
        "bands": [{"id": band.name, "cycles": band.words} for band in BANDS],
        "colours": list(FROM_ZERO),
    }


def settling_payload(deck: Deck, trajectory: Trajectory) -> dict | None:
    """Tells how one finished run settled; None for a run that did not finish, or whose last values are not numbers.

    `decided` is the step from which on most regions stay put. The map is one string, row after row, each region's step
    in as many base-36 digits as the last step needs.
    """
    if deck.kind == "forward" or not trajectory.finished or not bool(torch.isfinite(trajectory.x[-1]).all()):
        return None
    guesses = guesses_of(trajectory)
    found = settling(guesses, guesses[-1])
    patch = patch_for(*guesses[0].shape[-2:])
    steps = commit_map(guesses, guesses[-1], spread=found.whole_spread, patch=patch)
    return {
        "distance": {part: [rounded(value, CURVE_DIGITS) for value in found.of(part)] for part in found.parts},
        "settled": {part: commit_step(found.of(part)) for part in found.parts},
        "decided": None if steps is None else settled_from(steps),
        "map": None if steps is None else _map(steps, trajectory.steps),
    }


def _map(steps: Tensor, last: int) -> dict:
    rows, columns = steps.shape
    width = len(_written(last, 1))
    return {"columns": columns, "rows": rows, "steps": "".join(_written(s, width) for s in steps.flatten().tolist())}


def _written(number: int, width: int) -> str:
    digits = ""
    while number or len(digits) < width:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits
