"""Puts the pack into a ComfyUI base folder under a folder name of its own, whatever the checkout is called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "ComfyUI-Denoiscope"
NOT_COPIED = shutil.ignore_patterns(".git", "__pycache__", "node_modules", "tests")


def link_pack(base: Path, source: Path = ROOT) -> Path:
    """`base/custom_nodes/ComfyUI-Denoiscope` shows `source`: a symlink, else a Windows junction, else a fresh copy."""
    return link_folder(source, base / "custom_nodes" / FOLDER)


def link_folder(source: Path, target: Path) -> Path:
    """`target` shows `source`, by whatever the system allows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if shows(target, source):
        return target
    remove(target)
    for make in (symlink, junction, copy):
        if make(source, target):
            return target
    raise OSError(f"neither a link nor a copy of {source} could be made at {target}")


def shows(target: Path, source: Path) -> bool:
    return target.exists() and target.resolve() == source.resolve()


def remove(target: Path) -> None:
    """Take away an old link or copy; what a link points to is never touched."""
    if target.is_symlink():
        target.unlink()
    elif is_junction(target):
        os.rmdir(target)
    elif target.exists():
        shutil.rmtree(target)


def is_junction(target: Path) -> bool:
    return os.name == "nt" and os.path.exists(target) and os.path.realpath(target) != os.path.abspath(target)


def symlink(source: Path, target: Path) -> bool:
    try:
        target.symlink_to(source, target_is_directory=True)
    except OSError:  # Windows without developer mode, or a file system without links
        return False
    return True


def junction(source: Path, target: Path) -> bool:
    if os.name != "nt":
        return False
    command = ["cmd", "/c", "mklink", "/J", str(target), str(source)]
    return subprocess.run(command, capture_output=True).returncode == 0


def copy(source: Path, target: Path) -> bool:
    shutil.copytree(source, target, ignore=NOT_COPIED)
    return True
