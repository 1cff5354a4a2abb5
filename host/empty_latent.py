"""An empty latent, which says how many times smaller than its picture it is, in a model's own channels and size."""

import comfy.sample
from torch import Tensor

from .comfyui import Model

RATIOS = ("downscale_ratio_spacial", "downscale_ratio_temporal")
"""Of ComfyUI's LATENT. Only those that one has are handed on: before 0.24.1 ComfyUI knows none of time."""


def fitted_samples(model: Model, latent: dict) -> Tensor:
    """The samples of a LATENT as the model takes them: one that is not empty keeps its channels and its size."""
    ratios = {name: latent[name] for name in RATIOS if latent.get(name) is not None}
    return comfy.sample.fix_empty_latent_channels(model, latent["samples"], **ratios)
