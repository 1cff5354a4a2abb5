"""The largest singular values of a large matrix by random projection: the cost of a few products with thin matrices."""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from .low_rank import Svd, check_rank, svd_of_matrix

EXACT_SIDE = 384
"""A matrix whose shorter side is no longer is decomposed exactly."""
PAYS = 4
"""Projection pays where its columns are fewer than the shorter side divided by this."""
OVERSAMPLING = 10
"""Columns beyond the double of the rank. Halko et al. advise 5 to 10 beyond the rank, for values that fall fast. Of
pure noise, whose values hardly fall, 0.91 to 0.99 of the best are found this way, measured from 640 × 640 to
10240 × 1280.
"""
POWERS = 4
"""How often the projection is sharpened: what is small is damped by its singular value to the power of 2 · POWERS."""


def leading_svd(matrix: Tensor, rank: int, generator: Generator) -> Svd:
    """The SVD of a matrix [rows, columns]: at least the `rank` largest singular values, exact where that is quick.

    Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1: an orthonormal Q that nearly holds the range of the
    matrix, then the SVD of Qᵀ times it. The energy that is found never exceeds what is there. Raises ValueError for
    what is no matrix, a rank below 1, and numbers that are not finite.
    """
    check_rank(rank, min(matrix.shape))
    if not is_projected(matrix.shape, rank):
        return svd_of_matrix(matrix)
    numbers = matrix.float()
    q = _range(numbers, _columns(rank), generator).double()
    left, values, right = torch.linalg.svd(q.T @ numbers.double(), full_matrices=False)
    return Svd(left=q @ left, values=values, right=right)


def is_projected(shape: Sequence[int], rank: int) -> bool:
    """Whether a matrix of this shape is projected first; else its SVD is exact."""
    return min(shape) > EXACT_SIDE and _columns(rank) < min(shape) / PAYS


def _columns(rank: int) -> int:
    return 2 * rank + OVERSAMPLING


def _range(matrix: Tensor, columns: int, generator: Generator) -> Tensor:
    """[rows, columns], orthonormal: algorithm 4.4, subspace iteration from a Gaussian matrix."""
    drawn = torch.randn(matrix.shape[1], columns, generator=generator, dtype=matrix.dtype)
    q = torch.linalg.qr(matrix @ drawn).Q
    for _ in range(POWERS):
        q = torch.linalg.qr(matrix.T @ q).Q
        q = torch.linalg.qr(matrix @ q).Q
    return q
