"""`bench`: runs every module in devtools/measurements and prints one table of measured against aimed at."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from .browser import find_chromium
from .environment import Wanted, prepare
from .progress import say

NAME = "bench"
HELP = "measure what the pack costs, against its targets"
MORE = "Each measurement is a module in devtools/measurements; all are taken side by side in one run."
TAKES_MORE = False
INSIDE = Path(__file__).with_name("inside.py")
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


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", metavar="FILE", help="write the table as JSON too")
    parser.add_argument("--only", metavar="NAME", help="one measurement alone, by its module's name")


def command(options: argparse.Namespace, _: list[str]) -> int:
    """Set up here; measure in the environment that has torch."""
    wanted = Wanted.by(options, tools=True)
    host = prepare(wanted)
    arguments = [f"--{name}={value}" for name in ("json", "only") if (value := getattr(options, name))]
    environment = os.environ | {"COMFYUI_PATH": str(host.comfyui)}
    if chromium := find_chromium():
        environment["CHROMIUM"] = chromium
    whole = [str(host.python), str(INSIDE), "denoiscope.devtools.bench", *arguments]
    return subprocess.run(whole, env=environment).returncode


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    add_options(parser)
    options = parser.parse_args(arguments)
    rows = list(measure_all(options.only))
    say("\n" + table(rows))
    if options.json:
        Path(options.json).write_text(as_json(rows), encoding="utf-8")
    return 0


def measure_all(only: str | None) -> Iterable[Row]:
    """Every module of the folder has `measure() -> rows`; its first line says what it measures."""
    package = importlib.import_module(f"{__package__ or 'denoiscope.devtools'}.measurements")
    for found in pkgutil.iter_modules(package.__path__):
        if found.name.startswith("_") or only not in (None, found.name):
            continue
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        if not hasattr(module, "measure"):
            continue
        say(f"{found.name}: {module.__doc__.splitlines()[0]}")
        started = time.monotonic()
        yield from module.measure()
        say(f"  done in {time.monotonic() - started:.0f} s")


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
    machine = {"platform": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    listed = [asdict(row) | {"verdict": row.verdict or None} for row in rows]
    return json.dumps({"format": FORMAT, "version": 1, "machine": machine, "rows": listed}, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
