"""Answers that a model gave before: what caches and skipping nodes hand on in place of asking it again."""

from collections.abc import Iterator

import torch
from torch import Tensor

from ..parameterization import direction, v_from_x0
from ..recording.trajectory import Trajectory
from .grain import size


def reuse(run: Trajectory, i: int, parameterization: str, sigma_data: float) -> float | None:
    """The least relative change since the step before among the forms in which an answer is kept; 0 where it is the
    same. None for a step at which x did not change.
    """
    if not i or torch.equal(run.x[i], run.x[i - 1]):
        return None
    forms = (
        change
        for now, before in zip(_guesses(run, i), _guesses(run, i - 1), strict=True)
        if now is not None and before is not None
        for change in _changes(run, i, now, before, parameterization, sigma_data)
    )
    return min(forms, default=None)


def _guesses(run: Trajectory, i: int) -> tuple[Tensor | None, Tensor | None]:
    """The guided guess, and the model's own with the prompt: some nodes keep one, some the other."""
    return run.x0[i], run.cond[i] if run.cond is not None and run.asked[i][0] else None


def _changes(run: Trajectory, i: int, now: Tensor, before: Tensor, *kind) -> Iterator[float]:
    for a, b in zip(_forms(run, i, now, *kind), _forms(run, i - 1, before, *kind), strict=True):
        least = size(a)
        if least > 0:
            yield size(a - b) / least


def _forms(run: Trajectory, i: int, guess: Tensor, parameterization: str, sigma_data: float) -> Iterator[Tensor]:
    """The guess; its distance from x (as LazyCache keeps it); the network's answer; and the answer's distance from what
    the network was given (as EasyCache and TeaCache keep it).
    """
    x, guess, sigma = run.x[i].float(), guess.float(), run.sigmas[i].float()
    yield guess
    yield x - guess
    answer = v_from_x0(x, guess, sigma, sigma_data) if parameterization == "v" else direction(x, guess, sigma)
    yield answer
    yield answer - (x if parameterization == "flow" else x / (sigma**2 + sigma_data**2) ** 0.5)
