"""Files in ComfyUI's temp folder, from where its server gives them to the browser."""

import shutil
import uuid
from pathlib import Path

import folder_paths

from ..core.whole_file import writing
from .files import OWN_FOLDER

LIVE = "live"
LIVE_FOLDERS = 32
"""How many folders of live pictures are kept, the newest ones: viewers of runs that were stopped still show them."""


class TempFolder:
    """A fresh folder below ComfyUI's temp folder; gives for each file the reference that /view understands.

    ComfyUI empties its temp folder when it starts, and somebody may empty it at any time.
    """

    def __init__(self, *inside: str):
        self.name = uuid.uuid4().hex
        self.subfolder = "/".join((OWN_FOLDER, *inside, self.name))
        self.path = Path(folder_paths.get_temp_directory(), self.subfolder)

    def write(self, name: str, data: bytes) -> dict[str, str]:
        """Raises NotWrittenError when the disk takes no file."""
        with writing(self.path / name):
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_bytes(data)
        return {"filename": name, "subfolder": self.subfolder, "type": "temp"}


def live_folder() -> TempFolder:
    """A folder for the pictures of one run; removes the oldest ones of earlier runs."""
    folder = TempFolder(LIVE)
    for path in sorted(folder.path.parent.glob("*"), key=_written_at, reverse=True)[LIVE_FOLDERS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    return folder


def _written_at(path: Path) -> float:
    """When a file came into the folder last; the beginning of time when it is gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def temp_era() -> str:
    """A word that changes when ComfyUI's temp folder is wiped: viewers whose pictures are gone must draw them again."""
    mark = Path(folder_paths.get_temp_directory(), OWN_FOLDER, "era.txt")
    if not mark.is_file():
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(uuid.uuid4().hex)
    return mark.read_text()
