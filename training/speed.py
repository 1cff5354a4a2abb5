"""How long a picture takes, and how long the model takes to be there."""

import statistics
import time
from collections.abc import Callable

import torch

from ..host.pocket import build_pocket_model
from .examined import Examined
from .sampling import GUIDANCE, STEPS, noise_of, paint

PROMPT = "a red house on a hill at noon"


def measure(it: Examined) -> dict:
    """Seconds of one picture through ComfyUI, guided and decoded, and of loading all parts from the file."""
    paint(it.pocket, [PROMPT], noise_of(1), GUIDANCE)
    return {
        "steps": STEPS,
        "threads": torch.get_num_threads(),
        "picture": timed(lambda: paint(it.pocket, [PROMPT], noise_of(1), GUIDANCE), it.sizes.repeats),
        "loading": timed(lambda: build_pocket_model(it.file), it.sizes.repeats),
        "bytes": it.file.stat().st_size,
    }


def timed(work: Callable[[], object], repeats: int) -> dict[str, float]:
    """Seconds, the fastest and the median: the first is the machine's, the second what else it had to do."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return {"repeats": repeats, "fastest": min(times), "median": statistics.median(times)}
