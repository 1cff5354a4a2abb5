"""`bench`: runs every module in devtools/measurements and prints one table of measured against aimed at."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from . import program
from .driving.browser import find_chromium
from .environment import Wanted, prepare
from .progress import say
from .table import Row, as_json, table

NAME = "bench"
HELP = "measure what the pack costs, against its targets"
MORE = "Each measurement is a module in devtools/measurements; all are taken side by side in one run."
TAKES_MORE = False


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", metavar="FILE", help="write the table as JSON too")
    parser.add_argument("--only", metavar="NAME", help="one measurement alone, by its module's name")


def command(options: argparse.Namespace, _: list[str]) -> int:
    """Set up here; measure in the environment that has torch."""
    wanted = Wanted.by(options, tools=True)
    host = prepare(wanted)
    arguments = [f"--{name}={value}" for name in ("json", "only") if (value := getattr(options, name))]
    chromium = find_chromium()
    return program.run(host, "devtools.bench", *arguments, **({"CHROMIUM": chromium} if chromium else {}))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    add_options(parser)
    options = parser.parse_args(arguments)
    if busy := busyness():
        say(f"Note: {busy}; the browser's times are then not the viewer's alone.")
    one_thread()
    rows = list(measure_all(options.only))
    say("\n" + table(rows))
    if options.json:
        Path(options.json).write_text(as_json(rows), encoding="utf-8")
    return 0


def busyness() -> str:
    """In words, where other work takes the processors; empty on an idle machine, and on Windows, which does not say."""
    load, cores = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0, os.cpu_count() or 1
    return f"this machine is busy (load {load:.1f} on {cores} cores)" if load > cores / 2 else ""


def one_thread() -> None:
    """Two threads that wait for each other on busy cores can take eight times as long: one is what can be compared,
    here and in the servers that measurements start.
    """
    import torch

    torch.set_num_threads(1)
    os.environ["OMP_NUM_THREADS"] = "1"


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
