"""Small decks with known numbers, for the tests of core."""

from dataclasses import replace

import torch

from denoiscope.core.deck import Deck
from denoiscope.core.latent_space import LatentSpace
from denoiscope.core.trajectory import Settings, Trajectory

SPACE = LatentSpace(
    name="TestFormat",
    scale=(0.5, 0.5, 0.25, 1.0),
    shift=(0.1, 0.0, -0.2, 0.3),
    rgb_factors=((0.3, 0.2, 0.1), (0.1, 0.3, 0.2), (0.2, 0.1, 0.3), (0.1, 0.1, 0.1)),
    rgb_bias=(0.05, 0.0, -0.05),
)


def trajectory(*, steps=4, seed=0, shape=(4, 8, 8), label="item 0", guidance=True) -> Trajectory:
    """Random numbers of the right shapes, with the second of the guesses left without uncond."""
    generator = torch.Generator().manual_seed(seed)

    def noise(rows):
        return torch.randn(rows, *shape, generator=generator)

    sigmas = torch.linspace(10, 0, steps + 1, dtype=torch.float64)
    uncond = noise(steps)
    uncond[1] = 0
    return Trajectory(
        x=noise(steps + 1) * 3,
        x0=noise(steps),
        cond=noise(steps) if guidance else None,
        uncond=uncond if guidance else None,
        asked=tuple((guidance, guidance and i != 1) for i in range(steps)),
        sigmas=sigmas,
        model_calls=(1,) * steps,
        label=label,
        no_guidance=""
        if guidance
        else "The model was never asked without the prompt: at guidance 1 that call is left out.",
        settings=Settings(seed=2**64 - 1, sampler="euler", scheduler="karras", guidance=4.0, prompt="<b>a house</b>"),
    )


def deck(*, count=2, **kwargs) -> Deck:
    """A deck of `count` trajectories."""
    items = tuple(trajectory(seed=i, label=f"item {i}", **kwargs) for i in range(count))
    return Deck(
        trajectories=items,
        model="TestModel",
        parameterization="eps",
        space=SPACE,
        title="A deck",
        varies="item" if count > 1 else None,
    )


def with_first(original: Deck, **changes) -> Deck:
    """A deck whose first trajectory is changed."""
    first, *others = original.trajectories
    return replace(original, trajectories=(replace(first, **changes), *others))
