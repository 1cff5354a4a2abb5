"""The two predictions behind a guided guess: how far apart they are, and whether the guess is what they make of it.

guided = uncond + s * (cond - uncond), Ho and Salimans 2022, eq. 6, with s = 1 + w.
"""

import torch
from torch import Tensor

from ..filled_sentence import filled
from ..recording.trajectory import Trajectory
from ..tensors import rms

ROUNDING = 1e-4
"""Deviation from the formula, relative to the guess's spread, that float32 arithmetic can cause at large scales."""


def guided(cond: Tensor, uncond: Tensor, scale: float) -> Tensor:
    """The guess that guidance makes of the two; the shape of both.

    >>> guided(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 2.0]), 4.0)
    tensor([4., 2.])
    """
    return uncond + (cond - uncond) * scale


def pull(trajectory: Trajectory) -> tuple[float | None, ...]:
    """Root mean square of cond - uncond for each guess, in the latents' unit; None where one was not asked."""
    return tuple(None if pair is None else rms(pair[0] - pair[1]) for pair in pairs(trajectory))


def deviation(trajectory: Trajectory) -> tuple[float | None, ...]:
    """How far each guess is from the formula, relative to the guess's spread; None where the formula lacks a part."""
    return tuple(
        None if pair is None or scale is None else _deviation(guess, pair, scale)
        for guess, pair, scale in zip(trajectory.x0, pairs(trajectory), _scales(trajectory), strict=True)
    )


def sentence(trajectory: Trajectory) -> str:
    """Says whether the guided guess follows the formula; empty if the two predictions were not kept."""
    found = [share for share in deviation(trajectory) if share is not None]
    if not found:
        return ""
    others = ", ".join(trajectory.guided_by)
    if max(found) <= ROUNDING:
        exact = filled("The guided guess is exactly what the formula makes of the two, up to rounding.")
        return f"{exact} {_others_did_not(others)}".strip()
    changed = f"{max(found):.0%}"
    if others:
        return filled(
            "The guided guess is not what the formula makes of the two: it was changed by up to {1} of its spread by"
            " {2}.",
            changed,
            others,
        )
    return filled(
        "The guided guess is not what the formula makes of the two: it was changed by up to {1} of its spread by"
        " something that did not say its name.",
        changed,
    )


def _others_did_not(others: str) -> str:
    return filled("Also at work: {1}.", others) if others else ""


def pairs(trajectory: Trajectory) -> list[tuple[Tensor, Tensor] | None]:
    """cond and uncond of each guess; None where one of them was not asked or not kept."""
    cond, uncond = trajectory.cond, trajectory.uncond
    if cond is None or uncond is None:
        return [None] * len(trajectory.asked)
    return [(cond[i], uncond[i]) if all(asked) else None for i, asked in enumerate(trajectory.asked)]


def _scales(trajectory: Trajectory) -> tuple[float | None, ...]:
    return trajectory.guidance_scales or (trajectory.settings.guidance,) * trajectory.guesses


def _deviation(guess: Tensor, pair: tuple[Tensor, Tensor], scale: float) -> float:
    cond, uncond = pair
    formula = guided(cond.double(), uncond.double(), scale)
    return rms(guess.double() - formula) / max(rms(guess), torch.finfo(torch.float32).tiny)
