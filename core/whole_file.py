"""Files written whole or not at all: to a neighbouring file first, which takes their place when it is complete."""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safetensors import SafetensorError

FORSAKEN = 24 * 3600
"""Seconds since anything was written to a draft, after which nobody writes to it any more: its process was killed."""


class NotWrittenError(OSError):
    """A disk that takes no file; the message is one sentence. What lay at its place is as it was."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A draft to write to. It becomes `path` when the block ends well, else nothing is left behind. What a process that
    was killed has left in the same folder goes a day later.

    Raises NotWrittenError where the disk is full, or takes nothing for another reason.
    """
    with writing(path):
        draft = path.parent / f".draft-{uuid.uuid4().hex}.part"
        draft.touch(exist_ok=False)
        _remove_forsaken(beside=draft)
        try:
            yield draft
            _flush(draft)
            os.replace(draft, path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises NotWrittenError for what a disk answers in the block."""
    try:
        yield
    except (OSError, SafetensorError) as error:
        raise NotWrittenError(
            f"{path.name} could not be written to the folder {path.parent.name} ({_reason(error)}): make room"
            " there, or choose another place, and run again"
        ) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Raises NotWrittenError."""
    with whole(path) as draft:
        draft.write_bytes(data)


def write_text(path: Path, parts: Iterable[str]) -> None:
    """In UTF-8; halves of characters, which it does not have, become question marks. Raises NotWrittenError."""
    with whole(path) as draft, draft.open("wb") as stream:
        for part in parts:
            stream.write(part.encode("utf-8", errors="replace"))


def _remove_forsaken(beside: Path) -> None:
    """What time it is says the new draft itself: by the clock of the disk that they lie on."""
    now = beside.stat().st_mtime
    for draft in beside.parent.glob(".draft-*.part"):
        with suppress(OSError):  # another process removed it first, or holds it
            if draft.stat().st_mtime < now - FORSAKEN:
                draft.unlink()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError | SafetensorError) -> str:
    """In the system's words."""
    return getattr(error, "strerror", None) or str(error).rpartition("I/O error: ")[2]
