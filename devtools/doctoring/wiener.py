"""MODELs whose best guess is known in closed form: of Gaussian pictures, with more energy in coarse than in fine."""

from __future__ import annotations

import comfy.conds
import comfy.latent_formats
import comfy.model_base
import comfy.model_patcher
import comfy.supported_models_base
import torch
from torch import Tensor

KINDS = {
    "eps": comfy.model_base.ModelType.EPS,
    "v": comfy.model_base.ModelType.V_PREDICTION,
    "flow": comfy.model_base.ModelType.FLOW,
}
CHANNELS = 4
SLOPE = 1.5
"""Amplitudes fall with frequency to this power: between 1, of photographs (Field 1987), and 2, of plain drawings."""
SPREAD = 1.0
"""Of a finished latent, as latent formats are scaled."""


def amplitudes(height: int, width: int) -> Tensor:
    """[height, width] of a Fourier transform, scaled so that a picture of them has SPREAD."""
    down, across = torch.fft.fftfreq(height) * height, torch.fft.fftfreq(width) * width
    falling = 1 / (1 + (down[:, None] ** 2 + across[None, :] ** 2).sqrt()) ** SLOPE
    return SPREAD * falling / falling.square().mean().sqrt()


def picture(seed: int, height: int, width: int) -> Tensor:
    """One finished latent, [channel, height, width]."""
    noise = torch.randn(CHANNELS, height, width, generator=torch.Generator().manual_seed(seed))
    return torch.fft.ifft2(torch.fft.fft2(noise) * amplitudes(height, width)).real


def best_guess(x: Tensor, sigma: Tensor, mean: Tensor, kind: str) -> Tensor:
    """The mean of x0 given x (Wiener 1949): each frequency kept by its share of energy against the noise's."""
    signal = 1 - sigma if kind == "flow" else torch.ones_like(sigma)
    energy = amplitudes(*x.shape[-2:]).square().to(x)
    gain = signal * energy / (signal**2 * energy + sigma**2)
    return mean + torch.fft.ifft2(torch.fft.fft2(x - signal * mean) * gain).real


class Format(comfy.latent_formats.LatentFormat):
    """A scale, as Stable Diffusion's; the shift is 0."""

    latent_channels = CHANNELS
    scale_factor = 0.5
    latent_rgb_factors = [[0.3, 0.2, 0.1], [0.1, 0.3, 0.2], [0.2, 0.1, 0.3], [0.1, 0.1, 0.1]]


class VideoFormat(Format):
    latent_dimensions = 3


class NoNetwork(torch.nn.Module):
    def __init__(self, device=None, operations=None, **_):
        super().__init__()
        self.dtype = torch.float32
        self.weight = torch.nn.Parameter(torch.zeros(1), requires_grad=False)


class WienerModel(comfy.model_base.BaseModel):
    """Answers as the network it stands for would, in eps, v or velocity; ComfyUI turns that back into a guess."""

    kind = "eps"

    def extra_conds(self, **kwargs):
        return {"c_crossattn": comfy.conds.CONDRegular(kwargs["cross_attn"])}

    def _apply_model(self, x, t, c_concat=None, c_crossattn=None, control=None, transformer_options=None, **_):
        sigma = t.view(-1, *[1] * (x.ndim - 1))
        wanted = c_crossattn.reshape(len(x), CHANNELS, -1, *x.shape[-2:])
        guess = best_guess(x, sigma, wanted if x.ndim == 5 else wanted[:, :, 0], self.kind)
        return self.model_sampling.calculate_denoised(t, self.answer(x, sigma, guess), x)

    def answer(self, x, sigma, guess):
        if self.kind != "v":
            return (x - guess) / sigma
        return (x / (sigma**2 + 1) - guess) / (sigma / (sigma**2 + 1) ** 0.5)


def wiener_model(kind: str, *, video: bool = False):
    """A ModelPatcher that stock samplers take."""

    class Config(comfy.supported_models_base.BASE):
        unet_config = {}
        unet_extra_config = {}
        latent_format = VideoFormat if video else Format
        memory_usage_factor = 0.1

    cpu = torch.device("cpu")
    model = WienerModel(Config({"dtype": torch.float32}), model_type=KINDS[kind], device=cpu, unet_model=NoNetwork)
    model.kind = kind
    return comfy.model_patcher.ModelPatcher(model, load_device=cpu, offload_device=cpu)


def wish(seed: int, side: int, strength: float = 0.5) -> list:
    """A CONDITIONING that asks for pictures around one picture; strength 0 for any picture."""
    return [[strength * picture(seed, side, side).reshape(1, 1, -1), {}]]
