"""`doctor`: judges the doctor on healthy runs and on faults put in on purpose, and writes docs/doctor.md."""

from __future__ import annotations

import argparse

from . import program
from .environment import Wanted, prepare

NAME = "doctor"
HELP = "judge the doctor: healthy runs, faults put in on purpose, and what it says of each"
MORE = "Samples with --rows FILE; writes the page from it with --page docs/doctor.md. More: docs/doctor.md."
TAKES_MORE = True


def add_options(parser: argparse.ArgumentParser) -> None:
    pass


def command(options: argparse.Namespace, rest: list[str]) -> int:
    """Set up here; sample in the environment that has torch."""
    host = prepare(Wanted.by(options, tools=True))
    return program.run(host, "devtools.doctoring", *rest)
