"""Sheets in ComfyUI's temp folder, from where its server gives them to the viewer."""

import uuid
from pathlib import Path

import folder_paths

from ..core.showing.sheets import Sheet
from ..core.showing.views import View
from ..core.whole_file import writing
from .files import OWN_FOLDER


class SheetFolder:
    """A fresh folder below ComfyUI's temp folder; gives for each sheet the reference that /view understands."""

    def __init__(self):
        self.subfolder = f"{OWN_FOLDER}/{uuid.uuid4().hex}"
        self.path = Path(folder_paths.get_temp_directory(), self.subfolder)

    def place(self, view: View, sheet: Sheet) -> dict[str, str]:
        name = f"{view.id}-{sheet.first}.{sheet.suffix}"
        with writing(self.path / name):
            self.path.mkdir(parents=True, exist_ok=True)  # somebody may wipe the temp folder at any time
            (self.path / name).write_bytes(sheet.data)
        return {"filename": name, "subfolder": self.subfolder, "type": "temp"}


def temp_era() -> str:
    """A word that changes when ComfyUI's temp folder is wiped: viewers whose pictures are gone must draw them again."""
    mark = Path(folder_paths.get_temp_directory(), OWN_FOLDER, "era.txt")
    if not mark.is_file():
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(uuid.uuid4().hex)
    return mark.read_text()
