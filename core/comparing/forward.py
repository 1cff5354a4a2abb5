"""The forward process: a picture under more and more of one noise, as training shows it to a model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ..filled_sentence import filled
from ..fingerprint import fingerprint
from ..latent_space import LatentSpace
from ..parameterization import FLOW, PROCESSES, Parameterization
from ..recording.deck import Deck
from ..recording.model_facts import ModelFacts
from ..recording.trajectory import Settings, Trajectory
from ..tensors import GIBIBYTE, rms

LEVELS = 1000
FIRST_BETA, LAST_BETA = 1e-4, 0.02
"""The variance that each of the 1,000 steps of the chain adds, in even steps: Ho et al. 2020, section 4."""
LARGEST = 2**31
"""Bytes that the noised states may take; a viewer could not show more anyway."""
NO_MODEL = "no model"
STRAIGHT_LINE = filled(
    "Flow goes in a straight line from picture to noise: there is no ᾱ, and half way the spread is smaller than at both"
    " ends."
)
NOT_KEPT = "The mirror keeps the guided guess alone."
NO_GUESS = "No model was asked for a guess."


def noised(x0: Tensor, noise: Tensor, sigmas: Tensor, parameterization: Parameterization) -> Tensor:
    """x at each noise level by the closed form, [state, channel, ...]; x0 and noise are [1, channel, ...]."""
    sigma = sigmas.to(x0.dtype).view(-1, *[1] * (x0.ndim - 1))
    return PROCESSES[parameterization].picture_factor(sigma) * x0 + sigma * noise


def alpha_bars() -> Tensor:
    """abar of the 1,000 levels of Ho et al. 2020, [level], float64: what is left after that many steps of the chain."""
    return torch.cumprod(1 - torch.linspace(FIRST_BETA, LAST_BETA, LEVELS, dtype=torch.float64), dim=0)


def variance_preserving_sigmas(steps: int) -> Tensor:
    """Levels of Ho et al. 2020 at evenly spaced times, the clean picture before them: [steps + 1], ascending."""
    if not 1 <= steps <= LEVELS:
        raise ValueError(f"the plain schedule has {LEVELS} levels: steps must be 1..{LEVELS}, got {steps}")
    times = (torch.arange(1, steps + 1, dtype=torch.float64) * LEVELS / steps).round().long()
    abar = alpha_bars()[times - 1]
    return torch.cat([torch.zeros(1, dtype=torch.float64), ((1 - abar) / abar).sqrt()])


def flow_sigmas(steps: int) -> Tensor:
    """Even steps from picture to noise: [steps + 1], ascending from 0 to 1."""
    if steps < 1:
        raise ValueError(f"steps must be 1 or more, got {steps}")
    return torch.linspace(0, 1, steps + 1, dtype=torch.float64)


@dataclass(frozen=True, kw_only=True)
class PlainSchedule:
    """A schedule that needs no model; `levels` says in two words where its levels lie."""

    parameterization: Parameterization
    levels: str
    sigmas: Callable[[int], Tensor]


PLAIN_SCHEDULES: dict[str, PlainSchedule] = {
    "variance preserving": PlainSchedule(
        parameterization="eps", levels="linear betas", sigmas=variance_preserving_sigmas
    ),
    "flow": PlainSchedule(parameterization="flow", levels="even steps", sigmas=flow_sigmas),
}


def turned_round(schedule: Tensor) -> Tensor:
    """A sampler's schedule as forward levels: ascending from the clean picture at sigma 0, each level once, float64."""
    if not torch.isfinite(schedule).all():
        raise ValueError(
            "this scheduler gives no usable noise levels for so few steps: take more steps, or another one"
        )
    return torch.cat([torch.zeros(1, dtype=torch.float64), schedule.double().cpu()]).unique(sorted=True)


def space_at_spread_one(latent: Tensor, downscale: int) -> LatentSpace:
    """A space in which this very latent [1, channel, ...] has a mean square of 1, for when no model tells its scale."""
    spread = rms(latent)
    channels = latent.shape[1]
    return LatentSpace(
        name="latents at spread 1", scale=(1 / spread,) * channels, shift=(0.0,) * channels, downscale=downscale
    )


def check_size(picture: Tensor, states: int) -> None:
    """Refuse what no memory should be spent on. Raises ValueError."""
    size = states * picture.numel() * 4
    if size > LARGEST:
        raise ValueError(
            filled(
                "{1} states of {2} numbers take {3} GB, more than the {4} GB that are allowed: take fewer steps or a "
                "smaller picture",
                states,
                list(picture.shape[1:]),
                f"{size / GIBIBYTE:.1f}",
                LARGEST // GIBIBYTE,
            )
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Noised:
    """A picture at every noise level.

    x       [state, channel, (frame,) height, width] in the model's space; state 0 is the picture itself
    noise   [1, channel, ...], the one noise that all states share
    latent  [1, channel, ...], the picture as LATENT samples, in the VAE's space
    sigmas  [state], float64, ascending from 0
    """

    facts: ModelFacts
    x: Tensor
    noise: Tensor
    latent: Tensor
    sigmas: Tensor
    settings: Settings
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The process in a person's words."""
        return PROCESSES[self.facts.parameterization].name

    def deck(self, *, guesses: Tensor | None = None, regenerated: Tensor | None = None, unfinished: str = "") -> Deck:
        """The states as a deck; `guesses` and `regenerated` are like x, with the picture itself at state 0.

        `unfinished` says which of these were not made, where NaN stands for them.
        """
        count = 0 if guesses is None else len(guesses)
        trajectory = Trajectory(
            x=self.x,
            x0=self.x[:0] if guesses is None else guesses,
            sigmas=self.sigmas,
            regenerated=regenerated,
            label=f"seed {self.settings.seed}",
            noise=fingerprint(self.noise),
            settings=self.settings,
            asked=((False, False),) * count,
            no_guidance=NOT_KEPT if count else NO_GUESS,
            model_calls=(0, *[1] * (count - 1))[:count],
            notes=tuple(self._notes(guesses, unfinished)),
        )
        return Deck(
            trajectories=(trajectory,),
            model=self.facts.name,
            parameterization=self.facts.parameterization,
            space=self.facts.space,
            sigma_data=self.facts.sigma_data,
            title=f"Forward noising{' of pixels' * self.facts.space.is_pixels}, {self.kind}",
            kind="forward",
        )

    def _notes(self, guesses: Tensor | None, unfinished: str) -> Iterator[str]:
        yield from self.notes
        if self.kind == FLOW.name:
            yield STRAIGHT_LINE
        yield from (unfinished,) if unfinished else _not_numbers(guesses)


def _not_numbers(guesses: Tensor | None) -> tuple[str, ...]:
    bad = [] if guesses is None else [i for i, guess in enumerate(guesses) if not torch.isfinite(guess).all()]
    return (filled("The model's guess is not a number (NaN or infinite) at {1} levels.", len(bad)),) if bad else ()
