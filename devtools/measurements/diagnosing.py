"""What the doctor costs over a deck of 20 steps, in the processor's time, of latents from small to large."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import torch

from ...core.diagnosing.diagnose import diagnose
from ...core.latent_space import LatentSpace
from ...core.recording.deck import Deck
from ...core.recording.trajectory import Trajectory
from ..table import Row

AT_MOST = 0.5  # seconds
STEPS, ROUNDS = 20, 5
SHAPES = {"SD 1.5, 512": (4, 64, 64), "SDXL, 1024": (4, 128, 128), "Flux, 1024": (16, 128, 128)}


def measure() -> Iterator[Row]:
    with torch.inference_mode():
        for name, shape in SHAPES.items():
            deck = deck_of(shape)
            taken = [seconds(deck) for _ in range(ROUNDS)]
            spread = f"{min(taken):.3f} to {max(taken):.3f} s"
            yield Row(f"{name}: a diagnosis of {STEPS} steps", statistics.median(taken), "s", AT_MOST, spread)


def seconds(deck: Deck) -> float:
    started = time.process_time()
    diagnose(deck)
    return time.process_time() - started


def deck_of(shape: tuple[int, ...]) -> Deck:
    """A run of noise, with both predictions."""
    generator = torch.Generator().manual_seed(0)
    x, x0, cond, uncond = (torch.randn(STEPS + 1, *shape, generator=generator) for _ in range(4))
    run = Trajectory(
        x=x,
        x0=x0[:-1],
        cond=cond[:-1],
        uncond=uncond[:-1],
        asked=((True, True),) * STEPS,
        sigmas=torch.linspace(14, 0, STEPS + 1, dtype=torch.float64),
        model_calls=(1,) * STEPS,
        label="noise",
    )
    space = LatentSpace(name="noise", scale=(1.0,) * shape[0], shift=(0.0,) * shape[0])
    return Deck(trajectories=(run,), model="noise", parameterization="eps", space=space)
