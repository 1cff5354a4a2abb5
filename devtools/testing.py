"""`test`: every check there is, one after another, and a summary of what passed, failed and did not run."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .driving.browser import find_chromium
from .driving.pack import ROOT
from .driving.server import Host
from .environment import Wanted, prepare
from .progress import say

NAME = "test"
HELP = "lint, unit, server and browser tests"
MORE = (
    "Other arguments go to pytest, e.g. `test tests/core -k deck`; then pytest alone runs. "
    "With the environment variable CI set, nothing may be skipped."
)
TAKES_MORE = True
NODE_TESTS = ROOT / "tests" / "js"
SMOKE = ["-m", "smoke", "tests/nodes"]
WORKERS = min(2, os.cpu_count() or 1)
"""For the whole suite: each has a server and a Chromium of its own, and two fit in the memory of a small machine."""
SIDE_BY_SIDE = ["--numprocesses", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"]


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    needs: str | None = None  # what the machine lacks for it, in words


@dataclass(frozen=True)
class Result:
    name: str
    passed: bool
    words: str


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--frontend", metavar="VERSION", help="serve this version of ComfyUI's web frontend instead of its own"
    )
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="the minute that tells whether a ComfyUI will do: load, record, sweep, viewer payload, first lesson",
    )


def command(options: argparse.Namespace, pytest_arguments: list[str]) -> int:
    wanted = Wanted.by(options, tools=True, frontend=options.frontend, manager=not options.smoke)
    host = prepare(wanted)
    in_ci = bool(os.environ.get("CI"))
    chosen = [*(SMOKE if options.smoke else []), *pytest_arguments]
    environment = test_environment(host, wanted.cache, workers=1 if chosen else WORKERS)
    results = [perform(check, environment, in_ci=in_ci) for check in checks(host, chosen)]
    say(summary(results))
    return 0 if all(result.passed for result in results) else 1


def test_environment(host: Host, cache: Path, workers: int) -> dict[str, str]:
    """What the checks see: ComfyUI, Chromium, the environment's own programs, a share of the cores, no telemetry."""
    seen = {
        "COMFYUI_PATH": str(host.comfyui),
        "PATH": os.pathsep.join([str(host.python.parent), os.environ.get("PATH", "")]),
        "DO_NOT_TRACK": "1",
        "PYTHONDONTWRITEBYTECODE": "",  # a server that starts should not compile all of ComfyUI first
        "PYTHONPYCACHEPREFIX": str(cache / "bytecode"),
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait must not keep a core from the browser and the server
        "XDG_CONFIG_HOME": str(cache / "config"),
    }
    if workers > 1:
        seen["OMP_NUM_THREADS"] = str((os.cpu_count() or 1) // workers)
    if host.frontend:
        seen["COMFYUI_FRONTEND"] = str(host.frontend)
    if host.manager:
        seen["COMFYUI_MANAGER_PYTHON"] = str(host.manager)
    if chromium := find_chromium():
        seen["CHROMIUM"] = chromium
    return os.environ | seen


def checks(host: Host, pytest_arguments: list[str]) -> list[Check]:
    python = str(host.python)
    pytest = [python, "-m", "pytest"]
    if pytest_arguments:
        return [Check("pytest", [*pytest, *pytest_arguments])]
    comfy = [str(host.python.with_name("comfy")), "--skip-prompt", "--no-enable-telemetry", "node", "validate"]
    return [
        Check("ruff", [python, "-m", "ruff", "check", "--no-cache", "."]),
        Check("comfy node validate", comfy),
        node_check(),
        Check("pytest", [*pytest, *SIDE_BY_SIDE]),
    ]


def node_check() -> Check:
    node = shutil.which("node")
    files = sorted(str(path) for path in NODE_TESTS.rglob("*.test.js"))
    lacks = None if node else "Node.js (`node`) is not installed"
    return Check("node --test", [node or "node", "--test", "--test-reporter=spec", *files], needs=lacks)


def perform(check: Check, environment: dict[str, str], *, in_ci: bool) -> Result:
    say(f"\n--- {check.name}")
    if check.needs:
        say(f"NOT RUN: {check.needs}")
        return Result(check.name, not in_ci, f"NOT RUN, {check.needs}")
    started = time.monotonic()
    code = subprocess.run(check.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode
    words = "passed" if code == 0 else f"FAILED (exit status {code})"
    return Result(check.name, code == 0, f"{words} in {time.monotonic() - started:.0f} s")


def summary(results: list[Result]) -> str:
    lines = [f"  {result.name:<20} {result.words}" for result in results]
    verdict = "All passed." if all(result.passed for result in results) else "Not all passed."
    if any("NOT RUN" in result.words for result in results):
        verdict += " Something did not run: see above."
    return "\n".join(["", "--- summary", *lines, verdict])
