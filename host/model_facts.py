"""What a deck needs to know of a MODEL: its parameterization and its latent space, read from ComfyUI's objects."""

from typing import Any

import comfy.model_sampling
import torch

from ..core.filled_sentence import filled
from ..core.latent_space import LatentSpace
from ..core.parameterization import Parameterization
from ..core.recording.model_facts import ModelFacts
from .comfyui import Model
from .model_name import name_of
from .older_comfyui import V_PREDICTIONS
from .quantization import rounded_to

NOTES = (
    (
        comfy.model_sampling.COSMOS_RFLOW,
        filled(
            "This model predicts a velocity at a scale of its own (Cosmos). Its states are x0 + sigma times noise, so "
            "they are shown as those of a model that predicts noise."
        ),
    ),
    (
        comfy.model_sampling.EDM,
        filled("This model predicts as in EDM (Karras et al. 2022), which is v with the sign turned round."),
    ),
    (
        comfy.model_sampling.IMG_TO_IMG_FLOW,
        filled(
            "This model starts from the picture itself and predicts the result. At the end ComfyUI turns the latent "
            "round (1 - x): the last state is not where the states before it lead."
        ),
    ),
)
"""Kinds of model_sampling for which the four words of a parameterization say too little."""


SET = filled("This latent is a set of vectors: their order along the row means nothing.")


def facts_of(model_patcher: Model) -> ModelFacts:
    """Read a ModelPatcher. Raises ValueError for a latent format that is more than a scale and a shift per channel."""
    sampling = model_patcher.get_model_object("model_sampling")
    return ModelFacts(
        name=name_of(model_patcher) + rounded_to(model_patcher),
        parameterization=parameterization_of(sampling),
        space=latent_space_of(model_patcher.get_model_object("latent_format")),
        sigma_data=float(getattr(sampling, "sigma_data", 1.0)),
        notes=(
            *(note for kind, note in NOTES if isinstance(sampling, kind)),
            *([SET] if type(model_patcher.get_model_object("latent_format")).__name__.startswith("Hunyuan3D") else []),
        ),
    )


def parameterization_of(sampling: Any) -> Parameterization:
    """The word for a model_sampling object; every variance-exploding one that is no other is read as eps."""
    if isinstance(sampling, comfy.model_sampling.CONST):
        return "flow"
    if isinstance(sampling, V_PREDICTIONS):
        return "v"
    if isinstance(sampling, comfy.model_sampling.X0):
        return "x0"
    return "eps"


def latent_space_of(latent_format: Any) -> LatentSpace:
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
    return LatentSpace(
        name=type(latent_format).__name__,
        scale=tuple(scales.tolist()),
        shift=tuple((shifts + 0.0).tolist()),
        rgb_factors=_colours_of(latent_format, len(scales)),
        rgb_bias=tuple(latent_format.latent_rgb_factors_bias or (0.0, 0.0, 0.0)),
        downscale=latent_format.spacial_downscale_ratio,
        axes=min(latent_format.latent_dimensions, 2),
    )


def _colours_of(latent_format, channels: int) -> tuple[tuple[float, ...], ...]:
    """A row a channel, [channel, (row, column, rgb)]; empty where ComfyUI has no colours for them.

    Of latents that ComfyUI lays out anew before it colours them, as it unpacks Flux.2's cells of 2 x 2, the rows are
    read from what it makes of each channel alone.
    """
    factors, lay_out = latent_format.latent_rgb_factors or (), latent_format.latent_rgb_factors_reshape
    if lay_out is None:
        return tuple(map(tuple, factors)) if len(factors) == channels else ()
    alone = lay_out(torch.eye(channels).view(channels, channels, 1, 1))
    if alone.ndim != 4 or alone.shape[1] != len(factors):
        return ()
    rows = torch.einsum("kchw,cr->khwr", alone, torch.tensor(factors, dtype=alone.dtype)).flatten(1)
    return tuple(map(tuple, rows.tolist()))


def _process_in(latent_format, latent):
    try:
        return latent_format.process_in(latent)
    except (RuntimeError, ValueError) as error:
        raise ValueError(_strange(latent_format)) from error


def _strange(latent_format) -> str:
    name = type(latent_format).__name__
    return f"the latent format {name} is more than a scale and a shift per channel: this model cannot be recorded yet"
