"""`demo`: runs the first lesson on the real server and leaves its page, its deck and a contact sheet behind."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from . import program
from .cache import make_folder
from .driving.client import Client, Event, Run
from .driving.pack import ROOT
from .driving.problem import Problem
from .driving.server import FORGETFUL, ONLY_THE_PACK, Server, running
from .driving.workflow import to_api
from .environment import Wanted, prepare
from .progress import say

NAME = "demo"
HELP = "run the first lesson and leave a page in which you scrub a picture out of noise"
MORE = "Takes under a minute on two processor cores once everything is set up."
TAKES_MORE = False
LESSON = ROOT / "example_workflows" / "01 First look.json"
PAGE, DECK, SHEET = "demo_page", "demo_deck", "demo_image"  # ids of the nodes that the demo adds or renames
LIVE = "live.html"
RESULTS = {PAGE: "first_look.html", DECK: "first_look.safetensors", SHEET: "first_look.png"}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR", default="denoiscope-demo", help="where the results go (%(default)s)")
    parser.add_argument("--no-open", action="store_true", help="do not open the page in a browser")


def command(options: argparse.Namespace, _: list[str]) -> int:
    out = Path(options.out).expanduser().absolute()
    make_folder(out)
    wanted = Wanted.by(options)
    host = prepare(wanted)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=wanted.cache, prefix="demo-", ignore_cleanup_errors=True) as base:
        say("Starting ComfyUI with the pack (usually 10 seconds) ...")
        with running(host, Path(base), flags=(*ONLY_THE_PACK, *FORGETFUL)) as server:
            say(f'  it answers at {server.url}\nRunning the lesson "{LESSON.stem}" ...')
            lesson = Lesson.load(Client(server.url))
            run = lesson.run()
            files = {node: fetch(server, run, node, out / name) for node, name in RESULTS.items()}
    program.run(host, "devtools.livepage.page", str(out / LIVE), check=True)
    say("\n".join(["", *measured(lesson, run, files), f"  {'total':<16} {time.monotonic() - started:.1f} s"]))
    say(f"\nOpen {files[PAGE].as_uri()} in any browser; it needs neither ComfyUI nor a network.")
    say(f"In {(out / LIVE).as_uri()} the model itself runs, and the course is alive.")
    if not options.no_open and has_browser():
        webbrowser.open(files[PAGE].as_uri())
    return 0


@dataclass(frozen=True)
class Lesson:
    client: Client
    workflow: dict
    prompt: dict

    @classmethod
    def load(cls, client: Client) -> Lesson:
        if not LESSON.is_file():
            raise Problem(f"The lesson {LESSON} is missing: this checkout is not whole.")
        workflow = json.loads(LESSON.read_text(encoding="utf-8"))
        return cls(client, workflow, with_results(to_api(workflow, client.get_json("/object_info"))))

    def run(self) -> Run:
        show = ProgressLine(self.prompt)
        run = self.client.run(
            self.prompt, on_event=show.on_event, extra_data={"extra_pnginfo": {"workflow": self.workflow}}
        )
        show.end()
        return run

    def node(self, class_type: str) -> str:
        return find_node(self.prompt, class_type)


def with_results(prompt: dict) -> dict:
    """The lesson's own nodes, and beside its page a saved deck and a contact sheet of the same deck."""
    page = find_node(prompt, "DenoiscopePage")
    deck = {"deck": prompt[page]["inputs"]["deck"]}
    vae = {name: value for name, value in prompt[page]["inputs"].items() if name == "vae"}
    sheet = {"views": "x, x0", "columns": 8, "picture_size": 160}
    rest = {node: content for node, content in prompt.items() if node != page}
    return rest | {
        PAGE: prompt[page],
        DECK: {"class_type": "DenoiscopeSaveDeck", "inputs": deck | {"filename_prefix": "first_look"}},
        "demo_sheet": {"class_type": "DenoiscopeContactSheet", "inputs": deck | vae | sheet},
        SHEET: {
            "class_type": "SaveImage",
            "inputs": {"images": ["demo_sheet", 0], "filename_prefix": "first_look"},
        },
    }


def find_node(prompt: dict, class_type: str) -> str:
    for node, content in prompt.items():
        if content["class_type"] == class_type:
            return node
    raise Problem(f"The lesson {LESSON.name} has no {class_type} node, which the demo needs.")


def fetch(server: Server, run: Run, node: str, target: Path) -> Path:
    """Copy a saved file from the output folder on disk: the server hands HTML out as a download only."""
    results = run.outputs[node]
    (file, *_) = results.get("denoiscope_files") or results["images"]
    shutil.copyfile(server.output / file["subfolder"] / file["filename"], target)
    return target


class ProgressLine:
    """One line that follows the run: rewritten on a terminal, a line for each node elsewhere."""

    def __init__(self, prompt: dict):
        self._prompt = prompt
        self._terminal = sys.stdout.isatty()

    def on_event(self, event: Event) -> None:
        node = event.data.get("node")
        if event.type == "executing" and node in self._prompt and not self._terminal:
            say(f"  {event.at:5.1f} s  {self._prompt[node]['class_type']}")
        if event.type == "progress" and self._terminal:
            name = self._prompt[event.data["node"]]["class_type"]
            print(f"\r  {name}: step {event.data['value']} of {event.data['max']}".ljust(78), end="", flush=True)

    def end(self) -> None:
        if self._terminal:
            print("\r".ljust(79) + "\r", end="")


def measured(lesson: Lesson, run: Run, files: dict[str, Path]) -> list[str]:
    """What the run itself told: nothing here is estimated."""
    (payload,) = run.outputs[lesson.node("DenoiscopeViewer")]["denoiscope_deck"]
    (trajectory,) = payload["trajectories"]
    return [
        f"  {'sampling':<16} {seconds_of(run, lesson.node('KSampler')):.2f} s",
        f"  {'states':<16} {len(trajectory['sigmas'])}",
        f"  {'model calls':<16} {sum(trajectory['model_calls'])}",
        f"  {'page':<16} {megabytes(files[PAGE])}",
        f"  {'deck':<16} {megabytes(files[DECK])}",
        f"  {'contact sheet':<16} {megabytes(files[SHEET])}",
    ]


def megabytes(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.2f} MB"


def seconds_of(run: Run, node: str) -> float:
    """From the moment a node began until the next one did."""
    begun = [(event.data.get("node"), event.at) for event in run.events if event.type == "executing"]
    ends = [at for _, at in begun[1:]] + [run.seconds]
    return next((end - at for (name, at), end in zip(begun, ends, strict=True) if name == node), 0.0)


def has_browser() -> bool:
    screen = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(screen) and sys.stdout.isatty()
