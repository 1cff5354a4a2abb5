"""The weights of a MODEL with what is laid over them, as ComfyUI makes numbers of them."""

from collections.abc import Iterator

import comfy.lora
import comfy.model_management
import comfy.utils
import torch
from comfy.model_patcher import get_key_weight
from comfy.quant_ops import QuantizedTensor
from torch import Tensor

from .comfyui import Model

CPU = torch.device("cpu")
OF_A_LAYER = ("weight", "bias")

Known = list
"""Of a weight: itself with what makes numbers of it, then its patches."""


def patched_weights(model: Model, prefix: str) -> dict[str, Known]:
    """By key, as ModelPatcher.get_key_patches gives it; but a layer of scaled few-bit numbers has scales and settings
    in its state dict that are no attributes of it, at which that stops: they belong to the weight and are left out.
    """
    return {key: _known(model, key) for key in _keys(model, prefix)}


def numbers(known: Known, key: str) -> Tensor:
    """The weight in float32 on the CPU, with its patches, as ComfyUI computes it before it rounds."""
    (weight, convert), *patches = known
    plain = comfy.model_management.cast_to_device(weight, CPU, torch.float32, copy=True)
    return comfy.lora.calculate_weight(patches, convert(plain, inplace=True), key)


def is_quantized(known: Known) -> bool:
    return isinstance(known[0][0], QuantizedTensor)


def _keys(model: Model, prefix: str) -> Iterator[str]:
    for key in model.model_state_dict(prefix):
        layer, _, name = key.rpartition(".")
        owner = comfy.utils.get_attr(model.model, layer)
        own = name in OF_A_LAYER if isinstance(getattr(owner, "weight", None), QuantizedTensor) else True
        if own and isinstance(getattr(owner, name, None), Tensor):
            yield key


def _known(model: Model, key: str) -> Known:
    weight, _, convert = get_key_weight(model.model, key)
    if key in model.backup:
        weight = model.backup[key].weight
    if key in model.hook_backup:
        weight = model.hook_backup[key][0]
    return [(weight, convert or _as_it_is), *model.patches.get(key, ())]


def _as_it_is(weight: Tensor, **kwargs) -> Tensor:
    return weight
