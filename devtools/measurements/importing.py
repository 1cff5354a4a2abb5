"""Processor time that importing the pack adds, once all of ComfyUI itself is there: at its first start, when Python has
yet to compile it, and at every other; a fresh process each time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
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
    with tempfile.TemporaryDirectory() as bytecode:
        first = 1000 * once(bytecode)
        milliseconds = [1000 * once(bytecode) for _ in range(REPEATS)]
    spread = f"{min(milliseconds):.0f} to {max(milliseconds):.0f} ms, {REPEATS} processes"
    yield Row("importing the pack inside ComfyUI", statistics.median(milliseconds), "ms", AT_MOST, spread)
    yield Row("the same at the first start", first, "ms")


def once(bytecode: str) -> float:
    """In seconds. bytecode: the folder where Python finds what it has compiled, and keeps it."""
    code = CODE.format(
        comfyui=os.environ["COMFYUI_PATH"],
        launcher=str(INSIDE.parent / "driving" / "launcher.py"),
        pack=str(INSIDE.parent.parent),
    )
    environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    told = [line.split() for line in process.stdout.splitlines() if line.startswith("took ")]
    if not told or told[0][2] != "True":
        raise RuntimeError(f"ComfyUI could not load the pack:\n{process.stdout}{process.stderr}")
    return float(told[0][1])
