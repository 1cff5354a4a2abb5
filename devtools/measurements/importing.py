"""Processor time that importing the pack adds, once all of ComfyUI itself is there; a fresh process each time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ..table import Row

AT_MOST = 50.0  # milliseconds: DESIGN.md, "Cheap"
REPEATS = 3
INSIDE = Path(__file__).parent.parent / "inside.py"
CODE = """
import asyncio, logging, sys, time
sys.path[0] = {comfyui!r}
logging.disable(logging.WARNING)
from runpy import run_path
launcher = run_path({launcher!r})
launcher["mend_torchvision"]()
from comfy.cli_args import args
args.cpu = True
import nodes
asyncio.run(nodes.init_extra_nodes(init_custom_nodes=False, init_api_nodes=False))
started = time.process_time()
loaded = asyncio.run(nodes.load_custom_node({pack!r}))
print("took", time.process_time() - started, loaded)
"""


def measure() -> Iterator[Row]:
    milliseconds = [1000 * once() for _ in range(REPEATS)]
    spread = f"{min(milliseconds):.0f} to {max(milliseconds):.0f} ms, {REPEATS} processes"
    yield Row("importing the pack inside ComfyUI", statistics.median(milliseconds), "ms", AT_MOST, spread)


def once() -> float:
    code = CODE.format(
        comfyui=os.environ["COMFYUI_PATH"],
        launcher=str(INSIDE.with_name("launcher.py")),
        pack=str(INSIDE.parent.parent),
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    told = [line.split() for line in process.stdout.splitlines() if line.startswith("took ")]
    if not told or told[0][2] != "True":
        raise RuntimeError(f"ComfyUI could not load the pack:\n{process.stdout}{process.stderr}")
    return float(told[0][1])
