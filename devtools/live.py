"""`live`: makes what the live page is made of again, and the page."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from . import program
from .driving.pack import ROOT
from .environment import Wanted, prepare
from .livepage import kernel
from .progress import say

NAME = "live"
HELP = "make the page in which the pocket model itself samples"
MORE = "How the page works, and how far it can be trusted: docs/live.md."
TAKES_MORE = False
DOCS, IN_THE_PACK = ROOT / "docs" / "live.html", ROOT / "js" / "live.html"
"""The page of the documentation, and the same file where ComfyUI serves it: the panel leads there."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE", help="write the page there, one HTML file")
    parser.add_argument(
        "--sources", action="store_true", help="compile the kernel and write the vocabulary again (needs npm)"
    )
    parser.add_argument(
        "--references",
        action="store_true",
        help="write again the numbers of the real nodes that the tests compare with",
    )


def command(options: argparse.Namespace, _: list[str]) -> int:
    host = prepare(Wanted.by(options, tools=True))
    if options.sources:
        say(f"{kernel.write().relative_to(ROOT)} is compiled.")
        program.run(host, "devtools.livepage.vocabulary", check=True)
    if options.references:
        program.run(host, "devtools.livepage.references", check=True)
    if options.out:
        out = Path(options.out).expanduser().absolute()
        program.run(host, "devtools.livepage.page", str(out), check=True)
        if out == DOCS:
            shutil.copyfile(out, IN_THE_PACK)
        say(f"Open {out.as_uri()} in any browser: it needs neither ComfyUI nor a network.")
    return 0
