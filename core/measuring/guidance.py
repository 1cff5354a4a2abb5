"""What guidance adds at each step: the size of the difference by spatial frequency, and how nearly the two agree."""

from torch import Tensor

from ..comparing.triangle import pairs
from ..recording.trajectory import Trajectory
from .frequency import Band
from .settling import rms_by_part

Sizes = tuple[float, ...]
"""A size for each band, and then for the whole."""


def pull_by_part(trajectory: Trajectory, bands: tuple[Band, ...]) -> tuple[tuple[float, ...] | None, ...]:
    """Root mean square of cond - uncond for each guess, by band and then as a whole; None where one was not asked."""
    return tuple(
        None if pair is None else tuple(rms_by_part((pair[0] - pair[1]).double(), bands).tolist())
        for pair in pairs(trajectory)
    )


def split_by_part(trajectory: Trajectory, bands: tuple[Band, ...]) -> tuple[tuple[Sizes | None, ...], ...]:
    """The pull taken apart, for each guess by band and then as a whole: what goes along the guess with the prompt, and
    what goes across it. None where one was not asked, or where that guess is 0.

    Sadat et al. 2024, section 4 (adaptive projected guidance): the parallel part makes the guess wider, up to burnt
    colours; the orthogonal part changes what it shows. Squares of the two add up to the square of the pull as a whole.
    """
    sizes = [None if pair is None else _split(*pair, bands) for pair in pairs(trajectory)]
    return tuple(tuple(None if both is None else both[at] for both in sizes) for at in (0, 1))


def _split(cond: Tensor, uncond: Tensor, bands: tuple[Band, ...]) -> tuple[Sizes, Sizes] | None:
    """Sizes only: the tensors of one guess are let go before the next is read."""
    guess, pull = cond.double(), cond.double() - uncond.double()
    length = float(guess.square().sum())
    if length == 0:
        return None
    along = guess * (float((pull * guess).sum()) / length)
    along_sizes, across_sizes = (tuple(rms_by_part(part, bands).tolist()) for part in (along, pull - along))
    return along_sizes, across_sizes


def cosine(trajectory: Trajectory) -> tuple[float | None, ...]:
    """Cosine of the angle between the two directions (x - x0) / sigma, one with the prompt and one without, for each
    guess: <a, b> / (|a| |b|) over all numbers of the latent. None where one was not asked.

    The directions are the noise, or the velocity, that the model predicted (Karras et al. 2022, eq. 4); sigma, being
    the same for both, leaves the angle alone.
    """
    return tuple(
        None if pair is None else _cosine(trajectory.x[i] - pair[0], trajectory.x[i] - pair[1])
        for i, pair in enumerate(pairs(trajectory))
    )


def _cosine(a: Tensor, b: Tensor) -> float | None:
    a, b = a.double().flatten(), b.double().flatten()
    size = float(a.norm() * b.norm())
    return float(a @ b) / size if size > 0 else None
