"""Files written whole or not at all: to a neighbouring file first, which takes their place when it is complete."""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

FORSAKEN = 24 * 3600
"""Seconds since anything was written to a draft, after which nobody writes to it any more: its process was killed."""


class NotWrittenError(OSError):
    """A disk that takes no file; the message is one sentence. What lay at its place is as it was."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A draft to write to. It becomes `path` when the block ends well, else nothing is left behind. A draft in
    the same folder that a killed process has left is removed when it is a day old.

    Raises NotWrittenError where the disk is full, or takes nothing for another reason.
    """
    with _draft_beside(path) as draft:
        yield draft
        _flush(draft)
        os.replace(draft, path)


def write_numbered(path_of: Callable[[int], Path], first: int, write: Callable[[Path], None]) -> Path:
    """A file of its own, whoever else writes at the same time: `write` fills a draft, and this takes the first number
    from `first` on whose path is free. Gives that path.

    Raises NotWrittenError.
    """
    with _draft_beside(path_of(first)) as draft:
        write(draft)
        _flush(draft)
        return next(path for path in map(path_of, count(first)) if _becomes(draft, path))


@contextmanager
def _draft_beside(path: Path) -> Iterator[Path]:
    with writing(path):
        draft = path.parent / f".draft-{uuid.uuid4().hex}.part"
        draft.touch(exist_ok=False)
        _remove_forsaken(beside=draft)
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)


def _becomes(draft: Path, path: Path) -> bool:
    """Whether the draft has become `path`; False where that is taken. A second name for a file is given to one process
    alone; where a disk knows no second names, an empty file is put there first.
    """
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:
        return _becomes_without_links(draft, path)
    return True


def _becomes_without_links(draft: Path, path: Path) -> bool:
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    os.replace(draft, path)
    return True


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises NotWrittenError for what a disk answers in the block."""
    try:
        yield
    except OSError as error:
        raise NotWrittenError(
            f"{path.name} could not be written to the folder {path.parent.name} ({error.strerror or error}): make room"
            " there, or choose another place, and run again"
        ) from error


def write_text(draft: Path, parts: Iterable[str]) -> None:
    """In UTF-8; halves of characters, which it does not have, become question marks."""
    with draft.open("wb") as stream:
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
