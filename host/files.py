"""Files inside ComfyUI's own folders and nowhere else: sheets in temp, decks and pages in output, decks read from
input or output.
"""

import os
import uuid
from pathlib import Path

import folder_paths

from ..core.sheets import Sheet
from ..core.views import View

OWN_FOLDER = "denoiscope"
DECK_SUFFIX = ".safetensors"
ROOTS = {"input": folder_paths.get_input_directory, "output": folder_paths.get_output_directory}


class SheetFolder:
    """A fresh folder below ComfyUI's temp folder; gives for each sheet the reference that /view understands."""

    def __init__(self):
        self.subfolder = f"{OWN_FOLDER}/{uuid.uuid4().hex}"
        self.path = Path(folder_paths.get_temp_directory(), self.subfolder)
        self.path.mkdir(parents=True)

    def place(self, view: View, sheet: Sheet) -> dict[str, str]:
        name = f"{view.id}-{sheet.first}.{sheet.suffix}"
        (self.path / name).write_bytes(sheet.data)
        return {"filename": name, "subfolder": self.subfolder, "type": "temp"}


def temp_era() -> str:
    """A word that changes when ComfyUI's temp folder is wiped: viewers whose pictures are gone must draw them again."""
    mark = Path(folder_paths.get_temp_directory(), OWN_FOLDER, "era.txt")
    if not mark.is_file():
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(uuid.uuid4().hex)
    return mark.read_text()


def output_file(prefix: str, suffix: str) -> tuple[Path, dict[str, str]]:
    """The next free file in ComfyUI's output folder for a prefix such as "denoiscope/deck", and its reference.

    Raises ValueError for a prefix that leaves the output folder.
    """
    root = folder_paths.get_output_directory()
    if not prefix.strip() or any(ord(c) < 32 for c in prefix) or not _inside(Path(root, prefix), root):
        raise ValueError(
            f"the file name must be a name inside ComfyUI's output folder, such as denoiscope/deck; got {prefix!r}"
        )
    folder, name, counter, subfolder, _ = folder_paths.get_save_image_path(prefix, root)
    path = Path(folder, f"{name}_{counter:05}_{suffix}")
    return path, {"filename": path.name, "subfolder": subfolder, "type": "output"}


def deck_names() -> list[str]:
    """Every safetensors file below input and output, newest first, as "name [folder]"."""
    found = []
    for kind, root in ROOTS.items():
        for folder, _, names in os.walk(root()):
            for name in names:
                if name.endswith(DECK_SUFFIX):
                    path = Path(folder, name)
                    found.append((-path.stat().st_mtime, f"{path.relative_to(root()).as_posix()} [{kind}]"))
    return [name for _, name in sorted(found)]


def deck_path(name: str) -> Path:
    """The file behind a name of `deck_names`. Raises ValueError when it is not there or not below its folder."""
    relative, _, kind = name.rpartition(" [")
    root = ROOTS.get(kind.removesuffix("]"))
    if root is None or not relative.endswith(DECK_SUFFIX) or "\0" in relative:
        raise ValueError(f"decks are named like denoiscope/deck_00001_.safetensors [output]; got {name!r}")
    path = Path(root(), relative)
    if not _inside(path, root()):
        raise ValueError(
            f"{relative!r} lies outside of ComfyUI's {kind.removesuffix(']')} folder, which is not allowed"
        )
    if not path.is_file():
        raise ValueError(
            f"{relative!r} is not in ComfyUI's {kind.removesuffix(']')} folder: save a deck, or put the file there"
        )
    return path


def _inside(path: Path, root: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
