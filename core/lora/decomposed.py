"""A LoRA whose layers have been decomposed once, to be cut to many ranks, each with what it leaves out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..tensors import bytes_of
from .keys import PADDING
from .lora import MODEL, Lora, LoraLayer, lora_of
from .low_rank import Svd, energy_curve, share_of_all
from .truncation import bytes_of_cut, cut_layer, rest_of_layer, with_layers


@dataclass(frozen=True, kw_only=True, eq=False)
class Decomposed:
    """`svds` has one for each layer of `lora`, in its order."""

    lora: Lora
    svds: tuple[Svd, ...]

    def cut(self, rank: int) -> Lora:
        """Each layer at `rank`, from 1 on; the LoRA itself, bit for bit, where no layer is wider."""
        if rank >= self.lora.rank:
            return self.lora
        pairs = zip(self.lora.layers, self.svds, strict=True)
        layers = tuple(cut_layer(layer, svd, rank)[0] for layer, svd in pairs)
        return with_layers(self.lora, layers, note=f"each layer cut to rank {rank}")

    def left_out(self, rank: int) -> Lora | None:
        """What a cut to `rank` throws away, ΔW − ΔW_rank of each layer; None where that is nothing.

        Vectors such as biases have no rank and are never cut: they are left out at rank 0 alone, with everything else.
        """
        if rank == 0:
            return self.lora
        rests = (rest_of_layer(layer, svd, rank) for layer, svd in zip(self.lora.layers, self.svds, strict=True))
        layers = tuple(rest for rest in rests if rest is not None)
        if not layers:
            return None
        rest = lora_of(self.lora.name, layers)
        return replace(rest, tensors={**rest.tensors, **self._paddings(layers)})

    def _paddings(self, layers: Iterable[LoraLayer]) -> dict[str, Tensor]:
        """The shapes to which weights of these layers are enlarged: without them an update has no place to go."""
        keys = (f"{layer.name}{PADDING}" for layer in layers)
        return {key: self.lora.tensors[key] for key in keys if key in self.lora.tensors}

    def energy(self, rank: int) -> float:
        """The share of the energy of the diffusion model's layers that a cut to `rank` keeps, 0..1."""
        pairs = zip(self.lora.layers, self.svds, strict=True)
        return share_of_all((_kept(layer, svd, rank), svd.energy) for layer, svd in pairs if layer.part == MODEL)

    def bytes(self, rank: int) -> int:
        """Bytes of the tensors that a cut to `rank`, 1 or more, will have; computed without cutting."""
        return self.lora.bytes + sum(self._saved(layer, rank) for layer in self.lora.layers if rank < layer.rank)

    def _saved(self, layer: LoraLayer, rank: int) -> int:
        """The change in bytes when this layer is cut, a negative number. Its new α has 32 bits."""
        alpha = layer.keys.get("alpha")
        more = 0 if alpha is None else torch.float32.itemsize - bytes_of([self.lora.tensors[alpha]])
        return bytes_of_cut(layer, rank) - layer.bytes + more


def _kept(layer: LoraLayer, svd: Svd, rank: int) -> float:
    return 1.0 if rank >= layer.rank else float(energy_curve(svd.values)[min(rank, len(svd.values))])


def in_float32(svd: Svd) -> Svd:
    """Converts the vectors to float32, which halves their memory; the singular values stay float64."""
    return replace(svd, left=svd.left.float(), right=svd.right.float())
