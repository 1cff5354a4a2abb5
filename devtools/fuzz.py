"""`fuzz`: hands the readers of decks, LoRAs and lists of values what nobody would write, guided by what it reaches."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .driving.pack import ROOT
from .driving.problem import Problem
from .driving.server import Host
from .environment import Wanted, missing_modules, prepare
from .progress import say

NAME = "fuzz"
HELP = "hand the readers of decks, LoRAs and lists of values odd input until one breaks"
MORE = (
    "Each reader gets so many minutes. What it learns stays in the cache and is gone on from; an input that breaks a "
    "reader is kept there and named. Other arguments go to libFuzzer, e.g. -seed=7."
)
TAKES_MORE = True
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
INSIDE = Path(__file__).with_name("inside.py")
ENGINE = "denoiscope.tests.fuzz.engine"
LIMITS = ("-timeout=120", "-rss_limit_mb=4096", "-max_len=16384", "-print_final_stats=1")
"""Seconds and memory that one input may take, and its length in bytes."""
MEMORY_DISK = Path("/dev/shm")
"""Every input becomes a file; where there is a disk in memory, it lies there."""
EXECUTIONS = re.compile(r"^stat::number_of_executed_units:\s*(\d+)|^Done (\d+) runs", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """`executions` inputs were read; `output` ends with what broke, if anything did."""

    reader: str
    executions: int
    broke: bool
    output: str


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=5.0, help="for each reader (default: 5)")
    parser.add_argument("--only", choices=readers(), help="this reader alone")


def command(options: argparse.Namespace, rest: list[str]) -> int:
    wanted = Wanted.by(options, tools=True)
    host = prepare(wanted)
    if missing_modules(host.python, ("atheris",)):
        raise Problem("Atheris, which does the fuzzing, exists for Linux on x86-64 with Python 3.11 to 3.13: use that.")
    outcomes = [_told(host, name, options.minutes, wanted.cache, rest) for name in readers() if _asked(options, name)]
    return 1 if any(outcome.broke for outcome in outcomes) else 0


def readers() -> list[str]:
    """Each has a folder of inputs to start from."""
    return sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())


def fuzz(host: Host, reader: str, *, seconds: float, work: Path, more: Sequence[str] = ()) -> Outcome:
    """One reader for so long, or until it breaks. New inputs that reach further, and one that breaks it, go to
    `work`.
    """
    learnt, found = work / "learnt", work / "found"
    for folder in (learnt, found):
        folder.mkdir(parents=True, exist_ok=True)
    whole = [str(host.python), str(INSIDE), ENGINE, reader, str(learnt), str(CORPUS / reader)]
    options = [f"-max_total_time={max(1, round(seconds))}", f"-artifact_prefix={found}{os.sep}", *LIMITS, *more]
    ran = subprocess.run([*whole, *options], env=_environment(host), capture_output=True, text=True, errors="replace")
    output = ran.stdout + ran.stderr
    counts = [int(total or done) for total, done in EXECUTIONS.findall(output)]
    return Outcome(reader, max(counts, default=0), ran.returncode != 0, output)


def _asked(options: argparse.Namespace, name: str) -> bool:
    return options.only in (None, name)


def _told(host: Host, reader: str, minutes: float, cache: Path, more: Sequence[str]) -> Outcome:
    work = cache / "fuzz" / reader
    say(f"{reader}: {minutes:g} minutes ...")
    outcome = fuzz(host, reader, seconds=60 * minutes, work=work, more=more)
    if outcome.broke:
        say("\n".join(outcome.output.splitlines()[-40:]))
        say(f"  BROKE after {outcome.executions:,} inputs; the one that did it lies in {work / 'found'}")
    else:
        say(f"  {outcome.executions:,} inputs, nothing broke")
    return outcome


def _environment(host: Host) -> dict[str, str]:
    quick = {"TMPDIR": str(MEMORY_DISK)} if MEMORY_DISK.is_dir() else {}
    return os.environ | quick | {"COMFYUI_PATH": str(host.comfyui), "OMP_NUM_THREADS": "1"}
