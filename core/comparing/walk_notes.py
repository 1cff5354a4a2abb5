"""What a walk says of itself, measured: how much neighbours differ, what re-spacing did, what linear mixing costs."""

import math
from collections.abc import Mapping

from torch import Tensor

from .noise_walk import Stop, Walk
from .walk_spacing import moving, spread

MEASURE = "RMS of their finished latents"


def say_length(walk: Walk, stops: tuple[Stop, ...], noises: Mapping[int, Tensor]) -> str:
    """How short the noise of a linear walk gets; empty for a walk that keeps its length."""
    if walk.mixing != "linear" or all(walk.seed_at(stop) is not None for stop in stops):
        return ""
    lengths = {walk.shortening(stop, noises): stop for stop in stops}
    least = min(lengths)
    return (
        f"Mixed linearly the noise is too short between the seeds: at {walk.label(lengths[least])} it measures "
        f"{least:.3f} of the length that the noises of its two seeds have."
    )


def say_step_noise(walk: Walk, sampler: str) -> str:
    """For a sampler that adds noise on its way, or may: the other seeds' own stops are not what a KSampler gives."""
    first, others = walk.seeds[0], [seed for seed in dict.fromkeys(walk.seeds) if seed != walk.seeds[0]]
    return (
        f"{sampler} adds noise on its way, here that of seed {first} at every stop, so that the walk stays smooth: a "
        f"KSampler with seed {', '.join(map(str, others))} gives another picture."
    )


def say_spread(walk: Walk, stops: tuple[Stop, ...], apart: list[float]) -> str:
    """How unequal the differences between neighbours are."""
    sizes = moving(walk, stops, apart)
    if not all(map(math.isfinite, sizes)):
        return "How much neighbours differ cannot be told: finished latents of this walk are not numbers."
    return (
        f"Neighbours differ by {min(sizes):.3g} to {max(sizes):.3g} ({MEASURE}): the largest difference is "
        f"{_times(spread(walk, stops, apart))}."
    )


def say_nothing_to_move() -> str:
    """Why a search for equal differences ended before it began."""
    return "For equal differences there was nothing to move: no stop stands between the seeds, or nothing differs."


def say_respaced(before: float, after: float) -> str:
    """What the search for equal differences did to their spread."""
    searched = "For equal differences twice as many stops were sampled"
    compared = f"the largest difference between neighbours was {_times(before)} at equal angles"
    if after < before:
        return f"{searched}: {compared}, and is {_times(after)} for the stops that were kept."
    return f"{searched}, which did not help: {compared}, and {_times(after)} at best elsewhere; equal angles were kept."


def _times(ratio: float) -> str:
    return (
        f"{ratio:.2f} times the smallest" if math.isfinite(ratio) else "beyond measure, since some do not differ at all"
    )
