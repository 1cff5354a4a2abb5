"""How far each guess of a run still is from what it ends in, by spatial frequency."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor

from ..recording.trajectory import Trajectory
from .frequency import BANDS, Band, energies

WHOLE = "whole"
"""The part that all bands make together."""
VANISHED = 1e-6
"""A part with less than this share of the whole spread is rounding: there is nothing to measure a share of."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Settling:
    """Distances to one reference, float64; a column for each of `parts`, the bands in order and then the whole.

    rms     [guess, part] root mean square distance, in the unit of what was compared
    spread  [part] root mean square of the reference about its mean
    """

    parts: tuple[str, ...]
    rms: Tensor
    spread: Tensor

    @property
    def whole_spread(self) -> float:
        return float(self.spread[-1])

    @property
    def relative(self) -> Tensor:
        """[guess, part] distance as a share of the reference's spread in that part; NaN where it has none."""
        there = (self.spread > 0) & (self.spread > VANISHED * self.whole_spread)
        return torch.where(there, self.rms / self.spread, torch.nan)

    @property
    def r_squared(self) -> Tensor:
        """[guess, part] 1 - (sum of squared distances) / (sum of squares of the reference about its mean): 1 is equal,
        0 as far off as a plain surface, below 0 farther (Draper and Smith 1998, section 1.3).
        """
        return 1 - self.relative.square()

    def of(self, part: str) -> tuple[float, ...]:
        """The relative distances of one part, a number a guess."""
        return tuple(self.relative[:, self.parts.index(part)].tolist())


def guesses_of(trajectory: Trajectory) -> list[Tensor]:
    """Every guess of a run in order, as it lies in the deck, [channel, ...]; last a finished run's latent, which is
    its own guess.
    """
    return [*trajectory.x0, *(trajectory.x[-1:] if trajectory.finished else ())]


def settling(guesses: Sequence[Tensor] | Tensor, reference: Tensor, bands: tuple[Band, ...] = BANDS) -> Settling:
    """Guesses [channel, (frame,) height, width] against a reference like one of them.

    Frames of a video are transformed one by one, their energies averaged.
    """
    about_mean = reference.double() - reference.double().mean((-2, -1), keepdim=True)
    return Settling(
        parts=(*(band.name for band in bands), WHOLE),
        rms=torch.stack([rms_by_part(guess.double() - reference.double(), bands) for guess in guesses]),
        spread=rms_by_part(about_mean, bands),
    )


def as_planes(pictures: Tensor) -> Tensor:
    """Pictures [..., frame, height, width, colour] as `settling` takes them."""
    return rearrange(pictures, "... f h w c -> ... c f h w")


def rms_by_part(difference: Tensor, bands: tuple[Band, ...]) -> Tensor:
    """[part], of one difference [channel, (frame,) height, width]."""
    parts = energies(difference, bands).flatten(0, -2).sum(0)
    return (torch.cat([parts, parts.sum(0, keepdim=True)]) / difference.numel()).sqrt()
