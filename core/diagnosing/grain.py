"""The finest grain of a latent, where noise is loud and pictures are quiet: noise is measured there."""

import math

import torch
from torch import Tensor

SMALLEST = 2
"""Cells a side that a latent needs to have a grain."""


def grain(x: Tensor) -> float | None:
    """The spread of white noise that would have the energy of x at its finest scale; None for a latent without one.

    Of each square of four neighbours a, b, c, d the diagonal difference (a - b - c + d) / 2: for white noise of spread
    s its root mean square is s, for whatever is even, or rises evenly, it is 0 (the diagonal detail of Haar's wavelet:
    Mallat 1989, section IV; read as noise by Donoho and Johnstone 1994, section 6.1.1). x is [..., height, width].
    """
    if x.ndim < SMALLEST or min(x.shape[-2:]) < SMALLEST:
        return None
    across = x[..., :, :-1].float() - x[..., :, 1:].float()
    return size(across[..., :-1, :] - across[..., 1:, :]) / 2


def spread(x: Tensor) -> float:
    """Standard deviation over all numbers, float64 in its sums."""
    return float(x.float().var(correction=0).double().clamp(min=0).sqrt())


def size(x: Tensor) -> float:
    """Root mean square."""
    return float(torch.linalg.vector_norm(x.float())) / math.sqrt(max(x.numel(), 1))
