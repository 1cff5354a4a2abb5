"""One prediction in four words: x0, noise, v and velocity, and the scale at which x_t is honest to look at."""

from typing import Literal, get_args

from torch import Tensor

Parameterization = Literal["eps", "v", "flow", "x0"]
PARAMETERIZATIONS: tuple[str, ...] = get_args(Parameterization)


def direction(x: Tensor, x0: Tensor, sigma: Tensor) -> Tensor:
    """The way out of the noise, (x - x0) / sigma: the noise of eps and v models, the velocity of flow models.

    Karras et al. 2022, eq. 4 (for x = x0 + sigma * noise). Shapes broadcast; sigma > 0. Same unit as the latents.
    """
    return (x - x0) / sigma


def v_from_x0(x: Tensor, x0: Tensor, sigma: Tensor, sigma_data: float = 1.0) -> Tensor:
    """v of Salimans and Ho 2022, eq. 9, for a variance-exploding x: v = (c_skip * x - x0) / (-c_out).

    With sigma_data = 1 this is v = alpha * noise - sigma * alpha * x0, alpha = 1 / sqrt(1 + sigma^2).
    """
    c_skip, c_out = _skip_and_out(sigma, sigma_data)
    return (c_skip * x - x0) / c_out


def alpha_bar(sigma: Tensor, sigma_data: float = 1.0) -> Tensor:
    """Share of the variance that is still picture, 1 / (1 + (sigma / sigma_data)^2): the alpha-bar of Ho et al. 2020,
    eq. 4, for latents brought to unit variance. Not defined for flow models.
    """
    return 1 / (1 + (sigma / sigma_data) ** 2)


def signal(sigma: Tensor, parameterization: Parameterization, sigma_data: float = 1.0) -> Tensor:
    """How much of x is picture, 1 at sigma 0: the factor 1 - sigma of a flow model (Lipman et al. 2023, section 4.1,
    example II, with time turned round), alpha-bar of every other.
    """
    return 1 - sigma if parameterization == "flow" else alpha_bar(sigma, sigma_data)


def unit_variance_scale(sigma: Tensor, parameterization: Parameterization, sigma_data: float = 1.0) -> Tensor:
    """The factor that shows x_t at the variance of a finished latent.

    Samplers of eps and v models hold x = x0 + sigma * noise, whose spread grows with sigma: the factor is
    sigma_data / sqrt(sigma_data^2 + sigma^2), c_in of Karras et al. 2022, table 1, times sigma_data. Flow models hold
    (1 - sigma) * x0 + sigma * noise, which needs none.
    """
    if parameterization == "flow":
        return sigma * 0 + 1
    return sigma_data / (sigma_data**2 + sigma**2) ** 0.5


def _skip_and_out(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor]:
    """c_skip and -c_out of Karras et al. 2022, table 1."""
    total = sigma**2 + sigma_data**2
    return sigma_data**2 / total, sigma * sigma_data / total**0.5
