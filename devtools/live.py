"""`live`: makes what the live page is made of again, and the page."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path

from .driving.pack import ROOT
from .driving.server import Host
from .environment import Wanted, prepare
from .livepage import kernel
from .progress import say

NAME = "live"
HELP = "make the page in which the pocket model itself samples"
MORE = "How the page works, and how far it can be trusted: docs/live.md."
TAKES_MORE = False
DOCS, IN_THE_PACK = ROOT / "docs" / "live.html", ROOT / "js" / "live.html"
"""The page of the documentation, and the same file where ComfyUI serves it: the panel leads there."""
INSIDE = Path(__file__).with_name("inside.py")


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
        inside(host, "vocabulary")
    if options.references:
        inside(host, "references")
    if options.out:
        out = Path(options.out).expanduser().absolute()
        inside(host, "page", str(out))
        if out == DOCS:
            shutil.copyfile(out, IN_THE_PACK)
        say(f"Open {out.as_uri()} in any browser: it needs neither ComfyUI nor a network.")
    return 0


def inside(host: Host, module: str, *arguments: str) -> None:
    """Run a module of livepage in the environment that has torch and ComfyUI."""
    whole = [str(host.python), str(INSIDE), f"denoiscope.devtools.livepage.{module}", *arguments]
    subprocess.run(whole, env=os.environ | {"COMFYUI_PATH": str(host.comfyui)}, check=True)
