"""A LoRA as weights: for each layer a low-rank update ΔW = (α / r) · up · down, and whatever else its file holds.

Hu et al. 2021, equation 3: B is `up` and A is `down`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..tensors import bytes_of
from .formats import LORA, Format
from .low_rank import Svd, singular_values_of_product, svd_of_product

TEXT_ENCODERS = ("lora_te", "text_encoder", "lora_prior_te")
"""What the names of a text encoder's layers begin with, in every style."""

MODEL, TEXT = "model", "text encoder"
LARGEST = 2**31
"""Numbers in one ΔW; the largest weights of today's models have about 2**30."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LoraLayer:
    """One layer's update.

    name    as in the file, without the ending that names the tensor: "lora_unet_middle_block_1_proj_in"
    format  how the tensors make the update; up · down for a plain LoRA
    parts   the tensors by their role in the format ("up", "down", ...), as they lie in the file
    keys    each role's key in the file, "alpha" among them where the file has one
    alpha   the α of the file; None where it has none: then up · down is the update
    """

    name: str
    format: Format = LORA
    parts: Mapping[str, Tensor]
    keys: Mapping[str, str]
    alpha: float | None = None

    def __post_init__(self):
        if self.alpha is not None and not math.isfinite(self.alpha):
            raise ValueError(f"alpha of {self.name} is {self.alpha}: the file is damaged")
        try:
            self.format.check(self.parts)
            self._check_size()
        except ValueError as error:
            raise ValueError(f"layer {self.name}: {error}") from error

    def _check_size(self) -> None:
        """A product may be far larger than the tensors that it is made of."""
        if math.prod(self.shape) > LARGEST:
            raise ValueError(f"its update would have {math.prod(self.shape):,} numbers, at most {LARGEST:,} are read")

    @property
    def part(self) -> str:
        """MODEL or TEXT: whether the diffusion model or a text encoder is changed."""
        return TEXT if self.name.startswith(TEXT_ENCODERS) else MODEL

    @property
    def scale(self) -> float:
        """α / r, r as the format counts it; 1 without an α."""
        rank = self.format.divisor(self.parts)
        return 1.0 if self.alpha is None or rank is None else self.alpha / rank

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of ΔW: (out, in), or (out, in, height, width) where the file tells the kernel of a convolution."""
        return self.format.shape(self.parts)

    @property
    def rank(self) -> int:
        """Columns of up: the rank that ΔW cannot exceed, unless a side of the matrix is shorter."""
        return self.format.rank(self.parts)

    @property
    def bytes(self) -> int:
        return bytes_of(self.parts.values())

    def factors(self) -> tuple[Tensor, Tensor]:
        """up [out, rank] and down [rank, in · kernel] with ΔW = scale · up · down, flattened; views of the file's
        tensors for a plain LoRA, made in float32 for another format.
        """
        return self.format.factors(self.parts)

    def svd(self) -> Svd:
        """The SVD of ΔW [out, in · kernel], scale included. Raises ValueError that names the layer."""
        return self._named(svd_of_product)

    def singular_values(self) -> Tensor:
        """[min(out, rank, in · kernel)] of ΔW, scale included. Raises ValueError that names the layer."""
        return self._named(singular_values_of_product)

    def _named(self, decompose):
        try:
            return decompose(*self.factors(), self.scale)
        except ValueError as error:
            raise ValueError(f"layer {self.name}: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """Tensors of a file that are no fixed low-rank update.

    title    how the format is called: "OFT", "bias differences"
    names    the layers, or the keys of tensors that nobody knows
    refused  whether they change weights in a way that no ΔW can say (then the file cannot be truncated); else they are
             vectors and notes that are carried along as they are
    why      a clause that says what they are
    """

    title: str
    names: tuple[str, ...]
    refused: bool
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Lora:
    """A LoRA as it lies in a file, not applied.

    name      of the file, or of what it was made from
    layers    the low-rank updates, in the order of the file
    foreign   everything else, by kind
    tensors   every tensor by its key: what the stock loader would be handed
    metadata  the words beside the tensors, as the trainer wrote them
    """

    name: str
    layers: tuple[LoraLayer, ...]
    foreign: tuple[Foreign, ...] = ()
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Bytes of all tensors; the file is larger by its header."""
        return bytes_of(self.tensors.values())

    @property
    def rank(self) -> int:
        """The highest rank of a layer; 0 without layers."""
        return max((layer.rank for layer in self.layers), default=0)

    @property
    def refused(self) -> tuple[Foreign, ...]:
        return tuple(kind for kind in self.foreign if kind.refused)


def up_down_layer(name: str, up: Tensor, down: Tensor, *, alpha: float | None = None) -> LoraLayer:
    """A layer made here rather than read: up [out, rank(, 1, 1)], down [rank, in(, height, width)].

    `name` is best the model's own key without ".weight" ("diffusion_model.middle_block.1.proj_in",
    "text_encoders.clip_l.transformer..."), which the stock loader knows for every model.
    """
    keys = {"up": f"{name}.lora_up.weight", "down": f"{name}.lora_down.weight", "alpha": f"{name}.alpha"}
    used = keys if alpha is not None else {role: keys[role] for role in ("up", "down")}
    return LoraLayer(name=name, parts={"up": up, "down": down}, keys=used, alpha=alpha)


def lora_of(name: str, layers: tuple[LoraLayer, ...], *, metadata: Mapping[str, str] | None = None) -> Lora:
    """A LoRA of nothing but up · down layers."""
    tensors = {key: tensor for layer in layers for key, tensor in tensors_of(layer)}
    return Lora(name=name, layers=tuple(layers), tensors=tensors, metadata=metadata or {})


def tensors_of(layer: LoraLayer) -> Iterator[tuple[str, Tensor]]:
    """Its tensors under their keys, α among them, in float32: 16 bits do not hold every whole number."""
    for role, tensor in layer.parts.items():
        yield layer.keys[role], tensor
    if layer.alpha is not None:
        yield layer.keys["alpha"], torch.tensor(float(layer.alpha))
