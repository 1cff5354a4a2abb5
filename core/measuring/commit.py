"""When a run commits: the first step after which its guess stays near what it ends in, as a whole or by region."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

COMMIT_DISTANCE = 0.2
"""Share of the final latent's spread; within it a guess has an R^2 of 0.96 or more."""
MOST_REGIONS = 32
"""Regions along the longer side of a commit map, unless it is asked for finer: more say no more to an eye."""

MOST_OF_THE_PICTURE = 90
"""Percent of the regions; what a few restless ones do says little of when a picture is decided."""


def patch_for(height: int, width: int) -> int:
    """Latent cells a side of a region, so that at most 32 fit along the longer side."""
    return -(-max(height, width) // MOST_REGIONS)


def check_threshold(threshold: float) -> None:
    if not 0 < threshold < 1:
        raise ValueError(
            f"the threshold is a share of the final latent's spread, above 0 and below 1, got {threshold:g}"
        )


def commit_step(relative: Sequence[float], threshold: float = COMMIT_DISTANCE) -> int | None:
    """The first guess from which on all are within the threshold: min k with d_j <= threshold for every j >= k.

    None if not even the last one is, or if its distance is not a number.

    >>> commit_step([0.9, 0.1, 0.4, 0.15, 0.05])
    3
    """
    step = len(relative)
    while step > 0 and relative[step - 1] <= threshold:
        step -= 1
    return step if step < len(relative) else None


def commit_map(
    guesses: Sequence[Tensor] | Tensor,
    reference: Tensor,
    *,
    spread: float,
    threshold: float = COMMIT_DISTANCE,
    patch: int = 1,
) -> Tensor | None:
    """`commit_step` of every square of patch x patch latent cells, [row, column], whole numbers.

    Guesses are [channel, (frame,) height, width] each. A region's distance is the root mean square over its cells,
    channels and frames, as a share of one yardstick for all regions, the `spread` of the whole reference. None where
    that is 0 or not a number, and where a region never stays within the threshold.
    """
    if patch < 1:
        raise ValueError(f"a region is 1 latent cell a side or more, got {patch}")
    if not spread > 0:
        return None
    within = torch.stack([_distance(guess, reference, patch) <= threshold * spread for guess in guesses])
    stayed = within.flip(0).long().cumprod(0).sum(0)
    return len(guesses) - stayed if bool(stayed.all()) else None


def settled_from(steps: Tensor) -> int:
    """The first step from which on nine tenths of the regions of a commit map, or more, stay within its threshold."""
    enough = -(-MOST_OF_THE_PICTURE * steps.numel() // 100)
    return int(steps.flatten().sort().values[enough - 1])


def _distance(guess: Tensor, reference: Tensor, patch: int) -> Tensor:
    """[row, column]; regions at the right and lower edge may be smaller."""
    squares = (guess.double() - reference.double()).square()
    return avg_pool2d(squares.flatten(0, -3).mean(0, keepdim=True), patch, ceil_mode=True)[0].sqrt()
