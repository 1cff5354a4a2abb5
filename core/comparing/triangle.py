"""The two predictions behind a guided guess: how far apart they are, and whether the guess is what they make of it.

guided = uncond + s * (cond - uncond), Ho and Salimans 2022, eq. 6, with s = 1 + w.
"""

import torch
from torch import Tensor

from ..recording.trajectory import Trajectory
from ..tensors import rms

ROUNDING = 1e-4
"""Deviation from the formula, relative to the guess's spread, that float32 arithmetic can cause at large scales."""


def guided(cond: Tensor, uncond: Tensor, scale: float) -> Tensor:
    """The guess that guidance makes of the two; the shape of both."""
    return uncond + (cond - uncond) * scale


def pull(trajectory: Trajectory) -> tuple[float | None, ...]:
    """Root mean square of cond - uncond for each guess, in the latents' unit; None where one was not asked."""
    return tuple(
        rms(trajectory.cond[i] - trajectory.uncond[i]) if both else None for i, both in enumerate(_both(trajectory))
    )


def deviation(trajectory: Trajectory) -> tuple[float | None, ...]:
    """How far each guess is from the formula, relative to the guess's spread; None where the formula lacks a part."""
    return tuple(
        _deviation(trajectory, i, scale) if both and scale is not None else None
        for i, (both, scale) in enumerate(zip(_both(trajectory), _scales(trajectory), strict=True))
    )


def sentence(trajectory: Trajectory) -> str:
    """What a reader must know of the guided guess; empty where no two predictions were kept."""
    found = [one for one in deviation(trajectory) if one is not None]
    if not found:
        return ""
    others = ", ".join(trajectory.guided_by)
    if max(found) <= ROUNDING:
        exact = "The guided guess is exactly what the formula makes of the two, up to rounding."
        return f"{exact} {_others_did_not(others)}".strip()
    changed = f"by up to {max(found):.0%} of its spread"
    return f"The guided guess is not what the formula makes of the two: it was changed {changed} " + (
        f"by {others}." if others else "by something that did not say its name."
    )


def _others_did_not(others: str) -> str:
    return f"Also at work: {others}." if others else ""


def _both(trajectory: Trajectory) -> list[bool]:
    kept = trajectory.cond is not None and trajectory.uncond is not None
    return [kept and cond and uncond for cond, uncond in trajectory.asked]


def _scales(trajectory: Trajectory) -> tuple[float | None, ...]:
    return trajectory.guidance_scales or (trajectory.settings.guidance,) * trajectory.guesses


def _deviation(trajectory: Trajectory, i: int, scale: float) -> float:
    formula = guided(trajectory.cond[i].double(), trajectory.uncond[i].double(), scale)
    return rms(trajectory.x0[i].double() - formula) / max(rms(trajectory.x0[i]), torch.finfo(torch.float32).tiny)
