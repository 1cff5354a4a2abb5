"""Weights on few bits: each rounded to the nearest of evenly spaced values, with one scale for each output channel."""

import math
from dataclasses import dataclass

from torch import Tensor

BITS = (8, 6, 4, 3, 2)
SCALE_BITS = 16
"""What the scale of an output channel would take in a file."""


def highest_level(bits: int) -> int:
    """The grid reaches from minus this to this, evenly, zero among it: 127 for 8 bits, 1 for 2 bits.

    One of the 2^bits values stays unused, so that the grid is symmetric.
    """
    if bits not in BITS:
        raise ValueError(f"weights can be rounded to {', '.join(map(str, BITS))} bits, got {bits}")
    return 2 ** (bits - 1) - 1


def rounded(weight: Tensor, bits: int) -> Tensor:
    """w' = s · round(w / s) with s = max |w| / (2^(bits-1) - 1) over each output channel, the weight's first axis.

    Uniform, symmetric, to nearest (Krishnamoorthi 2018, section 2.2, restricted range); a channel of zeros stays as it
    is. Computed in float32, given back in the weight's own kind of number.
    """
    levels = highest_level(bits)
    numbers = weight.float()
    scale = numbers.flatten(1).abs().amax(1).div(levels).view(-1, *[1] * (numbers.ndim - 1))
    steps = (numbers / scale.masked_fill(scale == 0, 1)).round().clamp(-levels, levels)
    return (steps * scale).to(weight.dtype)


@dataclass(frozen=True, kw_only=True)
class RoundedLayer:
    """What rounding did to one layer's weight.

    stored_bytes  what the weight takes as it is, `bits` what it was rounded to
    energy        sum of its squares, `error` sum of the squares of what rounding changed
    """

    name: str
    bits: int
    weights: int
    channels: int
    stored_bytes: int
    energy: float
    error: float

    @property
    def nominal_bytes(self) -> int:
        """bits · weights + 16 · channels, in whole bytes."""
        return math.ceil((self.bits * self.weights + SCALE_BITS * self.channels) / 8)


def measured(name: str, weight: Tensor, bits: int, *, stored_bytes: int) -> RoundedLayer:
    """`weight` as it is before rounding, [output channel, ...]; sums in float64."""
    exact = weight.float()
    change = (rounded(exact, bits) - exact).double()
    return RoundedLayer(
        name=name,
        bits=bits,
        weights=weight.numel(),
        channels=weight.shape[0],
        stored_bytes=stored_bytes,
        energy=float(exact.double().square().sum()),
        error=float(change.square().sum()),
    )


def relative_error(layers: list[RoundedLayer]) -> float:
    """Root mean square of the change as a share of the root mean square of the weights."""
    energy = sum(layer.energy for layer in layers)
    return math.sqrt(sum(layer.error for layer in layers) / energy) if energy > 0 else 0.0
