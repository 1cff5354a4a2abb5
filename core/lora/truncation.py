"""A LoRA cut down to a lower rank: each layer's ΔW becomes the nearest matrix of that rank, as two new factors.

No singular value is clamped: then it would not be the nearest one (Eckart and Young 1936).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from .header import after_cut
from .lora import Lora, LoraLayer, tensors_of
from .low_rank import Svd, energy_curve, rank_for_energy, share_of_all
from .words import counted

NOTE = "denoiscope_truncated"

Choose = Callable[[Tensor], int]
"""Takes the singular values of a layer, largest first; gives the rank that the layer is to keep."""


def to_rank(rank: int) -> Choose:
    if rank < 1:
        raise ValueError(f"the rank to keep must be 1 or more, got {rank}")
    return lambda values: rank


def to_energy(share: float) -> Choose:
    """The smallest rank of each layer that holds `share`, above 0 and up to 1, of its energy."""
    rank_for_energy(torch.ones(1), share)
    return lambda values: rank_for_energy(values, share)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What a cut did to one layer: its rank and bytes after and before it (`was`, `bytes_were`), the share of the
    energy of ΔW that is kept, and the energy before the cut, ‖ΔW‖² (Frobenius).
    """

    name: str
    rank: int
    was: int
    kept: float
    energy: float
    bytes: int
    bytes_were: int


def cut_layer(layer: LoraLayer, svd: Svd, rank: int, *, precision: torch.dtype | None = None) -> tuple[LoraLayer, Cut]:
    """The layer at `rank`, from its `svd`; the layer itself, bit for bit, where its factors are no wider than that.

    The scale goes into the factors, and α becomes the new rank, so that α / r is 1.
    """
    keep = min(max(1, rank), len(svd.values))
    cut = layer if rank >= layer.rank else _layer(layer, *svd.factors(keep), precision)
    curve = energy_curve(svd.values)
    return cut, Cut(
        name=layer.name,
        rank=cut.rank,
        was=layer.rank,
        kept=float(curve[min(keep, len(curve) - 1)]) if cut is not layer else 1.0,
        energy=svd.energy,
        bytes=cut.bytes,
        bytes_were=layer.bytes,
    )


def bytes_of_cut(layer: LoraLayer, rank: int) -> int:
    """Bytes that the factors of `cut_layer` will take, at a rank below the layer's own, in the file's precision."""
    rows, columns = layer.shape[0], prod(layer.shape[1:])
    return min(max(1, rank), rows, columns) * (rows + columns) * _kind_of(layer).itemsize


def rest_of_layer(layer: LoraLayer, svd: Svd, rank: int, *, times: float = 1.0) -> LoraLayer | None:
    """What a cut to `rank` throws away, ΔW − ΔW_rank, as a layer of its own, `times` as strong; None if that is
    nothing.
    """
    if rank >= min(layer.rank, len(svd.values)):
        return None
    rest = Svd(left=svd.left[:, rank:], values=svd.values[rank:], right=svd.right[rank:])
    up, down = rest.factors(len(rest.values))
    return _layer(layer, up * times, down, torch.float32)


def with_layers(lora: Lora, layers: tuple[LoraLayer, ...], *, note: str) -> Lora:
    """The same file with other layers in the place of its own; what is carried along stays. `note` goes into its
    metadata, and what has become wrong there is put right or left out.
    """
    own = {key for layer in lora.layers for key in layer.keys.values()}
    carried = {key: tensor for key, tensor in lora.tensors.items() if key not in own}
    made = {key: tensor for layer in layers for key, tensor in _tensors(layer, lora)}
    words = after_cut(lora.metadata, {layer.rank for layer in layers}, {layer.alpha for layer in layers})
    return Lora(
        name=lora.name,
        layers=tuple(layers),
        foreign=lora.foreign,
        tensors=made | carried,
        metadata={**words, NOTE: note},
    )


def check_cuttable(lora: Lora) -> None:
    """Raises ValueError that names each format without a fixed ΔW, and how many layers have it."""
    if lora.refused:
        kinds = "; ".join(f"{kind.title} in {counted(len(kind.names), 'layer')} ({kind.why})" for kind in lora.refused)
        raise ValueError(f"{lora.name} cannot be cut to a lower rank, because it holds {kinds}: choose a plain LoRA")
    if not lora.layers:
        raise ValueError(f"{lora.name} holds no layer that has a rank")


def energy_kept(cuts: Iterable[Cut]) -> float:
    """The share of the energy of all layers together, 0..1; 1 where there was none."""
    return share_of_all((cut.kept, cut.energy) for cut in cuts)


def _tensors(layer: LoraLayer, before: Lora) -> Iterator[tuple[str, Tensor]]:
    """A layer's tensors by key; a layer that was not changed gives those of its file, bit for bit."""
    if layer in before.layers:
        return ((key, before.tensors[key]) for key in layer.keys.values())
    return tensors_of(layer)


def _layer(layer: LoraLayer, up: Tensor, down: Tensor, precision: torch.dtype | None) -> LoraLayer:
    """Replaces a layer's factors by [out, rank] and [rank, in · kernel], reshaped as its own and under its keys."""
    rows, *columns = layer.shape
    rank = down.shape[0]
    kernel = [1] * (len(columns) - 1)
    kind = precision or _kind_of(layer)
    keys = _keys_of(layer)
    return LoraLayer(
        name=layer.name,
        parts={
            "up": rounded(up.reshape(rows, rank, *kernel), kind, layer.name),
            "down": rounded(down.reshape(rank, *columns), kind, layer.name),
        },
        keys=keys,
        alpha=float(rank) if "alpha" in keys else None,
    )


def _keys_of(layer: LoraLayer) -> dict[str, str]:
    """The file's own keys where it has them, else kohya's endings, which the stock loader tries first."""
    keys = {"up": f"{layer.name}.lora_up.weight", "down": f"{layer.name}.lora_down.weight"}
    return {**keys, **{role: key for role, key in layer.keys.items() if role in ("up", "down", "alpha")}}


def _kind_of(layer: LoraLayer) -> torch.dtype:
    widest = max((tensor.dtype for tensor in layer.parts.values()), key=lambda kind: kind.itemsize)
    return widest if widest.itemsize > 1 else torch.float16


def rounded(factor: Tensor, kind: torch.dtype, name: str) -> Tensor:
    """Raises ValueError that names the layer when its numbers are too large for the kind."""
    kept = factor.to(kind).contiguous()
    if not torch.isfinite(kept).all():
        raise ValueError(f"layer {name}: its factors are too large for {kind}: choose float32")
    return kept
