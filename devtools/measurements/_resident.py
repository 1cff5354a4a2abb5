"""How much memory this process held at most while it did something, by the kernel's own mark: Linux alone has it."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OURS = Path("/proc/self")
KILOBYTE = 1024
FORGET_THE_PEAK = "5"


@dataclass(frozen=True)
class Held:
    """Bytes of main memory beyond what was held before: at most on the way, and still at the end."""

    peak: int
    left: int


def holding(action: Callable[[], object]) -> tuple[object, Held]:
    """What `action` gives, and what it held. Raises RuntimeError on a system that keeps no such mark."""
    if sys.platform != "linux":
        raise RuntimeError("only Linux says what a process held at most: measure this there")
    settle()
    before = _in_bytes("VmRSS")
    (OURS / "clear_refs").write_text(FORGET_THE_PEAK)
    given = action()
    peak = _in_bytes("VmHWM")
    settle()
    return given, Held(peak=peak - before, left=_in_bytes("VmRSS") - before)


def settle() -> None:
    """What nobody holds goes back to the system, so that nothing hides in memory that was free already."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _in_bytes(name: str) -> int:
    line = next(line for line in (OURS / "status").read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1]) * KILOBYTE
