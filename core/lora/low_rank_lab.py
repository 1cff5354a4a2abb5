"""The low-rank lab: one small update at every rank at once, and what each rank costs and keeps."""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..filled_sentence import filled
from .low_rank import Svd, energy_curve, rank_for_energy, svd_of_matrix
from .update_patterns import SHAPES, noise, of_picture, unit, with_noise

NOISE, PICTURE = "noise", "picture"
PATTERNS = (*SHAPES, NOISE, PICTURE)
SIZES = (8, 64)
"""Rows and columns that can still be seen one by one, and few enough to send all of them to a browser."""
ROUNDING = 1e-6
"""An entry of what is left counts as zero below this share of the largest: numbers travel with seven digits."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lab:
    """An update taken apart.

    update     [rows, columns], its largest entry 1
    clean      [rows, columns], the pattern in it without the noise that lies over it
    amount     how strong that noise is beside the pattern (root mean square)
    reference  [k], singular values of pure noise of the same size, to compare with
    pictures   how many pictures were connected, used or not
    """

    pattern: str
    update: Tensor
    clean: Tensor
    reference: Tensor
    amount: float = 0.0
    pictures: int = 0
    svd: Svd = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "svd", steady(svd_of_matrix(self.update)))

    @property
    def full_rank(self) -> int:
        return len(self.svd.values)

    @property
    def entries(self) -> int:
        """Numbers in the update itself."""
        return self.update.numel()

    @property
    def break_even(self) -> int:
        """The highest rank whose two factors hold no more numbers than the update."""
        return self.entries // sum(self.update.shape)

    def spent(self, rank: int) -> int:
        """Numbers in the two factors."""
        return rank * sum(self.update.shape)

    def kept(self, rank: int) -> float:
        """The share of the energy, 0..1."""
        return float(energy_curve(self.svd.values)[rank])

    def noise_needs(self, rank: int) -> int:
        """The rank at which pure noise keeps as large a share."""
        kept = min(1.0, self.kept(rank))
        return rank_for_energy(self.reference, kept) if kept > 0 else 0

    def factors(self, rank: int) -> tuple[Tensor, Tensor]:
        """B [rows, rank] and A [rank, columns]: those of a lower rank are the beginning of those of a higher one."""
        up, down = self.svd.factors(self.full_rank)
        return up[:, :rank], down[:rank]

    def product(self, rank: int) -> Tensor:
        """[rows, columns]: B·A, the nearest update of that rank."""
        up, down = self.factors(rank)
        return up @ down

    def left_over(self, rank: int) -> Tensor:
        """[rows, columns]: the update without the product; what is only rounding is zero."""
        rest = self.update - self.product(rank)
        return rest.masked_fill(rest.abs() < ROUNDING * self.update.abs().max(), 0.0)

    def off(self, rank: int) -> float:
        """How far the product is from the clean pattern, as a share of that one's size (Frobenius)."""
        return float((self.product(rank) - self.clean).norm() / self.clean.norm())

    def limit(self) -> float:
        """The largest entry, whatever its sign, of the update, of every product and of all that is ever left."""
        ranks = range(self.full_rank + 1)
        return max(largest(matrix) for rank in ranks for matrix in (self.product(rank), self.left_over(rank)))

    def factor_limit(self) -> float:
        return max(map(largest, self.factors(self.full_rank)))


def lab_of(pattern: str, *, size: int = 16, amount: float = 0.0, seed: int = 0, image: Tensor | None = None) -> Lab:
    """A pattern by its name, `size` entries a side, with noise `amount` times as strong over it.

    `image` [batch, height, width, channel] is for the pattern "picture". Raises ValueError for a pattern that is
    unknown, a size or an amount that cannot be, and a picture that is missing or shows nothing.
    """
    if not SIZES[0] <= size <= SIZES[1]:
        raise ValueError(f"the size must be {SIZES[0]}..{SIZES[1]}, got {size}")
    if not 0 <= amount < math.inf:
        raise ValueError(f"the noise over a pattern must be 0 or more times as strong, got {amount}")
    clean = _pattern(pattern, size, seed, image)
    noisy = with_noise(clean, amount, seed)
    return Lab(
        pattern=pattern,
        update=unit(noisy),
        clean=clean / largest(noisy),
        reference=svd_of_matrix(noise(size, seed)).values,
        amount=amount,
        pictures=0 if image is None else len(image),
    )


def _pattern(pattern: str, size: int, seed: int, image: Tensor | None) -> Tensor:
    if pattern not in PATTERNS:
        raise ValueError(f"the pattern must be one of {', '.join(PATTERNS)}, got {pattern!r}")
    if pattern == PICTURE:
        if image is None:
            raise ValueError(
                filled("the pattern is a picture, but none is connected: connect an image, or choose another pattern")
            )
        return of_picture(image, size)
    return noise(size, seed) if pattern == NOISE else SHAPES[pattern](size)


def steady(svd: Svd) -> Svd:
    """The same decomposition with its signs chosen: the largest entry of each row of the right is above zero."""
    at = svd.right.abs().argmax(dim=1, keepdim=True)
    signs = torch.where(svd.right.gather(1, at) < 0, -1.0, 1.0)  # [k, 1]
    return Svd(left=svd.left * signs.T, values=svd.values, right=svd.right * signs)


def largest(matrix: Tensor) -> float:
    """The largest entry, whatever its sign."""
    return float(matrix.abs().max()) if matrix.numel() else 0.0


def check_start(lab: Lab, rank: int) -> int:
    """Raises ValueError for a rank that the update cannot have."""
    if not 0 <= rank <= lab.full_rank:
        raise ValueError(
            f"the rank must be 0..{lab.full_rank} for an update of {' × '.join(map(str, lab.update.shape))}, got {rank}"
        )
    return rank
