"""The spectrum of a LoRA: the singular values of every layer's ΔW, and what a rank keeps of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from .blocks import Block, block_of, place_of
from .lora import Lora, LoraLayer
from .low_rank import effective_rank, energy_curve, rank_for_energy
from .words import counted


@dataclass(frozen=True, kw_only=True, eq=False)
class LayerSpectrum:
    """Singular values of one layer, [min(out, rank, in · kernel)], largest first, and what it is the spectrum of."""

    name: str
    shape: tuple[int, ...]
    rank: int
    values: Tensor

    @property
    def block(self) -> Block:
        return block_of(self.name)

    @property
    def energy(self) -> float:
        """‖ΔW‖², the sum of the squared singular values."""
        return float(self.values.square().sum())

    @property
    def effective_rank(self) -> float:
        return effective_rank(self.values)

    def kept(self, rank: int) -> float:
        """The share of the energy that the first `rank` singular values hold, 0..1."""
        return float(energy_curve(self.values)[min(rank, len(self.values))])

    def rank_for(self, share: float) -> int:
        return rank_for_energy(self.values, share)


@dataclass(frozen=True, kw_only=True, eq=False)
class LoraSpectrum:
    """The spectra of all layers of `lora`, in the order in which the network is walked."""

    lora: Lora
    layers: tuple[LayerSpectrum, ...]

    @property
    def rank(self) -> int:
        """The most singular values that a layer has."""
        return max(len(layer.values) for layer in self.layers)


def layer_spectrum(layer: LoraLayer) -> LayerSpectrum:
    """Raises ValueError that names the layer, when it holds numbers that are not finite."""
    return LayerSpectrum(name=layer.name, shape=layer.shape, rank=layer.rank, values=layer.singular_values())


def lora_spectrum(lora: Lora, layers: Iterable[LayerSpectrum]) -> LoraSpectrum:
    """Raises ValueError for a LoRA without a layer that has singular values."""
    ordered = sorted(layers, key=lambda layer: place_of(layer.name))
    if not ordered:
        kinds = ", ".join(f"{kind.title} in {counted(len(kind.names), 'layer')}" for kind in lora.foreign)
        raise ValueError(f"{lora.name} has no ΔW to decompose: it holds {kinds}")
    return LoraSpectrum(lora=lora, layers=tuple(ordered))


def energy_by_rank(layers: Iterable[LayerSpectrum], ranks: Iterable[int]) -> list[float]:
    """The share of the energy of several layers together that is left when each is cut to a rank, for each rank."""
    squares = _padded(layers).square().sum(0)
    curve = energy_curve(squares.sqrt())
    return [float(curve[min(rank, len(curve) - 1)]) for rank in ranks]


def typical_values(layers: Iterable[LayerSpectrum]) -> Tensor:
    """[rank]: root mean square over the layers of their first, second, ... singular value; none counts as 0."""
    return _padded(layers).square().mean(0).sqrt()


def _padded(layers: Iterable[LayerSpectrum]) -> Tensor:
    """[layer, rank]"""
    return torch.nn.utils.rnn.pad_sequence([layer.values for layer in layers], batch_first=True)
