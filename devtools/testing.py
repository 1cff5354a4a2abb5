"""`test`: every check there is, or a part of them, one after another, and a summary of what passed and what did not."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from .checks import WORKERS, Check, all_checks, perform, pytest_check, quick_checks, summary
from .driving.browser import find_chromium
from .driving.server import Host
from .environment import Wanted, prepare
from .javascript_tools import javascript_tools
from .progress import say

NAME = "test"
HELP = "lint, types, unit, server and browser tests; `test quick` is the minute that needs neither server nor browser"
MORE = (
    "Other arguments go to pytest, e.g. `test tests/core -k deck`; then pytest alone runs. "
    "With the environment variable CI set, nothing may be skipped."
)
TAKES_MORE = True
QUICK = "quick"
SMOKE = ["-m", "smoke", "tests/nodes"]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--frontend", metavar="VERSION", help="serve this version of ComfyUI's web frontend instead of its own"
    )
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="the minute that tells whether a ComfyUI will do: load, record, sweep, viewer payload, first lesson",
    )


def command(options: argparse.Namespace, arguments: list[str]) -> int:
    chosen = [*(SMOKE if options.smoke else []), *arguments]
    wanted = Wanted.by(options, tools=True, frontend=options.frontend, manager=not options.smoke and chosen != [QUICK])
    host = prepare(wanted)
    environment = test_environment(host, wanted.cache, workers=WORKERS if chosen in ([], [QUICK]) else 1)
    in_ci = bool(os.environ.get("CI"))
    results = [perform(check, environment, in_ci=in_ci) for check in chosen_checks(host, wanted.cache, chosen)]
    say(summary(results))
    return 0 if all(result.passed for result in results) else 1


def chosen_checks(host: Host, cache: Path, arguments: list[str]) -> list[Check]:
    """All, the quick ones, or pytest alone with arguments of its own."""
    if arguments and arguments != [QUICK]:
        return [pytest_check(host, *arguments)]
    return (quick_checks if arguments else all_checks)(host, javascript_tools(cache), cache)


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
        seen["OMP_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // workers))
    if host.frontend:
        seen["COMFYUI_FRONTEND"] = str(host.frontend)
    if host.manager:
        seen["COMFYUI_MANAGER_PYTHON"] = str(host.manager)
    if chromium := find_chromium():
        seen["CHROMIUM"] = chromium
    return os.environ | seen
