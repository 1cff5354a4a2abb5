"""Every check that `test` knows: what it runs, what it needs, and how a list of them is performed and summed up."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .driving.pack import ROOT, link_folder
from .driving.server import Host
from .javascript_tools import JavaScriptTools
from .progress import say
from .stamps import fingerprint

NODE_TESTS = ROOT / "tests" / "js"
TYPED = ("core", "host", "nodes")
QUICK_TESTS = ("tests/core", "tests/texts", "tests/nodes/test_contract.py")
"""What pytest runs in the quick part: it needs neither a server nor a browser."""
CORES = os.cpu_count() or 1
WORKERS = CORES + 1
"""Processes side by side, each with a server and a Chromium of its own: one more than there are cores, since a browser
test waits a third of its time.
"""
SLOWEST = "--durations=20"
SIDE_BY_SIDE = ("--numprocesses", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder", "-m", "not long")
EACH_ALONE = ("--numprocesses", str(CORES))


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    needs: str | None = None  # what the machine lacks for it, in words
    folder: Path = ROOT  # where it runs


@dataclass(frozen=True)
class Result:
    name: str
    passed: bool
    words: str


def quick_checks(host: Host, javascript: JavaScriptTools, cache: Path) -> list[Check]:
    """Everything that needs neither a server nor a browser."""
    return [
        *reading_checks(host, javascript, cache),
        node_check(javascript),
        pytest_check(host, *EACH_ALONE, *QUICK_TESTS),
    ]


def all_checks(host: Host, javascript: JavaScriptTools, cache: Path) -> list[Check]:
    comfy = [str(host.python.with_name("comfy")), "--skip-prompt", "--no-enable-telemetry", "node", "validate"]
    return [
        *reading_checks(host, javascript, cache),
        Check("comfy node validate", comfy),
        node_check(javascript),
        pytest_check(host, *SIDE_BY_SIDE, SLOWEST),
    ]


def reading_checks(host: Host, javascript: JavaScriptTools, cache: Path) -> list[Check]:
    """What reads the code and runs none of it: lint, format and types, of Python and of JavaScript."""
    ruff = [str(host.python), "-m", "ruff"]
    return [
        Check("ruff check", [*ruff, "check", "--no-cache", "."]),
        Check("ruff format", [*ruff, "format", "--check", "--no-cache", "."]),
        mypy_check(host, cache),
        Check("eslint", javascript.command("eslint", "js", "tests/js"), needs=javascript.lacks),
        Check("tsc", javascript.command("tsc", "--project", "jsconfig.json"), needs=javascript.lacks),
    ]


def mypy_check(host: Host, cache: Path) -> Check:
    """From a folder in which the checkout is called `denoiscope`, whatever its own folder is called."""
    folder = cache / "types" / fingerprint(str(ROOT))[:12]
    link_folder(ROOT, folder / "denoiscope")
    packages = [part for name in TYPED for part in ("--package", f"denoiscope.{name}")]
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(folder / "cache")]
    return Check("mypy", [str(host.python), "-m", "mypy", *options, *packages], folder=folder)


def node_check(javascript: JavaScriptTools) -> Check:
    files = sorted(str(path) for path in NODE_TESTS.rglob("*.test.js"))
    tests = [javascript.node, "--test", f"--test-concurrency={CORES}", "--test-reporter=spec", *files]
    return Check("node --test", tests, needs=javascript.lacks_node)


def pytest_check(host: Host, *arguments: str) -> Check:
    return Check("pytest", [str(host.python), "-m", "pytest", *arguments])


def perform(check: Check, environment: dict[str, str], *, in_ci: bool) -> Result:
    say(f"\n--- {check.name}")
    if check.needs:
        say(f"NOT RUN: {check.needs}")
        return Result(check.name, not in_ci, f"NOT RUN, {check.needs}")
    started = time.monotonic()
    code = subprocess.run(check.command, cwd=check.folder, env=environment, stdin=subprocess.DEVNULL).returncode
    words = "passed" if code == 0 else f"FAILED (exit status {code})"
    return Result(check.name, code == 0, f"{words} in {time.monotonic() - started:.0f} s")


def summary(results: Sequence[Result]) -> str:
    lines = [f"  {result.name:<20} {result.words}" for result in results]
    verdict = "All passed." if all(result.passed for result in results) else "Not all passed."
    if any("NOT RUN" in result.words for result in results):
        verdict += " Something did not run: see above."
    return "\n".join(["", "--- summary", *lines, verdict])
