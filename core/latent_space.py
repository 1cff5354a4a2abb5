"""What must be known of a model's latent space to show its latents later: scale, shift and an approximation of
colour.
"""

import math
from dataclasses import dataclass, replace

import torch
from einops import rearrange
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class LatentSpace:
    """The map from the VAE's space to the model's, where samplers work: model = (vae - shift) * scale, per channel.

    `rgb_factors` (a row per channel) and `rgb_bias` approximate a picture in -1..1 from a latent in the model's space;
    empty where there are none. A row holds red, green and blue for each of the n x n colours of a cell, row by row: one
    of most models, four of Flux.2, whose latents pack 2 x 2 cells into one. `downscale` is pixels per latent cell.
    `axes` is 1 where a latent is one row, as of sound: [channel, length]. A deck holds it as [channel, 1, length].
    """

    name: str
    scale: tuple[float, ...]
    shift: tuple[float, ...]
    rgb_factors: tuple[tuple[float, ...], ...] = ()
    rgb_bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    downscale: int = 8
    axes: int = 2

    def __post_init__(self):
        if self.axes not in (1, 2):
            raise ValueError(f"a latent has one axis or two, and frames beside, got {self.axes}")
        if not self.scale or len(self.scale) != len(self.shift):
            raise ValueError(
                f"a latent space needs one scale and one shift a channel, got {len(self.scale)} and {len(self.shift)}"
            )
        if 0.0 in self.scale:
            raise ValueError("a latent space's scale must not be 0")
        if self.rgb_factors and len(self.rgb_factors) != self.channels:
            raise ValueError(f"{len(self.rgb_factors)} colour factors do not fit {self.channels} channels")
        if any(len(row) != 3 * self.colours_a_side**2 for row in self.rgb_factors):
            raise ValueError("the colour factors of a channel must be red, green and blue of 1, 4, 9 ... colours")

    @property
    def channels(self) -> int:
        return len(self.scale)

    @property
    def colours_a_side(self) -> int:
        """The approximation has n x n colours a latent cell."""
        return max(1, math.isqrt(len(self.rgb_factors[0]) // 3)) if self.rgb_factors else 1

    @property
    def is_pixels(self) -> bool:
        """Whether a latent is the picture itself, whose colours are exact without any decoder."""
        return replace(self, name=PIXELS.name) == PIXELS

    def as_latent(self, x: Tensor) -> Tensor:
        """As LATENT sockets have it: a latent of one axis without the row that decks put in."""
        return x.squeeze(2) if self.axes == 1 else x

    def to_vae(self, x: Tensor) -> Tensor:
        """A latent of the model's space as the VAE and LATENT sockets take it; x is [batch, channel, ...]."""
        return x / _per_channel(self.scale, x) + _per_channel(self.shift, x)

    def to_model(self, latent: Tensor) -> Tensor:
        """The inverse of `to_vae`."""
        return (latent - _per_channel(self.shift, latent)) * _per_channel(self.scale, latent)

    def approximate_rgb(self, x: Tensor) -> Tensor:
        """A picture from linear factors alone, [batch, height, width, 3] in 0..1, of [batch, channel, height, width];
        n times as high and wide where a cell has n x n colours.
        """
        if not self.rgb_factors:
            raise ValueError(self.why_no_colours)
        factors = torch.tensor(self.rgb_factors, dtype=torch.float32)
        colours = torch.einsum("bchw,ck->bhwk", x.float(), factors)
        n = self.colours_a_side
        rgb = rearrange(colours, "b h w (i j rgb) -> b (h i) (w j) rgb", i=n, j=n) + torch.tensor(self.rgb_bias)
        return ((rgb + 1) / 2).clamp(0, 1)

    @property
    def why_no_colours(self) -> str:
        return f"ComfyUI has no colours to approximate pictures of {self.name} latents with: connect a VAE"


PIXELS = LatentSpace(
    name="pixels",
    scale=(1.0,) * 3,
    shift=(0.0,) * 3,
    rgb_factors=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    downscale=1,
)
"""Red, green and blue in -1..1, in no latent space at all: where Ho et al. 2020 worked."""


def _per_channel(values: tuple[float, ...], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype).view(1, -1, *[1] * (like.ndim - 2))
