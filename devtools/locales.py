"""`locales`: puts the words of the nodes into the order of the schemas in every language, and says what is missing."""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

from .environment import Wanted, prepare

NAME = "locales"
HELP = "write locales/ from the nodes' schemas, and list what is still to be translated"
MORE = "How to translate, and the words to use: docs/translating.md."
TAKES_MORE = False
INSIDE = Path(__file__).with_name("inside.py")


def add_options(parser: argparse.ArgumentParser) -> None:
    pass


def command(options: argparse.Namespace, _: list[str]) -> int:
    """Set up here; read the schemas in the environment that has ComfyUI."""
    host = prepare(Wanted.by(options))
    whole = [str(host.python), str(INSIDE), "denoiscope.devtools.node_words"]
    return subprocess.run(whole, env=os.environ | {"COMFYUI_PATH": str(host.comfyui)}).returncode
