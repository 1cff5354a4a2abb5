"""LoRAs of random factors for a MODEL such as the pocket model's, whatever its shapes are."""

import comfy.lora
import torch

from denoiscope.core.lora.lora import lora_of, up_down_layer
from denoiscope.host.lora import applied

from ..core.loras import random


def matrices(model, count=3):
    """Keys of some weights with two axes or more, from all over the network."""
    keys = [
        key for key, w in model.model.diffusion_model.state_dict().items() if w.ndim > 1 and key.endswith(".weight")
    ]
    return [f"diffusion_model.{key}" for key in keys[:: max(1, len(keys) // count)]]


def weight_of(model, key):
    return model.model.state_dict()[key]


def a_lora(model, *, rank, strength=1 / 16):
    """For some of its matrices, by their own names."""
    layers = []
    for key in matrices(model):
        rows, *columns = weight_of(model, key).shape
        kernel = [1] * (len(columns) - 1)
        up, down = random(rows, rank, *kernel, seed=1) * strength, random(rank, *columns, seed=2) * strength
        layers.append(up_down_layer(key.removesuffix(".weight"), up, down, alpha=2.0))
    return lora_of("a LoRA", tuple(layers))


def updates(model, lora):
    """ΔW of each weight that a LoRA changes, as ComfyUI computes it, in float64."""
    patched = applied(lora, model, None, 1.0, 0.0)[0]
    return {
        key: comfy.lora.calculate_weight(patch, torch.zeros(weight_of(model, key).shape), key).double()
        for key, patch in patched.patches.items()
    }
