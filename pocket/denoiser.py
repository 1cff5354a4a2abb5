"""What the denoiser's network is asked and what its answer means: schedule, preconditioning, coordinates.

The network itself is ComfyUI's U-Net class built small; host/pocket.py joins the two.
"""

import math

import torch
from torch import Tensor

from .autoencoder import LATENT_CHANNELS
from .text import CONTEXT_WIDTH

SIGMA_DATA = 2.0
"""Spread of the latents the denoiser sees. 16 x 16 places say less against noise than 64 x 64 do; twice the spread
makes a picture commit at the noise levels where Stable Diffusion's does."""

SCHEDULE = {"beta_schedule": "linear", "linear_start": 0.00085, "linear_end": 0.012, "timesteps": 1000}
"""Stable Diffusion's: betas evenly spaced in their square roots (which is what ComfyUI calls linear)."""

COORDINATES = 6
SIDE = 16
UNET = {
    "image_size": SIDE,
    "in_channels": LATENT_CHANNELS + COORDINATES,
    "out_channels": LATENT_CHANNELS,
    "model_channels": 64,
    "channel_mult": [1, 2],                         # 16 x 16 places of 64 numbers, 8 x 8 places of 128
    "num_res_blocks": [1, 1],
    "transformer_depth": [1, 1],
    "transformer_depth_middle": 1,
    "transformer_depth_output": [0, 1, 0, 1],       # from the end: one at 8 x 8, one at 16 x 16
    "disable_self_attentions": [True, False],       # places see each other at 8 x 8 only
    "num_heads": -1,
    "num_head_channels": 32,
    "use_spatial_transformer": True,
    "context_dim": CONTEXT_WIDTH,
    "conv_resample": False,
    "legacy": False,
}  # fmt: skip


def schedule_sigmas() -> Tensor:
    """Noise level of each timestep, for data of unit scale: sqrt((1 - abar) / abar) (Ho et al. 2020)."""
    start, end, steps = SCHEDULE["linear_start"], SCHEDULE["linear_end"], SCHEDULE["timesteps"]
    betas = torch.linspace(start**0.5, end**0.5, steps, dtype=torch.float64) ** 2
    abar = torch.cumprod(1 - betas, dim=0)
    return ((1 - abar) / abar).sqrt().float()


def sigma_at(timesteps: Tensor, sigmas: Tensor) -> Tensor:
    """Noise level at any timestep, whole or between two, by straight lines in log sigma."""
    t = timesteps.float().clamp(0, len(sigmas) - 1)
    below = t.floor().long()
    above = (below + 1).clamp(max=len(sigmas) - 1)
    log_sigmas = sigmas.to(t.device).log()
    return torch.lerp(log_sigmas[below], log_sigmas[above], t - below).exp()


def noise_from_raw(raw: Tensor, scaled: Tensor, sigma: Tensor) -> Tensor:
    """The noise prediction eps that the network's raw answer F stands for (Karras et al. 2022, eq. 7 and table 1).

    With x the noisy latent and `scaled` = c_in x, the finished latent is x0 = c_skip x + c_out F, and the noise is
    (x - x0) / sigma. Without the division: eps = (sigma scaled - sigma_data F) / sqrt(sigma^2 + sigma_data^2).
    """
    sigma = sigma.view(-1, 1, 1, 1)
    return (sigma * scaled - SIGMA_DATA * raw) / (sigma**2 + SIGMA_DATA**2).sqrt()


def raw_wanted(x0: Tensor, noise: Tensor, sigma: Tensor) -> Tensor:
    """The raw answer F that would be exactly right for x = x0 + sigma noise."""
    sigma = sigma.view(-1, 1, 1, 1)
    return (sigma * x0 - SIGMA_DATA**2 * noise) / (SIGMA_DATA * (sigma**2 + SIGMA_DATA**2).sqrt())


def with_coordinates(x: Tensor) -> Tensor:
    """Append six channels that tell each place where it is: a convolution cannot know left from right."""
    rows, columns = (torch.linspace(-1, 1, n, device=x.device, dtype=x.dtype) for n in x.shape[-2:])
    down, right = torch.meshgrid(rows, columns, indexing="ij")
    waves = [wave(math.pi * place) for place in (right, down) for wave in (torch.sin, torch.cos)]
    return torch.cat([x, torch.stack([right, down, *waves]).expand(len(x), -1, -1, -1)], dim=1)
