"""Files in ComfyUI's temp folder, from where its server gives them to the browser."""

import hashlib
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

import folder_paths

from ..core.whole_file import whole, writing
from .files import OWN_FOLDER

LIVE, SHOWN = "live", "shown"
LIVE_FOLDERS = 32
"""How many folders of live pictures are kept, the newest ones: viewers of runs that were stopped still show them."""

KEPT = 256 * 2**20
"""Bytes of what viewers have shown. A run of the pocket model at 384 pixels has 1.1 million, one at 512 has 7."""


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


def shown_folder(owner: str) -> TempFolder:
    """A folder for what a viewer shows; `owner` is the same for all runs of one viewer. Once all such folders together
    are larger than KEPT, the oldest go until half of that is left: none that is the newest of its owner. Results that
    ComfyUI has kept may name pictures that are gone then: with a new era every viewer draws its own again.
    """
    folder = TempFolder(SHOWN, hashlib.sha256(owner.encode()).hexdigest()[:16])
    oldest_first = sorted(folder.path.parent.parent.glob("*/*"), key=_written_at)
    going = _too_much(oldest_first)
    for path in going:
        shutil.rmtree(path, ignore_errors=True)
    if going:
        _new_era()
    return folder


def _too_much(oldest_first: list[Path]) -> list[Path]:
    newest = {path.parent: path for path in oldest_first}
    sizes = {path: _size(path) for path in oldest_first}
    excess = sum(sizes.values()) - KEPT // 2
    going: list[Path] = []
    for path in oldest_first if sum(sizes.values()) > KEPT else ():
        if excess > 0 and newest[path.parent] != path:
            going.append(path)
            excess -= sizes[path]
    return going


def _size(folder: Path) -> int:
    with suppress(OSError):  # somebody removes it at this moment
        return sum(file.stat().st_size for file in folder.iterdir())
    return 0


def temp_era() -> str:
    """A word that changes when pictures are removed from ComfyUI's temp folder: viewers must draw theirs again."""
    mark = _mark()
    return mark.read_text() if mark.is_file() else _new_era()


def _new_era() -> str:
    era, mark = uuid.uuid4().hex, _mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    with whole(mark) as draft:
        draft.write_text(era)
    return era


def _mark() -> Path:
    return Path(folder_paths.get_temp_directory(), OWN_FOLDER, "era.txt")
