"""Remembers which steps of a set-up are complete, and for which content, so that a second start repeats none."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .driving.problem import Problem


def fingerprint(*content: str) -> str:
    return hashlib.sha256("\0".join(content).encode()).hexdigest()


class Stamps:
    """One file for each complete step, holding the fingerprint of what the step depended on.

    A step that was begun and neither completed nor failed in good order has been killed: what it made is not to be
    trusted, and `killed` says so.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def complete(self, step: str, content: str) -> bool:
        stamp = self._folder / step
        return stamp.is_file() and stamp.read_text(encoding="ascii") == content

    def killed(self) -> bool:
        return any(self._folder.glob("*.begun"))

    @contextmanager
    def making(self, step: str, content: str) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        begun = self._folder / f"{step}.begun"
        begun.touch()
        (self._folder / step).unlink(missing_ok=True)
        try:
            yield
        except Problem:
            begun.unlink(missing_ok=True)
            raise
        written = self._folder / f"{step}.written"
        written.write_text(content, encoding="ascii")
        os.replace(written, self._folder / step)
        begun.unlink(missing_ok=True)
