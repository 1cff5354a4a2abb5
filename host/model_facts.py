"""What a deck needs to know of a MODEL: its parameterization and its latent space, read from ComfyUI's objects."""

import comfy.model_sampling
import torch

from ..core.latent_space import LatentSpace
from ..core.recording.model_facts import ModelFacts
from .older_comfyui import V_PREDICTIONS
from .quantization import rounded_to


def facts_of(model_patcher) -> ModelFacts:
    """Read a ModelPatcher. Raises ValueError for a latent format that is more than a scale and a shift per channel."""
    sampling = model_patcher.get_model_object("model_sampling")
    return ModelFacts(
        name=type(model_patcher.model).__name__ + rounded_to(model_patcher),
        parameterization=parameterization_of(sampling),
        space=latent_space_of(model_patcher.get_model_object("latent_format")),
        sigma_data=float(getattr(sampling, "sigma_data", 1.0)),
    )


def parameterization_of(sampling) -> str:
    """The word for a model_sampling object; every variance-exploding one that is no other is read as eps."""
    if isinstance(sampling, comfy.model_sampling.CONST):
        return "flow"
    if isinstance(sampling, V_PREDICTIONS):
        return "v"
    if isinstance(sampling, comfy.model_sampling.X0):
        return "x0"
    return "eps"


def latent_space_of(latent_format) -> LatentSpace:
    """Measure the format's scale and shift by what process_in does to zeros and ones, and check them on noise."""
    shape = (1, latent_format.latent_channels, *[2] * latent_format.latent_dimensions)
    zero = _process_in(latent_format, torch.zeros(shape))
    scale = _process_in(latent_format, torch.ones(shape)) - zero
    probe = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    seen = _process_in(latent_format, probe)
    if seen.shape != probe.shape or not torch.allclose(seen, probe * scale + zero, atol=1e-4, rtol=1e-4):
        raise ValueError(_strange(latent_format))
    scales = scale.flatten(2)[0, :, 0].double()
    shifts = -zero.flatten(2)[0, :, 0].double() / scales
    factors = latent_format.latent_rgb_factors or ()
    readable = len(factors) == len(scales) and latent_format.latent_rgb_factors_reshape is None
    return LatentSpace(
        name=type(latent_format).__name__,
        scale=tuple(scales.tolist()),
        shift=tuple((shifts + 0.0).tolist()),
        rgb_factors=tuple(map(tuple, factors)) if readable else (),
        rgb_bias=tuple(latent_format.latent_rgb_factors_bias or (0.0, 0.0, 0.0)),
        downscale=latent_format.spacial_downscale_ratio,
    )


def _process_in(latent_format, latent):
    try:
        return latent_format.process_in(latent)
    except (RuntimeError, ValueError) as error:
        raise ValueError(_strange(latent_format)) from error


def _strange(latent_format) -> str:
    name = type(latent_format).__name__
    return f"the latent format {name} is more than a scale and a shift per channel: this model cannot be recorded yet"
