"""Calls pip with the user's own configuration, and turns its failures into one sentence each."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from .driving.problem import Problem

QUIET = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
SIGNS_OF_NO_SPACE = ("No space left on device", "[Errno 28]", "not enough space on the disk")
SIGNS_OF_NO_NETWORK = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "getaddrinfo failed",
    "Connection refused",
    "Network is unreachable",
    "Read timed out",
    "ConnectTimeoutError",
    "ConnectionResetError",
    "Could not connect to proxy",
    "Cannot connect to proxy",
    "SSLError",
)
SIGN_OF_WRONG_HASH = "DO NOT MATCH THE HASHES"
SIGN_OF_ABSENCE = "No matching distribution found"


class NotAvailable(Problem):
    """No package of that version exists for this interpreter and platform."""


def pip(python: Path, command: str, arguments: Sequence[str], *, log: Path) -> None:
    """Run one pip command, its output in the file `log`; raises NotAvailable or another Problem."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        whole = [str(python), "-m", "pip", command, *QUIET, *arguments]
        streams = {"stdin": subprocess.DEVNULL, "stdout": stream, "stderr": subprocess.STDOUT}
        code = subprocess.run(whole, **streams, close_fds=False).returncode  # it inherits the set-up's lock
    if code:
        raise failure(log.read_text(encoding="utf-8", errors="replace"), log)


def failure(output: str, log: Path) -> Problem:
    """What pip's output means for the user."""
    if any(sign in output for sign in SIGNS_OF_NO_SPACE):
        return Problem("The disk is full: make room, or give a folder on another disk with --cache; then start again.")
    if SIGN_OF_WRONG_HASH in output:
        return Problem(
            "What was downloaded is not what was expected (its hash is wrong): start again, and if it stays so, "
            f"check the package index that pip is configured to use; pip's output is in {log}."
        )
    if any(sign in output for sign in SIGNS_OF_NO_NETWORK):
        return Problem(
            "The package index cannot be reached: check the network (and pip's index and proxy settings), then start "
            f"again; what is already there is kept. pip's output is in {log}."
        )
    if SIGN_OF_ABSENCE in output:
        return NotAvailable(
            f"pip finds no package for this Python and platform ({last_error(output)}): try another Python, 3.10 to "
            f"3.13; pip's output is in {log}."
        )
    return Problem(f"pip failed ({last_error(output)}): its output is in {log}.")


def last_error(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["it said nothing"])[-1].removeprefix("ERROR:").strip()
