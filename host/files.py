"""Files inside ComfyUI's own folders and nowhere else: decks and pages in output, decks read from input or output."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import folder_paths

from ..core.filled_sentence import filled
from ..core.value_list import shown
from ..core.whole_file import write_numbered, writing
from .listing import files_below

OWN_FOLDER = "denoiscope"
DECK_SUFFIX = ".safetensors"
LONGEST_PART, LONGEST_PATH = 200, 1000
"""Bytes in one name, of 255 that file systems have, and characters in all."""
RESERVED = re.compile(r".*[:*?\"<>|].*|(con|prn|aux|nul|com\d|lpt\d)(\..*)?\s*", re.IGNORECASE)
"""Names that Windows does not allow, or takes for a device."""
PAGE_FILLS = " (%date:...% and %Node.widget% are filled in by ComfyUI's page, not for programs that use its API)"
ROOTS = {"input": folder_paths.get_input_directory, "output": folder_paths.get_output_directory}


@dataclass(frozen=True, kw_only=True)
class OutputPlace:
    """Where the files of a prefix go: into `folder`, with a number from `first` on that no other file has."""

    folder: Path
    subfolder: str
    name: str
    suffix: str
    first: int

    def save(self, write: Callable[[Path], None]) -> dict[str, str]:
        """`write` fills a draft, which becomes the next file; gives the reference of that. Two who save at the same
        time, in one process or in two, get a number each. Raises NotWrittenError.
        """
        path = write_numbered(self._path, self.first, write)
        return {"filename": path.name, "subfolder": self.subfolder, "type": "output"}

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.name}_{number:05}_{self.suffix}"


def output_place(prefix: str, suffix: str, *, width: int = 0, height: int = 0) -> OutputPlace:
    """For a prefix such as "denoiscope/deck" below ComfyUI's output folder; what ComfyUI replaces in such names, by
    the clock and by the size of a picture in pixels, is replaced here, too.

    Raises ValueError for a prefix that leaves the output folder.
    """
    root = folder_paths.get_output_directory()
    if not _is_name(prefix) or not _inside(Path(root, prefix), root):
        raise ValueError(
            filled(
                "the file name must be a name inside ComfyUI's output folder that every system can have, such as "
                "denoiscope/deck; got {1}",
                f"{shown(prefix)}{PAGE_FILLS if '%' in prefix else ''}",
            )
        )
    with writing(Path(root, prefix)):
        folder, name, first, subfolder, _ = folder_paths.get_save_image_path(prefix, root, width, height)
    return OutputPlace(folder=Path(folder), subfolder=subfolder, name=name, suffix=suffix, first=first)


def deck_names() -> list[str]:
    """The safetensors files below input and output, newest first, as "name [folder]"."""
    found = [
        (file, kind) for kind, root in ROOTS.items() for file in files_below(root(), (DECK_SUFFIX,), first=OWN_FOLDER)
    ]
    return [f"{file.name} [{kind}]" for file, kind in sorted(found) if _is_path(file.name)]


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
    if not os.path.isfile(path):  # Path.is_file raises where it may not ask
        raise ValueError(
            filled(
                "{1} is not in ComfyUI's {2} folder: save a deck, or put the file there",
                shown(relative),
                kind.removesuffix("]"),
            )
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
