"""The best approximation of a matrix by one of lower rank, from the matrix or from two factors of it, without
multiplying them out.

Everything here is float64: a share of the energy near 1 is the small difference of large sums.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

ROUNDING = 1e-12
"""A share of the energy counts as reached when no more than this is missing: sums of squares are not exact."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Svd:
    """A matrix [rows, columns] as left · diag(values) · right.

    left    [rows, k], orthonormal columns
    values  [k], singular values, largest first, none below zero
    right   [k, columns], orthonormal rows
    """

    left: Tensor
    values: Tensor
    right: Tensor

    def factors(self, rank: int) -> tuple[Tensor, Tensor]:
        """up [rows, rank] and down [rank, columns], whose product is the nearest matrix of that rank to this one
        (Eckart and Young 1936); each carries the square root of the singular values. Raises ValueError for a rank
        below 1 or above k.
        """
        check_rank(rank, len(self.values))
        root = self.values[:rank].sqrt()
        return self.left[:, :rank] * root, root[:, None] * self.right[:rank]

    @property
    def energy(self) -> float:
        """The squared Frobenius norm of the matrix: the sum of the squared singular values."""
        return float(self.values.square().sum())


def svd_of_product(up: Tensor, down: Tensor, scale: float = 1.0) -> Svd:
    """The SVD of scale · up [rows, r] · down [r, columns], by two QR decompositions and one SVD of r × r at most.

    up = Q1 R1 and downᵀ = Q2 R2 give up · down = Q1 (R1 R2ᵀ) Q2ᵀ. k is min(rows, r, columns). Raises ValueError for
    factors that do not fit each other and for numbers that are not finite.
    """
    first, second = _checked(up, down)
    q1, r1 = torch.linalg.qr(first * scale)
    q2, r2 = torch.linalg.qr(second.T)
    left, values, right = torch.linalg.svd(r1 @ r2.T, full_matrices=False)
    return Svd(left=q1 @ left, values=values, right=right @ q2.T)


def singular_values_of_product(up: Tensor, down: Tensor, scale: float = 1.0) -> Tensor:
    """[min(rows, r, columns)] of scale · up · down, largest first; quicker than the whole decomposition."""
    first, second = _checked(up, down)
    r1 = torch.linalg.qr(first * scale, mode="r").R
    r2 = torch.linalg.qr(second.T, mode="r").R
    return torch.linalg.svdvals(r1 @ r2.T)


def svd_of_matrix(matrix: Tensor) -> Svd:
    """The SVD of a matrix [rows, columns]. Raises ValueError for anything else, and for numbers that are not finite.

    >>> svd = svd_of_matrix(torch.tensor([[0.0, 3.0], [4.0, 0.0]]))
    >>> svd.values
    tensor([4., 3.], dtype=torch.float64)
    >>> up, down = svd.factors(1)
    >>> (up @ down).abs()
    tensor([[0., 0.],
            [4., 0.]], dtype=torch.float64)
    """
    left, values, right = torch.linalg.svd(_matrix(matrix, "the matrix"), full_matrices=False)
    return Svd(left=left, values=values, right=right)


def energy_curve(values: Tensor) -> Tensor:
    """[k + 1]: the share of the sum of squared singular values that the first 0, 1, ... k of them hold, 0..1.

    By Eckart and Young it is 1 − ‖M − M_r‖² / ‖M‖² (Frobenius). A zero matrix has lost nothing at any rank: all 1.

    >>> energy_curve(torch.tensor([4.0, 3.0]))
    tensor([0.0000, 0.6400, 1.0000], dtype=torch.float64)
    """
    sums = torch.cat([torch.zeros(1, dtype=torch.float64), values.double().square().cumsum(0)])
    return sums / sums[-1] if sums[-1] > 0 else torch.ones_like(sums)


def share_of_all(parts: Iterable[tuple[float, float]]) -> float:
    """The share of the energy of all layers together that is kept, 0..1; 1 when they have none.

    `parts` has one pair for each layer: the share of its energy that is kept, and its energy.

    >>> share_of_all([(1.0, 3.0), (0.5, 1.0)])
    0.875
    """
    pairs = list(parts)
    total = sum(energy for _, energy in pairs)
    return sum(kept * energy for kept, energy in pairs) / total if total else 1.0


def rank_for_energy(values: Tensor, share: float) -> int:
    """The smallest rank whose nearest matrix holds at least `share` (above 0, up to 1) of the energy; 0 for zero.

    >>> rank_for_energy(torch.tensor([4.0, 3.0]), 0.6), rank_for_energy(torch.tensor([4.0, 3.0]), 0.9)
    (1, 2)
    """
    if not 0 < share <= 1:
        raise ValueError(f"the share of the energy to keep must be above 0 and at most 1, got {share}")
    return int((energy_curve(values) < share - ROUNDING).sum())


def effective_rank(values: Tensor) -> float:
    """How many directions a matrix really uses: exp of the entropy of its singular values, taken as shares of their
    sum (Roy and Vetterli 2007, definition 1). k for k equal values, 1 for one; 0 for a zero matrix.

    >>> round(effective_rank(torch.tensor([5.0, 5.0, 0.0])), 6)
    2.0
    """
    total = values.double().sum()
    if not total > 0:
        return 0.0
    shares = values.double() / total
    return float(torch.special.entr(shares).sum().exp())


def check_rank(rank: int, limit: int) -> None:
    if not 1 <= rank <= limit:
        raise ValueError(f"the rank must be 1..{limit} for this matrix, got {rank}")


def _checked(up: Tensor, down: Tensor) -> tuple[Tensor, Tensor]:
    first, second = _matrix(up, "the factor up"), _matrix(down, "the factor down")
    if first.shape[1] != second.shape[0]:
        raise ValueError(
            f"up {list(up.shape)} and down {list(down.shape)} cannot be multiplied: the columns of the one must be the"
            " rows of the other"
        )
    return first, second


def _matrix(matrix: Tensor, what: str) -> Tensor:
    if matrix.ndim != 2 or not matrix.numel():
        raise ValueError(f"{what} must be [rows, columns] with numbers in it, got shape {list(matrix.shape)}")
    numbers = matrix.detach().double()
    if not torch.isfinite(numbers).all():
        raise ValueError(f"{what} holds numbers that are not finite (NaN or infinite): it cannot be decomposed")
    return numbers
