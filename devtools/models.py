"""`models`: writes the table of docs/own_model.md, what is done with each kind of model that ComfyUI builds."""

from __future__ import annotations

import argparse

from . import program
from .environment import Wanted, prepare

NAME = "models"
HELP = "write the table of models in docs/own_model.md from ComfyUI's classes"
MORE = "No model is built or run: the format of the latents and the class of the network say what is taken."
TAKES_MORE = False


def add_options(parser: argparse.ArgumentParser) -> None:
    pass


def command(options: argparse.Namespace, _: list[str]) -> int:
    """Set up here; read the classes in the environment that has ComfyUI."""
    host = prepare(Wanted.by(options))
    return program.run(host, "devtools.model_table")
