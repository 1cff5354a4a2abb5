"""Pictures to latents and back: 128 x 128 x 3 becomes 16 x 16 x 8, a 24th of the numbers."""

import math

import torch
from torch import Tensor, nn

LATENT_CHANNELS = 8
DOWNSCALE = 8
CANVAS = 4
"""The oil style's brush dabs repeat every 4 latent places (32 pixels); the decoder is told where on them it is."""
LOG_VARIANCE_RANGE = (-12.0, 4.0)


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.branch = nn.Sequential(
            nn.GroupNorm(8, width), nn.SiLU(), conv(width, width), nn.GroupNorm(8, width), nn.SiLU(), conv(width, width)
        )
        nn.init.zeros_(self.branch[-1].weight)
        nn.init.zeros_(self.branch[-1].bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.branch(x)


def conv(before: int, after: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(before, after, 3, stride=stride, padding=1)


def enlarge(before: int, after: int) -> nn.Sequential:
    """Twice the height and width: each place speaks for the four it becomes."""
    return nn.Sequential(nn.Conv2d(before, 4 * after, 1), nn.PixelShuffle(2))


def make_encoder(narrow: int = 48, wide: int = 96) -> nn.Sequential:
    return nn.Sequential(
        nn.PixelUnshuffle(4), conv(48, narrow), Residual(narrow),                       # 32 x 32
        conv(narrow, wide, stride=2), Residual(wide), Residual(wide),                   # 16 x 16
        nn.GroupNorm(8, wide), nn.SiLU(), conv(wide, 2 * LATENT_CHANNELS),
    )  # fmt: skip


def make_decoder(coarse: int = 128, middle: int = 80, fine: int = 40) -> nn.Sequential:
    return nn.Sequential(
        conv(LATENT_CHANNELS + 4, coarse), Residual(coarse), Residual(coarse),              # 16 x 16
        enlarge(coarse, middle), conv(middle, middle), Residual(middle), Residual(middle),  # 32 x 32
        enlarge(middle, fine), Residual(fine), nn.SiLU(),                               # 64 x 64
        conv(fine, 64), nn.PixelShuffle(2), nn.SiLU(), conv(16, 3),                     # 128 x 128
    )  # fmt: skip


def on_canvas(latents: Tensor) -> Tensor:
    """Append four waves that repeat with the canvas: [picture, channel + 4, row, column]."""
    turns = [2 * math.pi * torch.arange(n, device=latents.device) / CANVAS for n in latents.shape[-2:]]
    down, right = torch.meshgrid(*turns, indexing="ij")
    waves = torch.stack([down.sin(), down.cos(), right.sin(), right.cos()]).to(latents)
    return torch.cat([latents, waves.expand(len(latents), -1, -1, -1)], dim=1)


class Autoencoder(nn.Module):
    """Pictures: [picture, rgb, row, column] in -1..1. Latents: [picture, 8, row / 8, column / 8], unit variance."""

    def __init__(self):
        super().__init__()
        self.encoder = make_encoder()
        self.decoder = make_decoder()
        self.register_buffer("mean", torch.zeros(LATENT_CHANNELS, 1, 1))
        self.register_buffer("std", torch.ones(LATENT_CHANNELS, 1, 1))

    def posterior(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the latents, before they are brought to unit variance."""
        mean, log_variance = self.encoder(pictures).chunk(2, dim=1)
        return mean, log_variance.clamp(*LOG_VARIANCE_RANGE)

    def encode(self, pictures: Tensor) -> Tensor:
        mean, _ = self.posterior(pictures)
        return (mean - self.mean.to(mean)) / self.std.to(mean)

    def decode(self, latents: Tensor) -> Tensor:
        return self.paint(latents * self.std.to(latents) + self.mean.to(latents))

    def paint(self, latents: Tensor) -> Tensor:
        """What the decoder makes of latents at the encoder's own scale."""
        return self.decoder(on_canvas(latents))
