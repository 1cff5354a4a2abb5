"""Small decks with known numbers, for the tests of core."""

from dataclasses import replace

import torch

from denoiscope.core.latent_space import LatentSpace
from denoiscope.core.recording.deck import Axis, Deck
from denoiscope.core.recording.trajectory import Settings, Trajectory

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


def grid(across=("1", "4"), down=("4", "8", "16")) -> Deck:
    """A sweep of guidance by sampler seed, every place filled with a trajectory of its own."""
    places = [(column, row) for row in range(len(down)) for column in range(len(across))]
    cells = tuple(
        replace(trajectory(seed=i, label=f"guidance {across[c]}, seed {down[r]}"), place=(c, r), seconds=0.5, at_once=2)
        for i, (c, r) in enumerate(places)
    )
    return replace(
        deck(count=1),
        trajectories=cells,
        varies="guidance × seed",
        kind="sweep",
        axes=(Axis(name="guidance", values=tuple(across)), Axis(name="seed", values=tuple(down))),
    )


def forward(*, levels=5, guesses=True, regenerated=True) -> Deck:
    """A picture that was noised: sigmas ascend, state 0 is the picture itself."""
    generator = torch.Generator().manual_seed(7)
    picture, noise = torch.randn(4, 8, 8, generator=generator), torch.randn(4, 8, 8, generator=generator)
    sigmas = torch.linspace(0, 10, levels, dtype=torch.float64)
    x = torch.stack([picture + float(s) * noise for s in sigmas])
    count = levels if guesses else 0
    made = Trajectory(
        x=x,
        x0=torch.stack([picture + 0.1 * i for i in range(count)]) if guesses else x[:0],
        sigmas=sigmas,
        label="noised",
        asked=((False, False),) * count,
        model_calls=(1,) * count,
        no_guidance="Forward noising asks no two predictions.",
        regenerated=x * 0.5 if regenerated else None,
    )
    return Deck(trajectories=(made,), model="TestModel", parameterization="eps", space=SPACE, kind="forward")
