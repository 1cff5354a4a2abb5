"""What an older ComfyUI lacks, and what stands for it there: each with the version that has it.

docs/versions.md says with which versions the pack was run.
"""

import inspect
from collections.abc import Mapping

import comfy.model_management
import comfy.model_sampling
import comfy.sd
import torch

from .comfyui import Clip, Model

V_PREDICTIONS = tuple(
    getattr(comfy.model_sampling, name)
    for name in ("V_PREDICTION", "V_PREDICTION_DDPM")
    if hasattr(comfy.model_sampling, name)
)
"""The second comes with CogVideoX, by 0.24.1: before it there is no model that it would be missed for."""


def intermediate_dtype() -> torch.dtype:
    """What latents are handed on in; before 0.18.2 nobody could choose it."""
    choose = getattr(comfy.model_management, "intermediate_dtype", None)
    return choose() if choose else torch.float32


def is_oom(error: Exception) -> bool:
    """Before 0.18.2 ComfyUI knows one exception for it, and no error that an accelerator raises later."""
    ask = getattr(comfy.model_management, "is_oom", None)
    return ask(error) if ask else isinstance(error, comfy.model_management.OOM_EXCEPTION)


def load_lora_for_models(
    model: Model | None,
    clip: Clip | None,
    tensors: dict,
    strength_model: float,
    strength_clip: float,
    metadata: Mapping,
) -> tuple[Model | None, Clip | None]:
    """As the stock loader of the ComfyUI that runs: before 0.24.1 it does not attach what a file says of itself."""
    load = comfy.sd.load_lora_for_models
    attached = {"lora_metadata": dict(metadata)} if "lora_metadata" in inspect.signature(load).parameters else {}
    return load(model, clip, tensors, strength_model, strength_clip, **attached)
