"""Schedules, and the units people read them in: noise level, share of the picture, picture against noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..drawing.chart import MOST_CURVES
from ..filled_sentence import filled
from ..parameterization import FLOW, PROCESSES, Parameterization, Process, snr

MOST_STEPS = 1000
EQUALLY_STRONG = 0.0
"""Decibels at which picture and noise are equally strong."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One scheduler at one step count; `group` is what its colour stands for, `variant` its dash."""

    label: str
    scheduler: str
    steps: int
    group: int
    variant: int


def requests_of(schedulers: Sequence[str], step_counts: Sequence[int]) -> tuple[Request, ...]:
    """Every scheduler at every step count: the scheduler is the colour, the count the dash, unless there is only one
    scheduler. Raises ValueError for counts outside 1..1000 and for more than MOST_CURVES.
    """
    for steps in step_counts:
        check_steps(steps, "step counts")
    check_curves(len(schedulers) * len(step_counts))
    alone = len(schedulers) == 1
    return tuple(
        Request(
            label=_label(scheduler, steps, len(step_counts)),
            scheduler=scheduler,
            steps=steps,
            group=second if alone else first,
            variant=0 if alone else second,
        )
        for first, scheduler in enumerate(schedulers)
        for second, steps in enumerate(step_counts)
    )


def _label(scheduler: str, steps: int, counts: int) -> str:
    return f"{scheduler}, {steps} steps" if counts > 1 else scheduler


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule:
    """Noise levels, [state], as a sampler is given them. `asked` is how many steps were asked for, where anyone did."""

    label: str
    sigmas: Tensor
    asked: int | None = None
    group: int = 0
    variant: int = 0

    def __post_init__(self):
        if self.sigmas.ndim != 1 or len(self.sigmas) == 0:
            raise ValueError(f"{self.label} has no noise levels: a schedule is a list of sigmas, longer than none")
        if not bool(torch.isfinite(self.sigmas).all()):
            raise ValueError(f"{self.label} gives noise levels that are not numbers: try more steps, or another one")
        if bool((self.sigmas < 0).any()):
            raise ValueError(f"{self.label} has a sigma below 0 ({self.sigmas.min():.3g}): noise levels are 0 or more")

    @property
    def steps(self) -> int:
        return len(self.sigmas) - 1


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How sigmas are to be read, after the model they are meant for. `assumed` says why when there is no model."""

    parameterization: Parameterization
    sigma_data: float = 1.0
    model: str = ""
    assumed: str = ""

    @property
    def process(self) -> Process:
        return PROCESSES[self.parameterization]


def assumed_reading(sigmas: Tensor) -> Reading:
    """Guesses how SIGMAS without a model are meant: a flow model's start at 1, all others far above."""
    highest = float(sigmas.max())
    if highest <= FLOW.highest:
        return Reading(
            parameterization="flow",
            assumed=filled(
                "No model is connected. No sigma is above 1 (the highest is {1}), so they are read as a flow model's;"
                " if they are the end of an eps or v model's schedule, connect that model.",
                f"{highest:.3g}",
            ),
        )
    return Reading(
        parameterization="eps",
        assumed=filled(
            "No model is connected. The highest sigma is {1}, above 1, so they are read as an eps or v model's.",
            f"{highest:.3g}",
        ),
    )


def decibels(ratio: Tensor) -> Tensor:
    """Ten times the decimal logarithm of a ratio of variances: 0 is equal, 20 is a hundred times, -20 a hundredth."""
    return 10 * torch.log10(ratio)


def steps_in_the_clear(schedule: Schedule, reading: Reading) -> int:
    """How many steps begin where the picture is stronger than the noise."""
    ratio = snr(schedule.sigmas[:-1].double(), reading.parameterization, reading.sigma_data)
    return int((decibels(ratio) > EQUALLY_STRONG).sum())


def check_steps(count: int, what: str) -> None:
    if not 1 <= count <= MOST_STEPS:
        raise ValueError(f"{what}: 1 to {MOST_STEPS} steps can be drawn, got {count}")


def check_curves(count: int) -> None:
    if count > MOST_CURVES:
        raise ValueError(
            f"{count} curves are more than one chart can show: ask for {MOST_CURVES} at most, with fewer schedulers or"
            " fewer step counts"
        )
