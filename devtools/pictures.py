"""`pictures`: makes the pictures of help pages, README and gallery again, from the lessons, in ComfyUI itself."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from . import program
from .demo import find_node
from .driving.browser import QUIET, find_chromium
from .driving.pack import ROOT
from .driving.problem import Problem
from .environment import Wanted, prepare
from .progress import say
from .shots import HELP_LIMIT, PAGES, Page

if TYPE_CHECKING:
    from .driving.real_server import RealServer

NAME = "pictures"
HELP = "make the pictures of help pages, README and gallery again, from the lessons"
MORE = "Takes some minutes: every picture is a workflow that is run and looked at in Chromium."
TAKES_MORE = False
LORAS = ROOT / "pocket" / "weights" / "loras"
HELP_PICTURES, GALLERY_PICTURES, FILM = "js/docs/pictures", "docs/gallery", "docs/first_look.webp"
LESSON = "docs/first_look.jpg"
ENDS = ("DenoiscopeViewer", "DenoiscopePage", "DenoiscopeContactSheet", "DenoiscopeMeasures", "PreviewImage")
GALLERY_LIMIT, LESSON_LIMIT, FILM_LIMIT, PAGES_LIMIT = 90_000, 200_000, 1_500_000, 2_000_000
"""Bytes of a file."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", metavar="TEXT", help="files whose path has this text in it")


def command(options: argparse.Namespace, _: list[str]) -> int:
    """Set up here; take the pictures in the environment that has ComfyUI and Playwright."""
    host = prepare(Wanted.by(options, tools=True))
    chromium = find_chromium()
    if chromium is None:
        raise Problem("No Chromium was found: install one, or name it in the environment variable CHROMIUM.")
    only = [f"--only={options.only}"] if options.only else []
    return program.run(host, "devtools.pictures", *only, CHROMIUM=chromium)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    add_options(parser)
    only = parser.parse_args(arguments).only or ""
    with studio() as pictures:
        for name, take in pictures.items():
            if only in name:
                path = ROOT / name
                path.parent.mkdir(exist_ok=True)
                take(path)
                say(f"  {name}  {path.stat().st_size / 1000:.0f} kB")
    return 0


@contextmanager
def studio() -> Iterator[dict[str, Callable[[Path], None]]]:
    """By name, what takes each picture, while the server and the browser are there."""
    from playwright.sync_api import sync_playwright

    from .camera import VIEWPORT, film, photograph, photograph_lesson, photograph_page
    from .driving.frontend import frontend
    from .driving.real_server import real_server
    from .shots import FILM as SCRUBBED
    from .shots import GALLERY
    from .shots import HELP as SHOTS

    with tempfile.TemporaryDirectory() as base, real_server(Path(base)) as server, sync_playwright() as driver:
        saved_page = what_can_be_loaded(server)
        browser = driver.chromium.launch(executable_path=os.environ["CHROMIUM"], args=list(QUIET))
        with frontend(browser, server.url, classic=False) as opened:
            opened.page.set_viewport_size(VIEWPORT)
            yield {
                LESSON: lambda path: photograph_lesson(opened, "01 First look", path, LESSON_LIMIT),
                **{
                    f"{HELP_PICTURES}/{node}.jpg": lambda path, shot=shot: photograph(opened, shot, path, HELP_LIMIT)
                    for node, shot in SHOTS.items()
                },
                f"{HELP_PICTURES}/DenoiscopePage.jpg": lambda path: photograph_page(
                    browser, saved_page, path, HELP_LIMIT
                ),
                **{
                    f"{GALLERY_PICTURES}/{lesson}.jpg": lambda path, shot=shot: photograph(
                        opened, shot, path, GALLERY_LIMIT
                    )
                    for lesson, shot in GALLERY.items()
                },
                **{
                    f"{GALLERY_PICTURES}/{name}.html": lambda path, page=page: shutil.copy(export(server, page), path)
                    for name, page in PAGES.items()
                },
                FILM: lambda path: film(opened, SCRUBBED, path, FILM_LIMIT),
            }
        browser.close()


def what_can_be_loaded(server: RealServer) -> Path:
    """LoRA files for the node that loads one, a deck for Load Deck, and the page of the same run."""
    shutil.copytree(LORAS, server.server.base / "models" / "loras", dirs_exist_ok=True)
    return export(server, Page("01 First look", 256, "guesses only"))


def export(server: RealServer, page: Page) -> Path:
    """Runs the lesson with a page and a saved deck in place of its viewer and its other ends; gives the page."""
    flow = json.loads((ROOT / "example_workflows" / f"{page.lesson}.json").read_text(encoding="utf-8"))
    prompt = server.to_api(flow)
    shown = prompt[find_node(prompt, "DenoiscopeViewer")]["inputs"]
    kept = {node: content for node, content in prompt.items() if content["class_type"] not in ENDS}
    kept["page"] = {
        "class_type": "DenoiscopePage",
        "inputs": {name: shown[name] for name in ("deck", "vae")}
        | {"filename_prefix": "page", "picture_size": page.picture_size, "decode": page.decode, "predict": "off"},
    }
    kept["saved"] = {
        "class_type": "DenoiscopeSaveDeck",
        "inputs": {"deck": shown["deck"], "filename_prefix": "pair07/first_look"},
    }
    return server.path_of(server.run(kept).outputs["page"]["denoiscope_files"][0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
