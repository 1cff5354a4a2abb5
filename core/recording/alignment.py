"""At which state each run stands while one slider moves them all: at the same sigma, as the viewer has it (lock.js)."""

from collections.abc import Sequence

HAIR = 1e-3
"""Relative: the same schedule computed twice differs in its last digits."""

Sigmas = Sequence[float]


def reference_of(runs: Sequence[Sigmas]) -> int:
    """The run whose states the slider goes along: the longest; of equally long ones the first of those that begin at
    the highest sigma.
    """
    best = 0
    for index, sigmas in enumerate(runs):
        longer = len(sigmas) - len(runs[best])
        if longer > 0 or (longer == 0 and sigmas[0] > runs[best][0] * (1 + HAIR)):
            best = index
    return best


def standing(runs: Sequence[Sigmas]) -> tuple[tuple[int, ...], ...]:
    """For each run the state that it shows at each step of the slider.

    Where the sigmas of the runs differ: its last state whose sigma is not below the reference's. Else, and where sigmas
    rise: the state of the same number, or its last.
    """
    if not sigmas_differ(runs):
        longest = max(map(len, runs))
        return tuple(tuple(min(step, len(run) - 1) for step in range(longest)) for run in runs)
    reference = runs[reference_of(runs)]
    return tuple(tuple(_last_not_below(run, sigma) for sigma in reference) for run in runs)


def sigmas_differ(runs: Sequence[Sigmas]) -> bool:
    """False, too, where sigmas rise (forward decks): there is nothing to hold the runs at."""
    if not all(run[0] >= run[-1] for run in runs):
        return False
    first, *others = runs
    return any(len(run) != len(first) or any(map(_far, run, first)) for run in others)


def _far(one: float, other: float) -> bool:
    return abs(one - other) > HAIR * max(abs(one), abs(other))


def _last_not_below(run: Sigmas, sigma: float) -> int:
    """A run that begins below this sigma waits at its first state."""
    return max((state for state, level in enumerate(run) if level >= sigma * (1 - HAIR)), default=0)
