"""Where the tool keeps what it makes: one folder in the user's cache, never the checkout."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from .driving.problem import Problem

GIGABYTE = 1e9


def cache_folder(option: str | None, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The option first, then DENOISCOPE_CACHE, then the platform's own place for caches."""
    chosen = option or environ.get("DENOISCOPE_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else usual_place(environ, platform) / "denoiscope"


def usual_place(environ: Mapping[str, str], platform: str) -> Path:
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The folder {folder} cannot be made ({error.strerror}): give another one with --cache."
        ) from error


def demand_space(folder: Path, gigabytes: float) -> None:
    free = shutil.disk_usage(folder).free / GIGABYTE
    if free < gigabytes:
        raise Problem(
            f"There is too little disk space: {folder} has {free:.1f} GB free and about {gigabytes:g} GB are needed; "
            "make room, or give a folder on another disk with --cache."
        )
