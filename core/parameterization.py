"""How a model's noise levels are meant: eps, v and x0 models share one way to mix picture and noise, flow models have
another.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import torch
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


def noise_of_guess(
    x: Tensor, x0: Tensor, sigma: Tensor, parameterization: Parameterization, sigma_data: float
) -> Tensor:
    """A guess x0 of x, said as noise, at the spread of a finished latent: (x - picture_factor * x0) / sigma."""
    noise = (x - PROCESSES[parameterization].picture_factor(sigma) * x0) / sigma
    return noise * sigma_data


def v_of_guess(x: Tensor, x0: Tensor, sigma: Tensor, parameterization: Parameterization, sigma_data: float) -> Tensor:
    """A guess x0 of x, said as v: for flow models the velocity, noise - x0 (Lipman et al. 2023, section 4.1); for the
    others v of Salimans and Ho 2022, at the spread of a finished latent.
    """
    if PROCESSES[parameterization] is FLOW:
        return direction(x, x0, sigma)
    return v_from_x0(x, x0, sigma, sigma_data) * sigma_data


def alpha_bar(sigma: Tensor, sigma_data: float = 1.0) -> Tensor:
    """Share of the variance that is still picture, 1 / (1 + (sigma / sigma_data)^2): the alpha-bar of Ho et al. 2020,
    eq. 4, for latents brought to unit variance. Not defined for flow models.
    """
    return 1 / (1 + (sigma / sigma_data) ** 2)


@dataclass(frozen=True, kw_only=True)
class Process:
    """A way to mix a picture with noise: x = picture_factor(sigma) * x0 + sigma * noise.

    name                 as people call it
    highest              no noise level lies above it
    picture_factor       how strong the picture stands in x, from sigma
    signal               how much of x is picture, 1 at sigma 0, from sigma and sigma_data
    snr                  variance of the picture in x over that of the noise, infinite at sigma 0 (Kingma et al. 2021,
                         eq. 2)
    unit_variance_scale  the factor that shows x at the variance of a finished latent
    """

    name: str
    highest: float
    picture_factor: Callable[[Tensor], Tensor]
    signal: Callable[[Tensor, float], Tensor]
    snr: Callable[[Tensor, float], Tensor]
    unit_variance_scale: Callable[[Tensor, float], Tensor]


EXPLODING = Process(
    name="variance preserving",
    highest=math.inf,
    picture_factor=torch.ones_like,
    signal=alpha_bar,
    snr=lambda sigma, sigma_data: (torch.full_like(sigma, sigma_data) / sigma) ** 2,
    unit_variance_scale=lambda sigma, sigma_data: sigma_data / (sigma_data**2 + sigma**2) ** 0.5,
)
"""Ho et al. 2020, eq. 4, divided by sqrt(alpha-bar), which is the scale of ComfyUI's samplers: x = x0 + sigma * noise.

Its spread grows with sigma; `unit_variance_scale` is c_in of Karras et al. 2022, table 1, times sigma_data.
"""

FLOW = Process(
    name="flow",
    highest=1.0,
    picture_factor=lambda sigma: 1 - sigma,
    signal=lambda sigma, sigma_data: 1 - sigma,
    snr=lambda sigma, sigma_data: ((1 - sigma) / sigma) ** 2,
    unit_variance_scale=lambda sigma, sigma_data: torch.ones_like(sigma),
)
"""Lipman et al. 2023, section 4.1, example II, and Liu et al. 2022, section 2.1, with time turned round:
x = (1 - sigma) * x0 + sigma * noise. Its spread is that of a finished latent throughout.
"""

PROCESSES: dict[Parameterization, Process] = {"eps": EXPLODING, "v": EXPLODING, "x0": EXPLODING, "flow": FLOW}


def signal(sigma: Tensor, parameterization: Parameterization, sigma_data: float = 1.0) -> Tensor:
    """How much of x is picture, 1 at sigma 0."""
    return PROCESSES[parameterization].signal(sigma, sigma_data)


def snr(sigma: Tensor, parameterization: Parameterization, sigma_data: float = 1.0) -> Tensor:
    """Variance of the picture in x over that of the noise; infinite at sigma 0."""
    return PROCESSES[parameterization].snr(sigma, sigma_data)


def unit_variance_scale(sigma: Tensor, parameterization: Parameterization, sigma_data: float = 1.0) -> Tensor:
    """The factor that shows x_t at the variance of a finished latent."""
    return PROCESSES[parameterization].unit_variance_scale(sigma, sigma_data)


def _skip_and_out(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor]:
    """c_skip and -c_out of Karras et al. 2022, table 1."""
    total = sigma**2 + sigma_data**2
    return sigma_data**2 / total, sigma * sigma_data / total**0.5
