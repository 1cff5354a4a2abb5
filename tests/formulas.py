"""Formulas that only tests need: the ways back from a direction and from v to the guess."""

from torch import Tensor


def x0_from_direction(x: Tensor, direction: Tensor, sigma: Tensor) -> Tensor:
    """The inverse of `direction`: x - sigma * direction."""
    return x - sigma * direction


def x0_from_v(x: Tensor, v: Tensor, sigma: Tensor, sigma_data: float = 1.0) -> Tensor:
    """The guess that a v-prediction stands for: c_skip * x + c_out * v, Karras et al. 2022, eq. 7 and table 1."""
    total = sigma**2 + sigma_data**2
    return sigma_data**2 / total * x - sigma * sigma_data / total**0.5 * v
