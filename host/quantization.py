"""A MODEL whose weights are rounded to few bits when ComfyUI loads it: a patch among its patches, no second copy."""

import torch
from comfy.ops import CastWeightBiasOp
from comfy.quant_ops import QuantizedTensor
from comfy.weight_adapter import WeightAdapterBase
from torch import Tensor, nn

from ..core.quantization import RoundedLayer, measured, rounded
from ..core.tensors import bytes_of
from .comfyui import Model
from .lora import each
from .model_name import name_of
from .weights import numbers, patched_weights

PREFIX = "diffusion_model."
ROUNDED_KINDS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
WHOLE_KINDS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
"""Kinds of numbers that are not yet few bits."""


class Rounding(WeightAdapterBase):
    """One step in ComfyUI's list of patches of a weight: rounds what the steps before it have made.

    A LoRA applied before is rounded along, one applied after is added to the rounded weight. ComfyUI makes copies of
    adapters from `loaded_keys` and `weights`, here the number of bits.
    """

    name = "denoiscope_rounding"

    def __init__(self, loaded_keys: set[str], weights: tuple[int]):
        self.loaded_keys = loaded_keys
        self.weights = weights

    def calculate_weight(self, weight: Tensor, *args, **kwargs) -> Tensor:
        (bits,) = self.weights
        return rounded(weight, bits)


def with_fewer_bits(model: Model, bits: int) -> Model:
    """A clone of a MODEL; the linear and convolution layers of its diffusion model are rounded whenever it is loaded.

    Raises ValueError for weights that are few bits already, and for a model without such layers.
    """
    keys = weights_to_round(model)
    patched = model.clone()
    patched.add_patches({key: Rounding({key}, (bits,)) for key in keys})
    return patched


def rounded_to(model: Model) -> str:
    """How a deck tells a rounded model from a whole one: ", 4 bits a weight", or nothing."""
    patches = (patch[1] for steps in model.patches.values() for patch in steps)
    bits = sorted({patch.weights[0] for patch in patches if isinstance(patch, Rounding)})
    return f", {bits[0]} bits a weight" if bits else ""


def weights_to_round(model: Model) -> list[str]:
    """Keys of the weights, as ComfyUI patches them."""
    layers = {
        f"{PREFIX}{name}.weight": layer
        for name, layer in model.get_model_object("diffusion_model").named_modules()
        if _has_a_matrix(layer)
    }
    if not layers:
        raise ValueError(
            f"this model ({name_of(model)}) has no linear or convolution layer that is known here: its weights cannot"
            " be rounded"
        )
    for key, layer in layers.items():
        _check_whole(model, key, layer.weight)
    return list(layers)


def rounding_of(model: Model, bits: int) -> list[RoundedLayer]:
    """What the rounding changes, layer by layer, with earlier patches (LoRAs) counted in; with progress."""
    weights = patched_weights(model, PREFIX)

    def measure(key: str) -> RoundedLayer:
        return measured(key, numbers(weights[key], key), bits, stored_bytes=bytes_of([weights[key][0][0]]))

    return list(each(weights_to_round(model), measure))


def left_alone(model: Model) -> tuple[int, int]:
    """How many numbers of the diffusion model are not rounded, and their bytes."""
    taken = set(weights_to_round(model))
    network = model.get_model_object("diffusion_model")
    left = [p for name, p in network.named_parameters() if f"{PREFIX}{name}" not in taken]
    return sum(p.numel() for p in left), bytes_of(left)


def kinds_of(model: Model) -> str:
    """The kinds of numbers of the weights that are rounded, in words."""
    state = model.model_state_dict(PREFIX)
    return " and ".join(sorted({_kind(state[key].dtype) for key in weights_to_round(model)}))


def _has_a_matrix(layer: nn.Module) -> bool:
    """ComfyUI's linear layers of scaled few-bit numbers are none of torch's."""
    return isinstance(layer, ROUNDED_KINDS) or (isinstance(layer, CastWeightBiasOp) and hasattr(layer, "in_features"))


def _check_whole(model, key: str, weight) -> None:
    if weight.dtype in WHOLE_KINDS and not isinstance(weight, QuantizedTensor):
        return
    kind = "a quantized layout" if isinstance(weight, QuantizedTensor) else _kind(weight.dtype)
    raise ValueError(
        f"this model ({name_of(model)}) is quantized already, {key} is in {kind}: load it in float16, bfloat16 or"
        " float32 (weight_dtype default) before it is rounded"
    )


def _kind(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
