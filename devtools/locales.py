"""`locales`: puts the words of the nodes into the order of the schemas in every language, and says what is missing."""

from __future__ import annotations

import argparse

from . import program
from .environment import Wanted, prepare

NAME = "locales"
HELP = "write locales/ from the nodes' schemas, and list what is still to be translated"
MORE = "How to translate, and the words to use: docs/translating.md."
TAKES_MORE = False


def add_options(parser: argparse.ArgumentParser) -> None:
    pass


def command(options: argparse.Namespace, _: list[str]) -> int:
    """Set up here; read the schemas in the environment that has ComfyUI."""
    host = prepare(Wanted.by(options))
    return program.run(host, "devtools.node_words")
