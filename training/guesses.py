"""When is a picture decided? How near the guess x0 and the noisy x are to the final latent, step by step."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .examined import Examined
from .sampling import BATCH, How, Watched, captions, noise_of, scenes_to_draw, watched

SCALES = (1.0, 4.0)
CELL = 4
"""Latent places along a side over which a layout is averaged: 16 x 16 places make 4 x 4 cells."""


def measure(it: Examined) -> dict:
    """R² of every step, in the low frequencies (cell means) and the high ones (the rest)."""
    return {
        "pictures": it.sizes.guessed,
        **{f"guidance {scale:g}": nearness(it, How(guidance=scale)) for scale in SCALES},
    }


def nearness(it: Examined, how: How) -> dict[str, list[float]]:
    prompts, noise = captions(scenes_to_draw(it.sizes.guessed)), noise_of(it.sizes.guessed)
    parts = [slice(i, i + BATCH) for i in range(0, len(prompts), BATCH)]
    run = joined([watched(it.pocket, prompts[part], noise[part], how) for part in parts])
    final = bands(run.final)
    found: dict[str, list[float]] = {"sigmas": run.sigmas.tolist()}
    for name, states in (("x0", run.guesses), ("x", run.shrunk)):
        for band, wanted in final.items():
            found[f"{name} {band}"] = [r_squared(bands(state)[band], wanted) for state in states]
    return found


def joined(runs: list[Watched]) -> Watched:
    x, guesses = (torch.cat([getattr(run, name) for run in runs], dim=1) for name in ("x", "guesses"))
    return Watched(runs[0].sigmas, x, guesses, torch.cat([run.final for run in runs]))


def bands(latents: Tensor) -> dict[str, Tensor]:
    """low: the mean of every cell of places; high: what is left without them."""
    low = F.avg_pool2d(latents, CELL)
    return {"low": low, "high": latents - F.interpolate(low, scale_factor=CELL)}


def r_squared(made: Tensor, wanted: Tensor) -> float:
    """Share of the variance within each channel that is told: 1 is all, 0 no more than the channel's mean.

    Below 0 the error is larger than the variance itself. Tensors: [picture, channel, row, column].
    """
    mean = wanted.mean((0, 2, 3), keepdim=True)
    return 1 - ((made - wanted).square().sum() / (wanted - mean).square().sum()).item()
