"""What the words in a LoRA's header say of its ranks and scales, and what a cut makes of them.

ComfyUI reads none of it: α counts only as a tensor. Other programs do, such as diffusers (`lora_adapter_metadata`).
"""

import json
import re
from collections.abc import Iterator, Mapping, Set

from ..places import without_places

RANK = re.compile(r"(?:.*\.)?(?:r|rank|linear)|(?:.*[._])?(?:lora_rank|network_dim|lora_dim)", re.IGNORECASE)
ALPHA = re.compile(r"(?:.*\.)?alpha|(?:.*[._])?(?:lora_alpha|network_alpha|linear_alpha)", re.IGNORECASE)
BY_LAYER = re.compile(r"(?:.*[._])?(?:(?:rank|alpha)_pattern|conv_(?:dim|rank|alpha))", re.IGNORECASE)
"""Names for a rank, for α, and for what differs between layers, as trainers write them."""
NESTED = re.compile(r"(?:.*[._])?(?:lora_adapter_metadata|network_args|adapter_config|lora_config|peft_config)")
"""Keys whose text is JSON that tells of the weights, and not of how they were trained."""
OF_THE_FILE = ("sshs_model_hash", "sshs_legacy_hash", "modelspec.hash_sha256")
"""Hashes of a file that the cut file is not."""
KOHYA, SEVERAL = ("ss_network_dim", "ss_network_alpha"), "Dynamic"
"""What kohya's own resizing writes where layers differ."""


def stated_scale(metadata: Mapping[str, str]) -> tuple[float, float] | None:
    """α and r where the header names one of each, or the same of each several times; else None."""
    ranks, alphas = set(), set()
    for key, value in _all_words(metadata):
        if (number := _number(value)) is not None:
            ranks |= {number} if RANK.fullmatch(key) else set()
            alphas |= {number} if ALPHA.fullmatch(key) else set()
    return (alphas.pop(), ranks.pop()) if len(alphas) == len(ranks) == 1 else None


def after_cut(metadata: Mapping[str, str], ranks: Set[int], alphas: Set[float | None]) -> dict[str, str]:
    """The words of a file whose layers have these ranks and α now: where layers differ its ranks and scales go, and so
    do those of single layers in any case. With no α as a tensor, {None}, the header keeps its α / r. Places on a disk
    go, too.
    """
    kept = {key: without_places(value) for key, value in metadata.items() if key not in OF_THE_FILE}
    return {key: str(value) for key, value in _cut(kept, ranks, alphas)}


def _cut(words: Mapping, ranks: Set[int], alphas: Set[float | None]) -> Iterator[tuple[str, object]]:
    before = next((number for key, value in words.items() if RANK.fullmatch(key) and (number := _number(value))), None)
    for key, value in words.items():
        is_rank, number = RANK.fullmatch(key), _number(value)
        if NESTED.fullmatch(key) and (inner := _object(value)) is not None:
            yield key, json.dumps(dict(_cut(inner, ranks, alphas)))
        elif BY_LAYER.fullmatch(key):
            continue
        elif number is None or not (is_rank or ALPHA.fullmatch(key)):
            yield key, value
        elif len(ranks) == len(alphas) == 1:
            (rank,), (alpha,) = ranks, alphas
            yield key, _like(value, rank if is_rank else alpha or (number * rank / before if before else rank))
        elif key in KOHYA:
            yield key, SEVERAL


def _all_words(words: Mapping) -> Iterator[tuple[str, object]]:
    for key, value in words.items():
        inner = _object(value) if NESTED.fullmatch(key) else None
        yield from [(key, value)] if inner is None else _all_words(inner)


def _object(value: object) -> dict | None:
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 < number < 2**31 else None


def _like(value: object, number: float) -> object:
    """The number in the kind of what stood there: a text in a header, a number in JSON."""
    plain = int(number) if float(number).is_integer() else number
    return f"{plain:g}" if isinstance(value, str) else plain
