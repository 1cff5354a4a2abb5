"""A heat map in numbers: a row for each thing, a column for each step, one number from 0 to 1 in each cell."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: what it is called, the group it stands in, its values, 0..1, one a column, and where its mark stands:
    a column, not always a whole one; None for none. Values may end early: the last one holds from there on.
    """

    name: str
    group: str
    values: tuple[float, ...]
    mark: float | None = None


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """`columns` are the numbers that the columns stand for, in ascending order, `across` is what they count; `legend`
    says what a cell holds, `mark` what the marks are.
    """

    title: str
    subtitle: str
    across: str
    columns: tuple[int, ...]
    rows: tuple[Row, ...]
    legend: str
    mark: str = ""

    def __post_init__(self):
        if not self.rows or not self.columns:
            raise ValueError("a heat map needs at least one row and one column")
        for row in self.rows:
            if not 1 <= len(row.values) <= len(self.columns):
                raise ValueError(f"{row.name} has {len(row.values)} values for {len(self.columns)} columns")

    def cells(self) -> Tensor:
        """[row, column] in 0..1"""
        return torch.tensor(
            [(*row.values, *[row.values[-1]] * (len(self.columns) - len(row.values))) for row in self.rows]
        )

    def groups(self) -> list[tuple[str, int, int]]:
        """Title, first row and the row after the last of each run of rows in one group."""
        starts = [i for i, row in enumerate(self.rows) if i == 0 or row.group != self.rows[i - 1].group]
        ends = [*starts[1:], len(self.rows)]
        return [(self.rows[start].group, start, end) for start, end in zip(starts, ends, strict=True)]

    def place(self, at: float) -> float:
        """Where a number stands on the columns, 0 at the middle of the first, counted in columns."""
        right = next((i for i, column in enumerate(self.columns) if column >= at), len(self.columns) - 1)
        left = max(0, right - 1)
        gap = self.columns[right] - self.columns[left]
        return left + (max(0.0, at - self.columns[left]) / gap if gap else 0.0)
