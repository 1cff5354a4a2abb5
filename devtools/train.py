"""`train`: makes the pocket model from nothing, in the environment that has torch and ComfyUI."""

from __future__ import annotations

import argparse

from . import program
from .environment import Wanted, prepare

NAME = "train"
HELP = "make the pocket model again, from drawn scenes to weights"
MORE = "Interrupted, the same command goes on where it stopped. What it trains with: training/."
TAKES_MORE = True


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", metavar="WORK", required=True, help="where half-made parts are kept (3 GB)")


def command(options: argparse.Namespace, rest: list[str]) -> int:
    """Set up here; train in the environment that has torch. What is left of the line is the training's own."""
    host = prepare(Wanted.by(options, tools=True))
    return program.run(host, "training", "--folder", options.folder, *rest)
