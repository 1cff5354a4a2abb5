"""Two MODELs weight by weight, each with the patches that are applied to it, and their difference as a LoRA."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from ..core.lora.difference import Difference, difference_of, extraction_report, lora_of_differences
from ..core.lora.lora import Lora
from ..core.lora.words import counted
from .comfyui import Model
from .lora import each
from .weights import Known, is_quantized, numbers, patched_weights

PREFIX = "diffusion_model."
NAMED = 3
"""Of a list of names, so many are said."""

Weights = dict[str, Known]


@dataclass(frozen=True, kw_only=True, eq=False)
class Extraction:
    lora: Lora
    report: str


def extract(model: Model, base: Model, rank: int, *, vectors: bool, precision: torch.dtype) -> Extraction:
    """What `model` has beyond `base`, at `rank` a layer; `vectors`: with biases and norms, which have no rank.

    Raises ValueError for models of different architectures, and for two that do not differ.
    """
    tuned, origin = (_weights(patched) for patched in (model, base))
    _check_alike(tuned, origin)
    keys = [key for key in origin if not _same(tuned[key], origin[key])]

    def compare(key: str) -> Difference | None:
        return difference_of(key, numbers(tuned[key], key), numbers(origin[key], key), rank, precision)

    found = [change for change in each(keys, compare) if change is not None]
    kept = [change for change in found if vectors or change.extracted is not None]
    lora = lora_of_differences(kept, rank=rank) if kept else _nothing_but_vectors(found)
    notes = [*_notes(len(origin) - len(found), [change.key for change in found if change.extracted is None], vectors)]
    notes += [
        _rounding(which, few)
        for which, weights in zip(("model", "base"), (tuned, origin), strict=True)
        if (few := _few(weights))
    ]
    return Extraction(lora=lora, report=extraction_report(lora, kept, notes))


def _weights(model) -> Weights:
    return {key: known for key, known in patched_weights(model, PREFIX).items() if known[0][0].is_floating_point()}


def _check_alike(tuned: Weights, origin: Weights) -> None:
    if strangers := sorted(tuned.keys() ^ origin.keys()):
        raise ValueError(
            f"these two models are of different architectures: {len(strangers)} of their weights are in one of them"
            f" only, such as {strangers[0]}: connect a model and the one that it was made from"
        )
    for key, known in origin.items():
        one, other = (list(weights[0][0].shape) for weights in (tuned[key], known))
        if one != other:
            raise ValueError(
                f"these two models are of different architectures: {key} is {one} in model and {other} in base:"
                " connect a model and the one that it was made from"
            )


def _same(tuned: list, origin: list) -> bool:
    """The very same tensor in both, patched in neither."""
    return tuned[0][0] is origin[0][0] and len(tuned) == len(origin) == 1


def _few(weights: Weights) -> int:
    return sum(is_quantized(known) for known in weights.values())


def _rounding(which: str, count: int) -> str:
    return (
        f"{counted(count, 'weight')} of {which} are kept in scaled numbers of few bits: what that rounded is a part of"
        " the difference"
    )


def _nothing_but_vectors(found: list[Difference]) -> Lora:
    if found:
        raise ValueError(
            f"these two models differ in {counted(len(found), 'vector')} only, such as {found[0].key}, and vectors have"
            " no rank: switch vectors on to keep them"
        )
    return lora_of_differences([], rank=0)


def _notes(equal: int, differing: list[str], vectors: bool) -> Iterator[str]:
    yield f"{counted(equal, 'weight')} of the model do not differ, and are left out"
    if differing:
        fate = "carried along as differences" if vectors else "left out"
        named = ", ".join(differing[:NAMED]) + (", ..." if len(differing) > NAMED else "")
        yield f"{counted(len(differing), 'vector')} (biases, norms) differ and have no rank: {fate}: {named}"
