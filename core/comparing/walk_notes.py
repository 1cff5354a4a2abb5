"""What a walk says of itself, measured: how much neighbours differ, what re-spacing did, what linear mixing costs."""

import math
from collections.abc import Mapping

from torch import Tensor

from ..filled_sentence import filled
from .noise_walk import Stop, Walk
from .walk_spacing import moving, spread


def say_length(walk: Walk, stops: tuple[Stop, ...], noises: Mapping[int, Tensor]) -> str:
    """How short the noise of a linear walk gets; empty for a walk that keeps its length."""
    if walk.mixing != "linear" or all(walk.seed_at(stop) is not None for stop in stops):
        return ""
    lengths = {walk.shortening(stop, noises): stop for stop in stops}
    least = min(lengths)
    return filled(
        "Mixed linearly the noise is too short between the seeds: at {1} it measures {2} of the length that the noises "
        "of its two seeds have.",
        walk.label(lengths[least]),
        f"{least:.3f}",
    )


def say_step_noise(walk: Walk, sampler: str) -> str:
    """For a sampler that adds noise on its way, or may: the other seeds' own stops are not what a KSampler gives."""
    first, others = walk.seeds[0], [seed for seed in dict.fromkeys(walk.seeds) if seed != walk.seeds[0]]
    return filled(
        "{1} adds noise on its way, here that of seed {2} at every stop, so that the walk stays smooth: a KSampler "
        "with seed {3} gives another picture.",
        sampler,
        first,
        ", ".join(map(str, others)),
    )


def say_spread(walk: Walk, stops: tuple[Stop, ...], apart: list[float]) -> str:
    """How unequal the differences between neighbours are."""
    sizes = moving(walk, stops, apart)
    if not all(map(math.isfinite, sizes)):
        return filled("How much neighbours differ cannot be told: finished latents of this walk are not numbers.")
    return filled(
        "Neighbours differ by {1} to {2} (RMS of their finished latents): the largest difference is {3} times the "
        "smallest.",
        f"{min(sizes):.3g}",
        f"{max(sizes):.3g}",
        _times(spread(walk, stops, apart)),
    )


def say_nothing_to_move() -> str:
    """Why a search for equal differences ended before it began."""
    return filled(
        "For equal differences there was nothing to move: no stop stands between the seeds, or nothing differs."
    )


def say_respaced(before: float, after: float) -> str:
    """What the search for equal differences did to their spread."""
    if after < before:
        return filled(
            "For equal differences twice as many stops were sampled: the largest difference between neighbours was {1} "
            "times the smallest at equal angles, and is {2} times the smallest for the stops that were kept.",
            _times(before),
            _times(after),
        )
    return filled(
        "For equal differences twice as many stops were sampled, which did not help: the largest difference between "
        "neighbours was {1} times the smallest at equal angles, and {2} times the smallest at best elsewhere; equal "
        "angles were kept.",
        _times(before),
        _times(after),
    )


def _times(ratio: float) -> str:
    """Infinite where some do not differ at all."""
    return f"{ratio:.2f}" if math.isfinite(ratio) else "∞"
