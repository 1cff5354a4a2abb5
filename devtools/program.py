"""Runs a module of the pack as a program, in the environment that has torch and ComfyUI."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .driving.server import Host

INSIDE = Path(__file__).with_name("inside.py")


def run(host: Host, module: str, *arguments: str, check: bool = False, **variables: str) -> int:
    """Its exit status. `module` is named below the pack; `variables` stand in its environment. Raises
    CalledProcessError where `check` is asked for and the status is not 0.
    """
    whole = [str(host.python), str(INSIDE), f"denoiscope.{module}", *arguments]
    seen = os.environ | {"COMFYUI_PATH": str(host.comfyui)} | variables
    return subprocess.run(whole, env=seen, check=check).returncode
