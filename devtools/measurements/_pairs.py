"""Compares ways of doing one thing fairly: in turns, so that what else the machine does hits all alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence


def in_turns(ways: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Processor seconds of each way in each round, [way][round]; the order turns with every round.

    Processor time is what the work costs; on a busy machine the clock on the wall measures the other work instead.
    """
    for way in ways:
        way()
    seconds: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds):
        for index in range(len(ways)):
            chosen = (index + turn) % len(ways)
            gc.collect()
            started = time.process_time()
            ways[chosen]()
            seconds[chosen].append(time.process_time() - started)
    return seconds


def excess(plain: Sequence[float], watched: Sequence[float]) -> list[float]:
    """By how many per cent each round's second way took longer than its first."""
    return [100 * (second / first - 1) for first, second in zip(plain, watched, strict=True)]


def quartiles(values: Sequence[float], unit: str) -> str:
    low, _, high = statistics.quantiles(values, n=4)
    return f"middle half {low:.2g} to {high:.2g} {unit}, {len(values)} rounds"
