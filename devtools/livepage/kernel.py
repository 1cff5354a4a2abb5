"""Compiles the model's kernel: js/pocket/kernel/kernel.ts to the bytes that stand in bytes.mjs."""

from __future__ import annotations

import base64
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..driving.pack import ROOT
from ..driving.problem import Problem

FOLDER = ROOT / "js" / "pocket" / "kernel"
COMPILER = "assemblyscript@0.28.9"
FLAGS = ("-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--enable", "simd")
BUILDS = {"FUSED": (*FLAGS, "--enable", "relaxed-simd"), "PLAIN": FLAGS}
"""The one source twice: where the processor may multiply and add in one rounding, and where it may not."""
WIDTH = 108
HEAD = "// kernel.ts, compiled by `python dev.py live --sources`: do not edit. A test compiles it again and compares."


def compiled(flags: tuple[str, ...]) -> bytes:
    """The bytes for one build. Needs npm, which brings the compiler."""
    npx = shutil.which("npx")
    if npx is None:
        raise Problem("The kernel's compiler comes through npm, and there is none here: install Node.js with npm.")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "kernel.wasm"
        whole = [npx, "--yes", "--package", COMPILER, "asc", "kernel.ts", *flags, "--outFile", str(out)]
        done = subprocess.run(whole, cwd=FOLDER, capture_output=True, text=True, timeout=300)
        if done.returncode or not out.exists():
            raise Problem(f"The kernel could not be compiled: {done.stderr.strip() or done.stdout.strip()}")
        return out.read_bytes()


def module() -> str:
    return "\n".join([HEAD, *(constant(name, compiled(flags)) for name, flags in BUILDS.items())])


def constant(name: str, content: bytes) -> str:
    text = base64.b64encode(content).decode("ascii")
    lines = [f'  "{text[start : start + WIDTH]}"' for start in range(0, len(text), WIDTH)]
    return f"\nexport const {name} =\n" + " +\n".join(lines) + ";\n"


def write() -> Path:
    file = FOLDER / "bytes.mjs"
    file.write_text(module(), encoding="utf-8")
    return file
