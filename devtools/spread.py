"""`spread`: a sweep of thousands of cells, on as many ComfyUI servers as there are."""

from __future__ import annotations

import argparse

from . import program
from .environment import Wanted, prepare

NAME = "spread"
HELP = "sample one workflow's Sweep on several ComfyUI servers, and join what comes back into one deck"
MORE = (
    "Each server needs Denoiscope and the workflow's model. What has come back is kept: after a fault, the same "
    "command goes on where it stopped. docs/spreading.md tells more."
)
TAKES_MORE = False
OPTIONS: dict[str, dict] = {
    "workflow": {"metavar": "WORKFLOW.json", "help": "saved by ComfyUI, in either format, with one Sweep in it"},
    "--servers": {"metavar": "URL", "nargs": "+", "required": True, "help": "such as http://lab-3:8188"},
    "--out": {"metavar": "DECK", "default": "sweep.safetensors", "help": "the joined deck (default: %(default)s)"},
    "--cells": {"type": int, "default": 16, "help": "at most so many cells a shard (default: %(default)s)"},
    "--folder": {"metavar": "DIR", "help": "where shards are kept (default: DECK.shards)"},
    "--write-only": {"action": "store_true", "help": "write the shards as prompts for a queue of your own, and stop"},
}


def add_options(parser: argparse.ArgumentParser) -> None:
    for name, how in OPTIONS.items():
        parser.add_argument(name, **how)


def command(options: argparse.Namespace, rest: list[str]) -> int:
    """Set up here; spread in the environment that has torch and Dask."""
    host = prepare(Wanted.by(options, tools=True))
    return program.run(host, "devtools.spreading", options.workflow, *arguments(options))


def arguments(options: argparse.Namespace) -> list[str]:
    """The options again, as they are typed."""
    typed = ["--servers", *options.servers, "--out", options.out, "--cells", str(options.cells)]
    typed += ["--folder", options.folder] if options.folder else []
    return [*typed, *(["--write-only"] if options.write_only else [])]
