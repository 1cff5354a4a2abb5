"""The LoRA files in ComfyUI's folders for them."""

import os
from pathlib import Path

import folder_paths

from ..core.safetensors_file import SUFFIXES
from ..core.value_list import shown
from .listing import files_below

FOLDER = "loras"
"""Of ComfyUI's models, and below its output folder: the stock loader looks in both."""


def lora_names() -> list[str]:
    """The safetensors files among those that the stock loader lists; where it cannot, because one folder cannot be
    asked for, those of the other folders.
    """
    try:
        names = folder_paths.get_filename_list(FOLDER)
    except OSError:
        roots = folder_paths.get_folder_paths(FOLDER)
        names = sorted({file.name.replace("/", os.sep) for root in roots for file in files_below(root, SUFFIXES)})
    return [name for name in names if name.endswith(SUFFIXES)]


def lora_path(name: str) -> Path:
    """Raises ValueError for a name that is not in the list."""
    if name not in lora_names():
        raise ValueError(f"{shown(name)} is not among the LoRA files: put it into ComfyUI's models/loras, and press R")
    return Path(folder_paths.get_full_path_or_raise(FOLDER, name))
