"""Which layers of a LoRA find their weight in a MODEL and a CLIP: what the stock loader only writes into the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import comfy.lora
import comfy.lora_convert

from ..core.lora.keys import parsed
from ..core.lora.lora import TEXT, Lora, LoraLayer
from .comfyui import Clip, Model


@dataclass(frozen=True, kw_only=True)
class Fit:
    """`found` layers change a weight, `absent` have none here, `misshapen` have one of another shape; `targets` is the
    weight of each found layer, by the layer's name.
    """

    targets: dict[str, str]
    absent: tuple[LoraLayer, ...]
    misshapen: tuple[str, ...]

    def sentences(self, *, with_clip: bool) -> Iterator[str]:
        total = len(self.targets) + len(self.absent) + len(self.misshapen)
        yield f"Layers that found their weight: {len(self.targets)} of {total}."
        text = sum(1 for layer in self.absent if layer.part == TEXT)
        if text and not with_clip:
            yield f"Of a text encoder, with no CLIP connected: {text}."
        if others := [layer.name for layer in self.absent if with_clip or layer.part != TEXT]:
            yield f"Without a weight here: {len(others)}, such as {others[0]}. The stock loader passes over them, too."
        if self.misshapen:
            yield (
                f"With a weight of another shape: {len(self.misshapen)}, such as {self.misshapen[0]}. The stock loader"
                " passes over them, too."
            )


def fit(lora: Lora, model: Model | None, clip: Clip | None) -> Fit:
    """Raises ValueError when not one layer finds a weight: then the LoRA is for another model."""
    layers, _ = parsed(comfy.lora_convert.convert_lora(dict(lora.tensors)))
    keys, shapes = _weights(model, clip)
    padded = {key.removesuffix(".reshape_weight") for key in lora.tensors if key.endswith(".reshape_weight")}
    targets, misshapen = {}, []
    for layer in layers:
        target = keys.get(layer.name)
        if isinstance(target, str) and layer.name not in padded and not _fits(layer, shapes[target]):
            misshapen.append(layer.name)
        elif target is not None:
            targets[layer.name] = target if isinstance(target, str) else target[0]
    absent = tuple(layer for layer in layers if layer.name not in keys)
    if not targets:
        raise ValueError(_nowhere(lora, layers, misshapen))
    return Fit(targets=targets, absent=absent, misshapen=tuple(misshapen))


def _weights(model, clip) -> tuple[dict, dict[str, tuple[int, ...]]]:
    """From a LoRA's names to the keys of weights, as ComfyUI maps them, and the shapes of those weights."""
    keys: dict = {}
    shapes: dict = {}
    for patcher, network, mapped in (
        (model, getattr(model, "model", None), comfy.lora.model_lora_keys_unet),
        (clip, getattr(clip, "cond_stage_model", None), comfy.lora.model_lora_keys_clip),
    ):
        if patcher is not None and network is not None:
            keys = mapped(network, keys)
            shapes |= {key: tuple(weight.shape) for key, weight in network.state_dict().items()}
    return keys, shapes


def _fits(layer: LoraLayer, weight: tuple[int, ...]) -> bool:
    return prod(layer.shape) == prod(weight)


def _nowhere(lora: Lora, layers: tuple[LoraLayer, ...], misshapen: list[str]) -> str:
    if misshapen:
        return f"every layer of {lora.name} has another shape than the weight it is for: it was made for another model"
    return (
        f"no layer of {lora.name} has a weight here ({layers[0].name} and {len(layers) - 1} more): it was made for"
        " another model"
    )
