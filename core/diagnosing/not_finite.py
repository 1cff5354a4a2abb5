"""Where the first value came up that is not a number, and whose it was."""

import torch
from torch import Tensor

from ..recording.trajectory import Trajectory
from .reading import Reading

START, SAMPLER, BETWEEN, MODEL = "the start", "the sampler", "calls between two states", "the model"
PROMPT, NEGATIVE, GUIDANCE = "the model with the prompt", "the model without the prompt", "guidance"
WHOSE = (START, SAMPLER, BETWEEN, MODEL, PROMPT, NEGATIVE, GUIDANCE)


def first_not_finite(run: Trajectory) -> tuple[str, Reading] | None:
    """Whose values they were, and the share of them; None for a run of numbers throughout.

    In the order in which they come about: x, the two predictions, the guess that guidance makes of them, the next x.
    """
    for i in range(run.states):
        if share := bad(run.x[i]):
            return _of_state(run, i), _reading(share, i, "x")
        if i < run.guesses and (found := _of_guess(run, i)):
            return found
    return None


def _of_state(run: Trajectory, i: int) -> str:
    """A sampler that calls the model several times a step has answers that no state keeps."""
    if i == 0:
        return START
    return BETWEEN if run.model_calls[i - 1] > 1 else SAMPLER


def bad(values: Tensor) -> float:
    """The share of values that are not finite. One of them makes a sum that is not finite, which is soon known."""
    if bool(torch.isfinite(values.sum(dtype=torch.float32))):
        return 0.0
    return 1 - float(torch.isfinite(values).float().mean(dtype=torch.float64))


def _of_guess(run: Trajectory, i: int) -> tuple[str, Reading] | None:
    shares = [
        bad(kept[i]) if kept is not None and asked else 0.0
        for kept, asked in zip((run.cond, run.uncond), run.asked[i], strict=True)
    ]
    with_prompt, without = shares
    if with_prompt and (without or not run.asked[i][1]):
        return MODEL, _reading(with_prompt, i, "the prediction with the prompt")
    if with_prompt:
        return PROMPT, _reading(with_prompt, i, "the prediction with the prompt")
    if without:
        return NEGATIVE, _reading(without, i, "the prediction without the prompt")
    if share := bad(run.x0[i]):
        return (GUIDANCE if any(run.asked[i]) and run.cond is not None else MODEL), _reading(share, i, "the guess")
    return None


def _reading(share: float, step: int, what: str) -> Reading:
    return Reading(value=share, step=step, words={"what": what})
