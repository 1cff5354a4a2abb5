"""Measured numbers as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass

FORMAT = "denoiscope.bench"


@dataclass(frozen=True)
class Row:
    """One measured number. `target` is what it must not exceed; None where there is only something to know."""

    what: str
    value: float
    unit: str
    target: float | None = None
    spread: str = ""  # how far single measurements lay apart, in words

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "pass" if self.value <= self.target else "MISS"


def table(rows: list[Row]) -> str:
    head = ("what", "measured", "", "at most", "", "spread")
    body = [cells(row) for row in rows]
    widths = [max(len(line[column]) for line in [head, *body]) for column in range(len(head))]
    return "\n".join(aligned(line, widths) for line in [head, *body])


def cells(row: Row) -> tuple[str, ...]:
    target = "" if row.target is None else number(row.target)
    return row.what, number(row.value), row.unit, target, row.verdict, row.spread


def aligned(line: tuple[str, ...], widths: list[int]) -> str:
    right = {1, 3}
    columns = enumerate(zip(line, widths, strict=True))
    return "  ".join(cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in columns).rstrip()


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def as_json(rows: list[Row]) -> str:
    machine = {
        "platform": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }
    listed = [asdict(row) | {"verdict": row.verdict or None} for row in rows]
    return json.dumps({"format": FORMAT, "version": 1, "machine": machine, "rows": listed}, indent=2) + "\n"
