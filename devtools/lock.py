"""Lets only one process at a time work on a folder; the lock ends with its process, however that ends.

On POSIX children that keep their parent's files open hold the lock too: a pip that outlives a killed set-up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def exclusive(path: Path, *, waiting: str | None) -> Iterator[bool]:
    """Hold the lock file `path`. If another process holds it: print `waiting` and wait, or with None yield False."""
    with path.open("a") as file:
        os.set_inheritable(file.fileno(), True)
        held = take(file)
        if not held and waiting is not None:
            print(waiting, flush=True)
            while not (held := take(file)):
                time.sleep(0.5)
        yield held


if os.name == "nt":
    import msvcrt

    def take(file: IO) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def take(file: IO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
