"""A clean clone of this repository, and comfy-cli at work on it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from denoiscope.devtools.driving.pack import ROOT

COMFY = Path(sys.executable).with_name("comfy.exe" if os.name == "nt" else "comfy")

needs_a_clone = pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="it is about what git tracks"
)
needs_comfy_cli = pytest.mark.skipif(not COMFY.exists(), reason="the archive is made by comfy-cli")


def clone_into(folder: Path) -> Path:
    """What is committed, as `git clone` gives it to a user."""
    source = ["git", "clone", "-q", "--depth", "1", ROOT.as_uri(), str(folder)]
    subprocess.run(source, check=True, capture_output=True)
    return folder


def comfy(clone: Path, *command: str) -> str:
    """What `comfy node <command>` says in `clone`; a failure of it fails the test."""
    quiet = {"DO_NOT_TRACK": "1", "XDG_CONFIG_HOME": str(clone.parent / "config"), "NO_COLOR": "1"}
    whole = [str(COMFY), "--skip-prompt", "--no-enable-telemetry", "node", *command]
    ran = subprocess.run(whole, cwd=clone, env=os.environ | quiet, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def version_of(folder: Path) -> str:
    return re.search(r'^version = "(.+)"$', (folder / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
