"""What a newer ComfyUI than 0.30.0 does otherwise, as its code reads: a sibling of older_comfyui.py.

docs/versions.md says what was read, and that none of it could be run; tests/host/test_newer_comfyui.py puts each change
in.
"""

from torch import Tensor

from .comfyui import Model

ASKS_BOTH = ("cfg_pp", "cfgpp")
"""In the names of samplers that use the guess without the prompt at any cfg; the second since 0.35.0."""


def one_tensor(samples: Tensor, doing: str) -> Tensor:
    """The samples of a LATENT, where they are one tensor. Since August 2026 an empty latent may become several when it
    is fitted to a model of video with sound, so that this is asked before and after. Raises ValueError.
    """
    if samples.is_nested:
        raise ValueError(f"this latent packs several tensors (video with audio): Denoiscope cannot {doing} yet")
    return samples


def tell_latent_shapes(inner_model: Model, options: dict) -> None:
    """Since 0.31.0 a model is told the shapes before its latents are processed; older ones have no place for that."""
    if hasattr(inner_model, "latent_shapes"):
        inner_model.latent_shapes = options.get("latent_shapes")


def has_its_own_attention(layer: object) -> bool:
    """Since 0.32.0 a layer may compute attention in a way of its own, which whoever reads it would switch off."""
    return getattr(getattr(layer, "comfy_attention", None), "function", None) is not None
