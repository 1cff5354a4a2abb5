"""Where a run's states lie: one tensor a quantity from the first state on, so that no number is ever held twice."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from .steps import ModelCall

QUANTITIES = ("x", "x0", "cond", "uncond")


class Shelf:
    """Tensors [row, item, ...] that are taken whole and filled row by row.

    A system gives memory only to the rows that are written: a tensor that is larger than what comes costs nothing.
    """

    def __init__(self, rows: int):
        self.rows = rows
        self.tensors: dict[str, Tensor] = {}

    def put(self, row: int, state: ModelCall) -> bool:
        """Copy what a state holds into its row. Returns True if a tensor was reallocated, because it was full or its
        dtype too coarse; views that were taken earlier must then be taken again.
        """
        before = dict(self.tensors)
        for name in QUANTITIES:
            if (value := getattr(state, name)) is not None:
                self.put_one(name, row, value)
        return any(self.tensors[name] is not kept for name, kept in before.items())

    def put_one(self, name: str, row: int, value: Tensor) -> None:
        kept = self.tensors.get(name)
        kept = self._taken(max(self.rows, row + 1), value, value.dtype) if kept is None else kept
        kind = torch.promote_types(kept.dtype, value.dtype)
        if row >= len(kept) or kind != kept.dtype:
            kept = self._copied(kept, row, max(len(kept), 2 * row), kind)
        kept[row] = value
        self.tensors[name] = kept

    def seen_from(self, row: int, state: ModelCall) -> ModelCall:
        """The same state, with views of its row in place of the tensors that it held."""
        there = (name for name in QUANTITIES if getattr(state, name) is not None)
        seen: dict[str, Any] = {name: self.tensors[name][row] for name in there}
        return replace(state, **seen)

    def full(self, name: str, present: list[bool]) -> Tensor | None:
        """All rows of a quantity, [row, item, ...]. A row that is missing becomes zero; None if all are missing."""
        if not any(present):
            return None
        kept = self.tensors[name][: len(present)]
        for row, there in enumerate(present):
            if not there:
                kept[row] = 0
        return kept

    @staticmethod
    def _taken(rows: int, like: Tensor, kind: torch.dtype) -> Tensor:
        return torch.empty(rows, *like.shape, dtype=kind)

    def _copied(self, kept: Tensor, filled: int, rows: int, kind: torch.dtype) -> Tensor:
        larger = self._taken(rows, kept[0], kind)
        larger[:filled] = kept[:filled]
        return larger
