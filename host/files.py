"""Files inside ComfyUI's own folders and nowhere else: decks and pages in output, decks read from input or output."""

import os
import re
from pathlib import Path

import folder_paths

from ..core.value_list import shown
from ..core.whole_file import writing

OWN_FOLDER = "denoiscope"
DECK_SUFFIX = ".safetensors"
LONGEST_PART, LONGEST_PATH = 200, 1000
"""Bytes in one name, of 255 that file systems have, and characters in all."""
RESERVED = re.compile(r".*[:*?\"<>|].*|(con|prn|aux|nul|com\d|lpt\d)(\..*)?\s*", re.IGNORECASE)
"""What Windows cannot have as a name, or takes for a device."""
ROOTS = {"input": folder_paths.get_input_directory, "output": folder_paths.get_output_directory}


def output_file(prefix: str, suffix: str) -> tuple[Path, dict[str, str]]:
    """The next free file in ComfyUI's output folder for a prefix such as "denoiscope/deck", and its reference.

    Raises ValueError for a prefix that leaves the output folder.
    """
    root = folder_paths.get_output_directory()
    if not _is_name(prefix) or not _inside(Path(root, prefix), root):
        raise ValueError(
            "the file name must be a name inside ComfyUI's output folder that every system can have, such as "
            f"denoiscope/deck; got {shown(prefix)}"
        )
    with writing(Path(root, prefix)):
        folder, name, counter, subfolder, _ = folder_paths.get_save_image_path(prefix, root)
    path = Path(folder, f"{name}_{counter:05}_{suffix}")
    return path, {"filename": path.name, "subfolder": subfolder, "type": "output"}


def deck_names() -> list[str]:
    """Every safetensors file below input and output, newest first, as "name [folder]"."""
    found = []
    for kind, root in ROOTS.items():
        for folder, _, names in os.walk(root()):
            for name in names:
                path = Path(folder, name)
                if name.endswith(DECK_SUFFIX) and path.is_file():
                    found.append((-os.path.getmtime(path), f"{path.relative_to(root()).as_posix()} [{kind}]"))
    return [name for _, name in sorted(found)]


def deck_path(name: str) -> Path:
    """The file behind a name of `deck_names`. Raises ValueError when it is not there or not below its folder."""
    relative, _, kind = name.rpartition(" [")
    root = ROOTS.get(kind.removesuffix("]"))
    if root is None or not relative.endswith(DECK_SUFFIX) or not _is_path(relative):
        raise ValueError(f"decks are named like denoiscope/deck_00001_.safetensors [output]; got {shown(name)}")
    path = Path(root(), relative)
    if not _inside(path, root()):
        raise ValueError(
            f"{shown(relative)} lies outside of ComfyUI's {kind.removesuffix(']')} folder, which is not allowed"
        )
    if not path.is_file():
        raise ValueError(
            f"{shown(relative)} is not in ComfyUI's {kind.removesuffix(']')} folder: save a deck, or put the file there"
        )
    return path


def _is_name(prefix: str) -> bool:
    """Whether every part can be the name of a file or a folder on every system, with a number added."""
    parts = re.split(r"[/\\]", prefix)
    return bool(prefix.strip()) and _is_path(prefix) and not any(map(RESERVED.fullmatch, parts))


def _is_path(text: str) -> bool:
    """Whether a file system can be asked for it: no control characters, no halves of characters, no part too long."""
    try:
        sizes = [len(part.encode()) for part in text.split("/")]
    except UnicodeEncodeError:
        return False
    return max(sizes) <= LONGEST_PART and len(text) <= LONGEST_PATH and not any(ord(c) < 32 for c in text)


def _inside(path: Path, root: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
