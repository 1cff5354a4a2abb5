"""Miniatures as most people download large models: matrices in scaled 8-bit numbers, each with its scale beside it."""

import json

import comfy.model_patcher
import comfy.sd
import torch
from torch import Tensor

from .networks import built

LARGEST = 448.0
"""That float8 e4m3 has."""
SETTINGS = torch.tensor(list(json.dumps({"format": "float8_e4m3fn"}).encode()), dtype=torch.uint8)


def scaled_tensors(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The blocks' matrices in 8 bits, as such files hold them; all else as it was."""
    return {name: kept for key, weight in weights.items() for name, kept in _scaled(key, weight).items()}


def scaled(kind, config: dict) -> comfy.model_patcher.ModelPatcher:
    """What Load Diffusion Model makes of such a file."""
    return comfy.sd.load_diffusion_model_state_dict(
        scaled_tensors(dict(built(kind, config).diffusion_model.state_dict()))
    )


def _scaled(key: str, weight: Tensor) -> dict[str, Tensor]:
    if weight.ndim != 2 or not key.endswith(".weight") or "blocks" not in key:
        return {key: weight}
    scale = weight.abs().max().float() / LARGEST
    layer = key.removesuffix("weight")
    few = (weight.float() / scale).to(torch.float8_e4m3fn)
    return {key: few, f"{layer}weight_scale": scale, f"{layer}comfy_quant": SETTINGS}
