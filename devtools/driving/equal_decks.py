"""Whether two decks are equal: the same numbers, bit for bit, and the same words."""

from dataclasses import fields, is_dataclass

import torch
from torch import Tensor


def equal(first: object, second: object) -> bool:
    """Compares decks, and whatever they hold: records field by field, tuples entry by entry, tensors by their bytes."""
    if type(first) is not type(second):
        return False
    if isinstance(first, Tensor):
        return first.dtype == second.dtype and torch.equal(_bytes(first), _bytes(second))
    if is_dataclass(first):
        return all(equal(getattr(first, field.name), getattr(second, field.name)) for field in fields(first))
    if isinstance(first, tuple):
        return len(first) == len(second) and all(map(equal, first, second))
    return first == second


def _bytes(tensor: Tensor) -> Tensor:
    return tensor.contiguous().view(torch.uint8)
