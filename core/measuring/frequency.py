"""Spatial frequencies in bands: how much of a picture, or of a difference, is layout, shapes and texture."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..filled_sentence import filled

LAYOUT_UP_TO, SHAPES_UP_TO = 2.0, 6.0
"""Cycles per picture. Up to 2: what stands where. Up to 6: outlines. Above: surfaces and fine lines."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """Radial frequencies above `low`, up to and with `high`, in cycles per picture; the first holds the mean, too."""

    name: str
    low: float
    high: float

    @property
    def words(self) -> str:
        """Its limits as they are to be read."""
        if self.low < 0:
            return filled("up to {1} cycles per picture", f"{self.high:g}")
        if self.high == float("inf"):
            return filled("more than {1} cycles per picture", f"{self.low:g}")
        return filled("{1} to {2} cycles per picture", f"{self.low:g}", f"{self.high:g}")


def bands_between(layout_up_to: float = LAYOUT_UP_TO, shapes_up_to: float = SHAPES_UP_TO) -> tuple[Band, ...]:
    """Layout, shapes and texture, which leave no frequency out. Raises ValueError for limits out of order."""
    if not 0 < layout_up_to < shapes_up_to:
        raise ValueError(
            f"layout must end above 0 and before shapes do, got layout up to {layout_up_to:g} and shapes up to"
            f" {shapes_up_to:g} cycles per picture"
        )
    limits = (-1.0, layout_up_to, shapes_up_to, float("inf"))
    names = ("layout", "shapes", "texture")
    return tuple(Band(name=n, low=a, high=b) for n, a, b in zip(names, limits[:-1], limits[1:], strict=True))


BANDS = bands_between()


def radial_frequency(height: int, width: int) -> Tensor:
    """Cycles per picture of every entry of a 2-D Fourier transform, [height, width]: sqrt(fx^2 + fy^2), counted along
    the shorter side, so that a wave of one length has one frequency whichever way it runs.
    """
    side = min(height, width)
    down, across = (torch.fft.fftfreq(n, dtype=torch.float64) * side for n in (height, width))
    return (down[:, None].square() + across[None, :].square()).sqrt()


def energies(x: Tensor, bands: tuple[Band, ...]) -> Tensor:
    """The sum of squares of x, [..., height, width], that lies in each band: [..., band], float64.

    With the orthonormal discrete Fourier transform the bands add up to the sum of squares itself: Parseval's theorem
    (Oppenheim and Schafer, Discrete-Time Signal Processing, section 8.6).
    """
    power = torch.fft.fft2(x.double(), norm="ortho").abs().square()
    return torch.stack([(power * mask).sum((-2, -1)) for mask in _masks(bands, *x.shape[-2:])], dim=-1)


def _masks(bands: tuple[Band, ...], height: int, width: int) -> list[Tensor]:
    frequency = radial_frequency(height, width)
    return [(frequency > band.low) & (frequency <= band.high) for band in bands]
