"""The difference of two models as a LoRA: for each weight the nearest update of a low rank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from .formats import flat
from .keys import parsed
from .lora import Lora, tensors_of, up_down_layer
from .low_rank import share_of_all
from .randomised_svd import is_projected, leading_svd
from .truncation import rounded
from .words import bytes_in_words, counted, ranks_in_words

NOTE = "denoiscope_extracted"
SEED = 0
"""Seed of the random projections: the same two models always give the same LoRA."""
VANISHED = 1e-7
"""Singular values below this share of the first are left out: they are rounding errors."""
WEIGHT = ".weight"
COLUMNS = ("layer", "shape", "rank", "energy kept", "share of all energy", "norm", "singular values")


@dataclass(frozen=True, kw_only=True)
class Extracted:
    """How one matrix was approximated: its shape and rank, the share of its energy that the update keeps, the energy
    itself (squared Frobenius norm), and whether its SVD is exact or was found by projection.
    """

    name: str
    shape: tuple[int, ...]
    rank: int
    kept: float
    energy: float
    exact: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Difference:
    """The difference of one weight: its tensors in the LoRA, and how a matrix was approximated (None for a vector)."""

    key: str
    tensors: dict[str, Tensor]
    extracted: Extracted | None = None


def difference_of(key: str, tuned: Tensor, base: Tensor, rank: int, precision: torch.dtype) -> Difference | None:
    """Computes the difference of the weight `key` in two models, float32 and of one shape; None if it did not change.

    A matrix, or the kernel of a convolution, becomes up · down of `rank` at most; a vector is kept whole. Raises
    ValueError for numbers that are not finite, and for factors that are too large for the precision.
    """
    change = tuned - base
    if not torch.isfinite(change).all():
        raise ValueError(f"{key} holds numbers that are not finite (NaN or infinite): a model is damaged")
    if not change.any():
        return None
    if change.ndim < 2:
        return Difference(key=key, tensors={f"{key.removesuffix(WEIGHT)}.diff": rounded(change, precision, key)})
    return _matrix(key, change, rank, precision)


def _matrix(key: str, change: Tensor, rank: int, precision: torch.dtype) -> Difference:
    name = key.removesuffix(WEIGHT)
    matrix = flat(change)
    asked = min(rank, *matrix.shape)
    svd = leading_svd(matrix, asked, Generator().manual_seed(SEED))
    keep = max(1, int((svd.values[:asked] > VANISHED * svd.values[0]).sum()))
    up, down = svd.factors(keep)
    kernel = [1] * (change.ndim - 2)
    layer = up_down_layer(
        name,
        rounded(up.reshape(-1, keep, *kernel), precision, name),
        rounded(down.reshape(keep, *change.shape[1:]), precision, name),
        alpha=float(keep),
    )
    energy = float(matrix.double().square().sum())
    extracted = Extracted(
        name=name,
        shape=tuple(change.shape),
        rank=keep,
        kept=min(1.0, float(svd.values[:keep].square().sum()) / energy),
        energy=energy,
        exact=not is_projected(matrix.shape, asked),
    )
    return Difference(key=key, tensors=dict(tensors_of(layer)), extracted=extracted)


def lora_of_differences(found: Iterable[Difference], *, rank: int) -> Lora:
    """Collects the differences into one LoRA, in the order of the model, under the model's own names, which the stock
    loader knows for every model.

    Raises ValueError for two models that do not differ.
    """
    tensors = {name: tensor for change in found for name, tensor in change.tensors.items()}
    if not tensors:
        raise ValueError(
            "these two models do not differ in a single weight: connect the fine-tuned model to model, the one that it"
            " was made from to base"
        )
    layers, foreign = parsed(tensors)
    return Lora(
        name="extracted",
        layers=layers,
        foreign=foreign,
        tensors=tensors,
        metadata={NOTE: f"difference of two models at rank {rank}"},
    )


def extraction_report(lora: Lora, found: Sequence[Difference], notes: Iterable[str]) -> str:
    """A line about all layers, then the notes, then a line for each matrix with tabs between its columns."""
    matrices = [change.extracted for change in found if change.extracted is not None]
    total = sum(matrix.energy for matrix in matrices)
    lines = [_on_the_whole(lora, matrices), *notes, "", "\t".join(COLUMNS)]
    return "\n".join([*lines, *(_line(matrix, total) for matrix in matrices)])


def _on_the_whole(lora: Lora, matrices: Sequence[Extracted]) -> str:
    size = bytes_in_words(lora.bytes)
    if not matrices:
        return f"no matrix differs, only vectors do: {size}"
    kept = share_of_all((matrix.kept, matrix.energy) for matrix in matrices)
    return f"{counted(len(matrices), 'layer')}, {ranks_in_words(lora.layers)}, {size}, {100 * kept:.4g} % of the energy"


def _line(matrix: Extracted, total: float) -> str:
    shape = " x ".join(map(str, matrix.shape))
    how = "exact" if matrix.exact else "projected"
    share, norm = f"{matrix.energy / total:.4f}", f"{matrix.energy**0.5:.6g}"
    return "\t".join((matrix.name, shape, str(matrix.rank), f"{matrix.kept:.6f}", share, norm, how))
