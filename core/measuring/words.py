"""What measures say in sentences."""

import math
from collections.abc import Iterator, Sequence

from ..comparing.parting import VISIBLE_DISTANCE, Parting
from .measures import Measures, RunMeasures
from .settling import WHOLE

NEVER = "never"


def sentences(measures: Measures, runs: Sequence[RunMeasures]) -> Iterator[str]:
    """What was found, then what is missing and why; of these runs alone."""
    if any(run.commit for run in runs):
        yield _settled(measures, runs)
    if any(run.converged is not None for run in runs):
        yield _converged(runs)
    parted = [f"{run.label} {parting_words(run.parting)}" for run in runs if run.parting]
    if parted:
        yield f"Parted from {reference_label(measures)} ({parting_definition()}): {', '.join(parted)}."
    yield from measures.notes
    for run in runs:
        yield from run.notes


def reference_label(measures: Measures) -> str:
    return measures.runs[measures.wanted.compared_with].label


def parting_definition() -> str:
    return f"pictures of the guesses more than {VISIBLE_DISTANCE:.0%} apart"


def parting_words(parting: Parting | None) -> str:
    """In a word or two: at step 5, from the start, never, not known."""
    if parting is None:
        return "-"
    if parting.kind == "step":
        return f"at step {parting.step}"
    return {"start": "from the start", "never": NEVER, "unknown": "not known"}[parting.kind]


def _settled(measures: Measures, runs: Sequence[RunMeasures]) -> str:
    within = f"Settled, within {measures.wanted.threshold:.0%} of the final's spread from that step on"
    if len(runs) == 1:
        return f"{within}: {', '.join(_one(runs[0], part) for part in runs[0].commit)}."
    named = [f"{run.label}: {_short(run)}" for run in runs if run.commit]
    return f"{within} ({', '.join(measures.wanted.parts)}): {'; '.join(named)}."


def _converged(runs: Sequence[RunMeasures]) -> str:
    """Of an eye that looks at the pictures, where `_settled` is of the latents."""
    within = (
        f"Converged, pictures within {VISIBLE_DISTANCE:.0%} of the last one ({visible_decibels():.0f} dB)"
        " from that step on"
    )
    steps = [f"step {run.converged} of {run.steps}" for run in runs if run.converged is not None]
    if len(runs) == 1:
        return f"{within}: at {steps[0]}."
    named = [f"{run.label} {NEVER if run.converged is None else f'at step {run.converged}'}" for run in runs]
    return f"{within}: {', '.join(named)}."


def visible_decibels() -> float:
    """VISIBLE_DISTANCE as a peak signal-to-noise ratio."""
    return -20 * math.log10(VISIBLE_DISTANCE)


def _short(run: RunMeasures) -> str:
    return ", ".join(NEVER if step is None else str(step) for step in run.commit.values())


def _one(run: RunMeasures, part: str) -> str:
    step = run.commit[part]
    name = "the whole" if part == WHOLE else part
    if step is None:
        return f"{name} {NEVER}"
    return f"{name} at step {step} of {run.steps} (sigma {run.sigmas[step]:.3g})"
