"""Runs whose every number is known: a picture, a noise, and guesses that are the picture itself."""

from dataclasses import replace

import torch

from denoiscope.core.latent_space import LatentSpace
from denoiscope.core.recording.deck import Deck
from denoiscope.core.recording.origin import Origin
from denoiscope.core.recording.trajectory import Settings, Trajectory

SHAPE = (4, 32, 32)
SIGMAS = {
    "eps": (12.0, 6.0, 3.0, 1.5, 0.8, 0.3, 0.0),
    "v": (12.0, 6.0, 3.0, 1.5, 0.8, 0.3, 0.0),
    "flow": (1.0, 0.9, 0.75, 0.6, 0.45, 0.25, 0.0),
}
LARGEST = {"eps": 14.6, "v": 14.6, "flow": 1.0}
SPACE = LatentSpace(name="TestFormat", scale=(1.0,) * 4, shift=(0.0,) * 4)


def noise(seed: int, shape=SHAPE) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def picture(seed: int = 1) -> torch.Tensor:
    """Waves of two to three cycles, of spread 1: no grain to speak of."""
    ways = torch.linspace(0, 2 * torch.pi, SHAPE[-1] + 1)[:-1]
    waves = [torch.sin(2 * ways + i + seed)[:, None] + torch.cos(3 * ways + i * seed)[None] for i in range(SHAPE[0])]
    made = torch.stack(waves)
    return made / made.std()


def run(kind: str = "eps", *, added: float = 1.0, seed: int = 7, **changes) -> Trajectory:
    """x = signal * picture + `added` * sigma * noise at each state; a guess that comes nearer with every step."""
    sigmas = torch.tensor(SIGMAS[kind], dtype=torch.float64)
    final, drawn = picture(), noise(seed)
    signal = [1 - float(s) if kind == "flow" else 1.0 for s in sigmas]
    x = torch.stack([a * final + added * float(s) * drawn for a, s in zip(signal, sigmas, strict=True)])
    near = [1 - 0.3 * 0.7**i for i in range(len(sigmas) - 1)]
    guesses = torch.stack([share * final + (1 - share) * picture(2) for share in near])
    guesses[-1] = final
    made = Trajectory(
        x=x,
        x0=guesses,
        cond=guesses.clone(),
        uncond=0.8 * guesses,
        asked=((True, True),) * len(guesses),
        sigmas=sigmas,
        model_calls=(1,) * len(guesses),
        label="a run",
        noise="0badcafe",
        settings=Settings(seed=seed, sampler="euler", scheduler="normal", guidance=4.0, negative=""),
        origin=Origin(largest_sigma=LARGEST[kind], source="12345678"),
    )
    return replace(made, **changes)


def deck_of(*runs: Trajectory, kind: str = "eps") -> Deck:
    return Deck(
        trajectories=runs,
        model="TestModel",
        parameterization=kind,
        space=SPACE,
        title="A deck",
        varies="item" if len(runs) > 1 else None,
    )
