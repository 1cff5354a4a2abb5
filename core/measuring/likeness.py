"""How alike two pictures are: in noise, as an engineer says it, and in structure, nearer to what an eye sees."""

import math

import torch
from einops import rearrange
from torch import Tensor
from torch.nn.functional import conv2d

WINDOW, WINDOW_SPREAD = 11, 1.5
"""Pixels: side and standard deviation of the window that slides over both pictures (Wang et al. 2004, III.B)."""
K1, K2 = 0.01, 0.03
"""Shares of the range of values that keep the quotient steady where a window is plain (the same, III.B)."""


def psnr(one: Tensor, other: Tensor) -> float:
    """Peak signal-to-noise ratio in decibels, 10 log10(1 / MSE), of pictures in 0..1; infinite where they are equal."""
    error = float((one.double() - other.double()).square().mean())
    return math.inf if error == 0 else -10 * math.log10(error)


def ssim(one: Tensor, other: Tensor) -> float:
    """Structural similarity of pictures [frame, height, width, colour] in 0..1, averaged over windows, colours and
    frames: 1 where they are equal, about 0 where they have nothing in common. Wang, Bovik, Sheikh and Simoncelli 2004,
    "Image quality assessment: from error visibility to structural similarity", IEEE TIP 13 (4), eq. 13 and 17; windows
    that stand wholly on the picture. A picture smaller than the window is compared in one window of its own size.
    """
    x, y = (rearrange(picture.double(), "f h w c -> (f c) 1 h w") for picture in (one, other))
    down, across = (_bell(min(WINDOW, side)) for side in x.shape[-2:])

    def mean(values: Tensor) -> Tensor:
        return conv2d(conv2d(values, down[None, None, :, None]), across[None, None, None, :])

    mu_x, mu_y = mean(x), mean(y)
    var_x, var_y, cov = mean(x * x) - mu_x**2, mean(y * y) - mu_y**2, mean(x * y) - mu_x * mu_y
    c1, c2 = K1**2, K2**2
    alike = (2 * mu_x * mu_y + c1) * (2 * cov + c2) / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
    return float(alike.mean())


def _bell(side: int) -> Tensor:
    """The window along one side, adding up to 1: the window is the product of two of them."""
    at = torch.arange(side, dtype=torch.float64) - (side - 1) / 2
    weights = torch.exp(-(at**2) / (2 * WINDOW_SPREAD**2))
    return weights / weights.sum()
