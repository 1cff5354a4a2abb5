"""What must be known of a model's latent space to show its latents later: scale, shift and an approximation of
colour.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class LatentSpace:
    """The map from the VAE's space to the model's, where samplers work: model = (vae - shift) * scale, per channel.

    `rgb_factors` (a row of three per channel) and `rgb_bias` approximate a picture in -1..1 from a latent in the
    model's space; empty where the model has none. `downscale` is pixels per latent cell.
    """

    name: str
    scale: tuple[float, ...]
    shift: tuple[float, ...]
    rgb_factors: tuple[tuple[float, float, float], ...] = ()
    rgb_bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    downscale: int = 8

    def __post_init__(self):
        if not self.scale or len(self.scale) != len(self.shift):
            raise ValueError(
                f"a latent space needs one scale and one shift a channel, got {len(self.scale)} and {len(self.shift)}"
            )
        if 0.0 in self.scale:
            raise ValueError("a latent space's scale must not be 0")
        if self.rgb_factors and len(self.rgb_factors) != self.channels:
            raise ValueError(f"{len(self.rgb_factors)} colour factors do not fit {self.channels} channels")

    @property
    def channels(self) -> int:
        return len(self.scale)

    @property
    def is_pixels(self) -> bool:
        """Whether a latent is the picture itself, whose colours are exact without any decoder."""
        return replace(self, name=PIXELS.name) == PIXELS

    def to_vae(self, x: Tensor) -> Tensor:
        """A latent of the model's space as the VAE and LATENT sockets take it; x is [batch, channel, ...]."""
        return x / _per_channel(self.scale, x) + _per_channel(self.shift, x)

    def to_model(self, latent: Tensor) -> Tensor:
        """The inverse of `to_vae`."""
        return (latent - _per_channel(self.shift, latent)) * _per_channel(self.scale, latent)

    def approximate_rgb(self, x: Tensor) -> Tensor:
        """A picture from linear factors alone: [batch, channel, height, width] to [batch, height, width, 3] in 0..1."""
        if not self.rgb_factors:
            raise ValueError(f"{self.name} has no colour factors: connect a VAE to see pictures")
        factors = torch.tensor(self.rgb_factors, dtype=torch.float32)
        rgb = torch.einsum("bchw,cr->bhwr", x.float(), factors) + torch.tensor(self.rgb_bias)
        return ((rgb + 1) / 2).clamp(0, 1)


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
