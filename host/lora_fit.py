"""Which layers of a LoRA find their weight in a MODEL and a CLIP: what the stock loader only writes into the log."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

import comfy.lora
import comfy.lora_convert
from torch import Tensor

from ..core.filled_sentence import filled
from ..core.lora.formats import DIFF
from ..core.lora.keys import PADDING, parsed
from ..core.lora.lora import TEXT, Lora, LoraLayer
from .comfyui import Clip, Model


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a layer's update is added: a weight's key, and the shape of it or of the slice that is meant."""

    key: str
    shape: tuple[int, ...]


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
        yield filled("Layers that found their weight: {1} of {2}.", len(self.targets), total)
        text = sum(1 for layer in self.absent if layer.part == TEXT)
        if text and not with_clip:
            yield filled("Of a text encoder, with no CLIP connected: {1}.", text)
        if others := [layer.name for layer in self.absent if with_clip or layer.part != TEXT]:
            yield filled(
                "Without a weight here: {1}, such as {2}. The stock loader passes over them, too.",
                len(others),
                others[0],
            )
        if self.misshapen:
            yield filled(
                "With a weight of another shape: {1}, such as {2}. The stock loader passes over them, too.",
                len(self.misshapen),
                self.misshapen[0],
            )


def as_read(lora: Lora) -> Lora:
    """The same under the names that ComfyUI gives its layers before it looks for their weights: some trainers' files
    (Black Forest Labs' control LoRAs, Wan Fun, USO) are renamed as a whole, by keys that a part of them lacks.
    """
    tensors = comfy.lora_convert.convert_lora(dict(lora.tensors))
    if tensors.keys() == lora.tensors.keys():
        return lora
    layers, foreign = parsed(tensors)
    return replace(lora, layers=layers, foreign=foreign, tensors=tensors)


def fit(lora: Lora, model: Model | None, clip: Clip | None) -> Fit:
    """Raises ValueError when not one layer finds a weight: then the LoRA is for another model."""
    lora = as_read(lora)
    places = _places(model, clip)
    targets, misshapen = {}, []
    for layer in lora.layers:
        place = places.get(layer.name)
        if place is not None and _fits(layer, place.shape, lora.tensors.get(f"{layer.name}{PADDING}")):
            targets[layer.name] = place.key
        elif place is not None:
            misshapen.append(layer.name)
    absent = tuple(layer for layer in lora.layers if layer.name not in places)
    if not targets:
        raise ValueError(_nowhere(lora, misshapen))
    return Fit(targets=targets, absent=absent, misshapen=tuple(misshapen))


def _places(model, clip) -> dict[str, Place]:
    """What each name that a LoRA may use stands for, as ComfyUI maps it: a weight, or some rows of a fused weight."""
    keys: dict = {}
    shapes: dict[str, tuple[int, ...]] = {}
    for network, mapped in (
        (getattr(model, "model", None), comfy.lora.model_lora_keys_unet),
        (getattr(clip, "cond_stage_model", None), comfy.lora.model_lora_keys_clip),
    ):
        if network is not None:
            keys = mapped(network, keys)
            shapes |= {key: tuple(weight.shape) for key, weight in _all_tensors(network)}
    found = {name: _place(target, shapes) for name, target in keys.items()}
    return {name: place for name, place in found.items() if place is not None}


def _all_tensors(network) -> Iterator[tuple[str, Tensor]]:
    """The state dict of a layer of few-bit numbers has these packed, in another shape than the weight's own."""
    yield from network.named_buffers()
    yield from network.named_parameters()


def _place(target: str | tuple, shapes: dict[str, tuple[int, ...]]) -> Place | None:
    """A target is a key, or a tuple of a key, a slice (axis, start, length) or None, and perhaps a function."""
    key, *rest = (target,) if isinstance(target, str) else target
    if key not in shapes:
        return None
    shape = list(shapes[key])
    if rest and rest[0] is not None:
        axis, start, length = rest[0]
        shape[axis] = length if start + length <= shape[axis] else 0
    return Place(key=key, shape=tuple(shape))


def _fits(layer: LoraLayer, weight: tuple[int, ...], padding: Tensor | None) -> bool:
    """Whether ComfyUI adds the layer's update: a product is reshaped, a difference is not; `padding` is the shape to
    which the weight is enlarged before.
    """
    if padding is not None:
        wide = tuple(int(side) for side in padding)
        larger = len(wide) == len(weight) and all(new >= old for new, old in zip(wide, weight, strict=True))
        return larger and prod(layer.shape) == prod(wide)
    return layer.shape == weight if layer.format is DIFF else prod(layer.shape) == prod(weight)


def _nowhere(lora: Lora, misshapen: list[str]) -> str:
    if misshapen:
        return filled(
            "every layer of {1} has another shape than the weight it is for: it was made for another model", lora.name
        )
    return filled(
        "no layer of {1} has a weight here ({2} and {3} more): it was made for another model",
        lora.name,
        lora.layers[0].name,
        len(lora.layers) - 1,
    )
