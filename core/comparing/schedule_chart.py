"""Several schedules in one chart: over the steps, or over the share of the run where their lengths differ."""

from collections.abc import Iterator
from itertools import combinations

import torch
from torch import Tensor

from ..drawing.chart import Across, Chart, Mark, Panel, Series
from ..filled_sentence import filled
from ..finite import finite
from ..parameterization import EXPLODING, FLOW, signal, snr
from .schedules import (
    EQUALLY_STRONG,
    Reading,
    Schedule,
    assumed_reading,
    check_curves,
    check_steps,
    decibels,
    steps_in_the_clear,
)

SIGMA = Panel(title="noise level", symbol="\u03c3", plain="sigma", scale="log", rug="where the steps fall")
ALPHA_BAR = Panel(title="share of the variance that is picture", symbol="\u1fb1", plain="alpha-bar", span=(0.0, 1.0))
FLOW_SHARE = Panel(title="share of the picture in x", symbol="1 \u2212 \u03c3", plain="1 - sigma", span=(0.0, 1.0))
SHARES = {EXPLODING.name: ALPHA_BAR, FLOW.name: FLOW_SHARE}
SNR = Panel(
    title="picture against noise", symbol="SNR", unit="dB", marks=(Mark(at=EQUALLY_STRONG, text="equally strong"),)
)
PREDICTS = {"eps": "predicts the noise (eps)", "v": "predicts v", "x0": "predicts the picture (x0)", "flow": "flow"}
ROUNDING = 1e-6
ONE_LINE = 0.01
"""Sigmas nearer to each other than this share make lines that no eye tells apart."""


def compared(
    made: tuple[Schedule, ...], sigmas: Tensor | None, reading: Reading | None, *, denoise: float = 1.0
) -> Chart:
    """Schedules made by a model, and SIGMAS, [state], beside them; either may be missing. Without the model's reading
    the sigmas must tell how they are meant.

    Raises ValueError when there is nothing to draw, for more than MOST_CURVES, and for a sigma above 1 under a flow
    model.
    """
    schedules = (*made, *_given(sigmas, made))
    if not schedules:
        raise ValueError(_nothing(reading))
    check_curves(len(schedules))
    reading = reading or assumed_reading(torch.cat([schedule.sigmas.flatten() for schedule in schedules]))
    _check_flow(schedules, reading)
    shares = len({schedule.steps for schedule in schedules}) > 1
    return Chart(
        title="Schedules",
        subtitle=f"{reading.model}, {PREDICTS[reading.parameterization]}" if reading.model else "SIGMAS alone",
        across=Across(title="share of the run" if shares else "step", point="step", shares=shares),
        panels=(SIGMA, SHARES[reading.process.name], SNR),
        series=tuple(_series(schedule, reading, shares) for schedule in schedules),
        notes=tuple(_notes(schedules, reading, denoise)),
    )


def _given(sigmas: Tensor | None, beside: tuple[Schedule, ...]) -> Iterator[Schedule]:
    if sigmas is None:
        return
    schedule = Schedule(
        label="SIGMAS", sigmas=sigmas.detach().cpu(), group=1 + max((s.group for s in beside), default=-1)
    )
    check_steps(schedule.steps, schedule.label)
    yield schedule


def _nothing(reading: Reading | None) -> str:
    if reading is None:
        return "there is no schedule to draw: connect a model, or SIGMAS, or both"
    return "there is no schedule to draw: name at least one scheduler, or connect SIGMAS"


def _check_flow(schedules: tuple[Schedule, ...], reading: Reading) -> None:
    for schedule in schedules:
        highest = float(schedule.sigmas.max())
        if highest > reading.process.highest + ROUNDING:
            raise ValueError(
                f"{schedule.label} has a sigma of {highest:.3g}, but a flow model knows none above 1: connect the model"
                " that these sigmas are made for"
            )


def _series(schedule: Schedule, reading: Reading, shares: bool) -> Series:
    sigmas, kind = schedule.sigmas.double(), (reading.parameterization, reading.sigma_data)
    rows = (sigmas, signal(sigmas, *kind), decibels(snr(sigmas, *kind)))
    length = max(1, schedule.steps) if shares else 1
    return Series(
        label=schedule.label,
        across=tuple(step / length for step in range(len(sigmas))),
        values=tuple(tuple(map(finite, row.tolist())) for row in rows),
        colour=schedule.group,
        dash=schedule.variant,
    )


def _notes(schedules: tuple[Schedule, ...], reading: Reading, denoise: float) -> Iterator[str]:
    yield from _how_read(reading)
    yield from _what_is_walked(schedules, denoise)
    for one, other in combinations(schedules, 2):
        if _look_alike(one, other):
            yield filled("{1} and {2} lie on one line: one hides the other.", one.label, other.label)
    counts = ", ".join(f"{s.label} {steps_in_the_clear(s, reading)}/{s.steps}" for s in schedules)
    yield filled("Steps that begin where the picture is stronger than the noise: {1}.", counts)


def _how_read(reading: Reading) -> Iterator[str]:
    if reading.assumed:
        yield reading.assumed
        yield filled("Schedulers are drawn with a model only.")
    if reading.process is not FLOW and reading.sigma_data != 1:
        spread = f"{reading.sigma_data:g}"
        yield filled(
            "This model's finished latents have a spread of {1}: the noise is as strong as the picture at sigma {2}.",
            spread,
            spread,
        )


def _what_is_walked(schedules: tuple[Schedule, ...], denoise: float) -> Iterator[str]:
    asked = dict.fromkeys(s.asked for s in schedules if s.asked)
    if asked and denoise < 1:
        parts = ", ".join(f"{steps}/{int(steps / denoise)}" for steps in asked)
        yield filled("Denoise {1}: only the last steps of a longer schedule are walked, {2}.", f"{denoise:g}", parts)
    for s in schedules:
        if s.asked not in (None, s.steps):
            yield filled("{1} gives {2} steps where {3} were asked for.", s.label, s.steps, s.asked)


def _look_alike(one: Schedule, other: Schedule) -> bool:
    same_shape = one.sigmas.shape == other.sigmas.shape
    return same_shape and torch.allclose(one.sigmas.double(), other.sigmas.double(), rtol=ONE_LINE, atol=0)
