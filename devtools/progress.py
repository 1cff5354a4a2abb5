"""Says in plain lines what is being done, how long that usually takes, and how long it took."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

HEARTBEAT = 30.0  # seconds between two signs of life


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def step(what: str, usually: str) -> Iterator[None]:
    say(f"{what} (usually {usually}) ...")
    started, over = time.monotonic(), threading.Event()
    threading.Thread(target=beat, args=(started, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()
    say(f"  done in {time.monotonic() - started:.0f} s")


def beat(started: float, over: threading.Event) -> None:
    while not over.wait(HEARTBEAT):
        say(f"  still at it after {time.monotonic() - started:.0f} s")
