"""`serve`: a ComfyUI with the pack in it, to work in."""

from __future__ import annotations

import argparse

from .driving.problem import Problem
from .driving.server import running
from .environment import Wanted, prepare
from .lock import exclusive
from .progress import say

NAME = "serve"
HELP = "start ComfyUI with this checkout as a custom node"
MORE = "Flags after -- go to ComfyUI, e.g. `serve -- --preview-method auto`. Stop it with Ctrl-C."
TAKES_MORE = False


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="the port to use (a free one is chosen otherwise)")
    parser.add_argument(
        "--listen",
        metavar="IP",
        nargs="?",
        const="0.0.0.0",
        default="127.0.0.1",
        help="answer other machines too: all, or those that reach this address",
    )


def command(options: argparse.Namespace, flags: list[str]) -> int:
    wanted = Wanted.by(options)
    host = prepare(wanted)
    base = wanted.cache / "serve"
    base.mkdir(exist_ok=True)
    with exclusive(wanted.cache / "serve.lock", waiting=None) as alone:
        if not alone:
            raise Problem("Another `serve` runs on this cache folder: use it, stop it, or give another --cache.")
        say(f"Starting ComfyUI; workflows, models and pictures live in {base}")
        with running(host, base, port=options.port, listen=options.listen, flags=flags, log_to_terminal=True) as server:
            say(f"\nComfyUI answers at {server.url} (Ctrl-C stops it)\n")
            return server.process.wait()
