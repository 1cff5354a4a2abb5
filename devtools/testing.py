"""`test`: every check there is, one after another, and a summary of what passed, failed and did not run."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .browser import find_chromium
from .environment import Wanted, prepare
from .pack import ROOT
from .progress import say
from .server import Host

NAME = "test"
HELP = "lint, unit, server and browser tests"
MORE = (
    "Other arguments go to pytest, e.g. `test tests/core -k deck`; then pytest alone runs. "
    "With the environment variable CI set, nothing may be skipped."
)
TAKES_MORE = True
NODE_TESTS = ROOT / "tests" / "js"
SMOKE = ["-m", "smoke", "tests/nodes"]


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
    environment = test_environment(host, wanted.cache)
    in_ci = bool(os.environ.get("CI"))
    chosen = [*(SMOKE if options.smoke else []), *pytest_arguments]
    results = [perform(check, environment, in_ci=in_ci) for check in checks(host, chosen)]
    say(summary(results))
    return 0 if all(result.passed for result in results) else 1


def test_environment(host: Host, cache: Path) -> dict[str, str]:
    """What the checks see: ComfyUI, Chromium, the environment's own programs, and no telemetry."""
    chosen = {
        "COMFYUI_PATH": str(host.comfyui),
        "PATH": os.pathsep.join([str(host.python.parent), os.environ.get("PATH", "")]),
        "DO_NOT_TRACK": "1",
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait must not keep a core from the browser and the server
        "XDG_CONFIG_HOME": str(cache / "config"),
    }
    if host.frontend:
        chosen["COMFYUI_FRONTEND"] = str(host.frontend)
    if host.manager:
        chosen["COMFYUI_MANAGER_PYTHON"] = str(host.manager)
    if chromium := find_chromium():
        chosen["CHROMIUM"] = chromium
    return os.environ | chosen


def checks(host: Host, pytest_arguments: list[str]) -> list[Check]:
    python = str(host.python)
    pytest = Check("pytest", [python, "-m", "pytest", *pytest_arguments])
    if pytest_arguments:
        return [pytest]
    comfy = [str(host.python.with_name("comfy")), "--skip-prompt", "--no-enable-telemetry", "node", "validate"]
    return [
        Check("ruff", [python, "-m", "ruff", "check", "--no-cache", "."]),
        Check("comfy node validate", comfy),
        node_check(),
        pytest,
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
