"""Two runs, one cause: what differs between them in the order it comes about, and how the difference grows."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from ..filled_sentence import filled
from ..fingerprint import fingerprint
from ..recording.deck import Deck
from ..recording.origin import Origin
from ..recording.trajectory import Trajectory
from .grain import size

SAME_SIGMA = 1e-4
"""Relative distance of two noise levels that count as one: schedules are float32."""
THIRDS = ("top", "middle", "bottom"), ("left", "centre", "right")
PROGRAMS = ("comfyui", "torch", "device", "dtype", "attention")
START, CALL, STEP = "start", "first model call", "sampler's step"
ORDER = ("settings", "steps", "programs", "model", "conditioning", START, CALL, STEP)
"""In which order things come about in a run: what comes first can be the cause of all that comes later."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not the same, with what each of the two runs has there."""

    stage: str
    what: str
    first: str
    second: str


@dataclass(frozen=True, kw_only=True)
class StepError:
    """At one noise level that both runs pass: how far x and the guess lie apart, against the first run's own size.

    where     the ninth of the picture in which the guesses differ most
    one_step  how far the second run's model leads away in one call from the first run's own state; None where it was
              not asked
    """

    steps: tuple[int, int]
    sigma: float
    x: float
    guess: float | None
    where: str
    one_step: float | None = None


@dataclass(frozen=True, kw_only=True)
class TwoRuns:
    """`parted` is the first step and quantity that are not equal to the bit, of steps that both pass; None for none.

    calls and seconds are what each run cost; seconds are None where they were not kept.
    """

    labels: tuple[str, str]
    differences: tuple[Difference, ...]
    errors: tuple[StepError, ...]
    parted: tuple[int, str] | None
    calls: tuple[int, int]
    seconds: tuple[float | None, float | None]
    not_kept: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.differences and self.parted is None


def compare(first: Deck, second: Deck, indexes: tuple[int, int] = (0, 0), asked_along: Tensor | None = None) -> TwoRuns:
    """`asked_along`: what the second run's model guesses at each state of the first run, like its x0.

    Raises ValueError for decks that share nothing: another kind of latents, or a picture that was noised."""
    _check(first, second)
    pair = first.trajectory(indexes[0]), second.trajectory(indexes[1])
    together = shared_states(*pair)
    parted = first_parting(*pair, together)
    found = [*_made(first, second, *pair), *_started(*pair, together), *_went(*pair, together, parted)]
    return TwoRuns(
        labels=(first.title or "deck 1", second.title or "deck 2"),
        differences=tuple(sorted(found, key=lambda one: ORDER.index(one.stage))),
        errors=tuple(_error(*pair, at, asked_along) for at in together),
        parted=parted,
        calls=(sum(pair[0].model_calls), sum(pair[1].model_calls)),
        seconds=(pair[0].seconds, pair[1].seconds),
        not_kept=tuple(_not_kept(*pair)),
    )


def shared_states(first: Trajectory, second: Trajectory) -> list[tuple[int, int]]:
    """Pairs of states at one noise level, in order."""
    others = second.sigmas.tolist()
    pairs, begin = [], 0
    for i, sigma in enumerate(first.sigmas.tolist()):
        at = next((j for j in range(begin, len(others)) if _same_sigma(sigma, others[j])), None)
        if at is not None:
            pairs.append((i, at))
            begin = at + 1
    return pairs


def first_parting(first: Trajectory, second: Trajectory, together: list[tuple[int, int]]) -> tuple[int, str] | None:
    """In the order of a step: x, the two predictions, the guess that is made of them."""
    for i, j in together:
        for name in ("x", "cond", "uncond", "x0"):
            mine, its = _quantity(first, name, i), _quantity(second, name, j)
            if mine is not None and its is not None and not _equal(mine, its):
                return i, name
    return None


def _made(a: Deck, b: Deck, first: Trajectory, second: Trajectory) -> Iterator[Difference]:
    """What was set, which programs ran, what the model was and what it was asked."""
    for field in fields(first.settings):
        yield from _differs("settings", field.name.replace("_", " "), *_of(field.name, first.settings, second.settings))
    yield from _differs("steps", "number of steps", first.steps, second.steps)
    if first.steps == second.steps:
        pairs = list(zip(first.sigmas.tolist(), second.sigmas.tolist(), strict=True))
        if (at := next((i for i, pair in enumerate(pairs) if not _same_sigma(*pair)), None)) is not None:
            yield from _differs("steps", f"sigma of step {at}", *(f"{sigma:.6g}" for sigma in pairs[at]))
    mine, its = first.origin or Origin(), second.origin or Origin()
    if first.origin and second.origin:
        for name in PROGRAMS:
            yield from _differs("programs", name, *_of(name, mine, its))
        yield from _differs("model", "patches", mine.patches or "none", its.patches or "none")
        asked = [dict(origin.conditioning) for origin in (mine, its)]
        for name in sorted({*asked[0], *asked[1]}):
            yield from _differs("conditioning", name, *(one.get(name, "none") for one in asked))
    yield from _differs("model", "model", a.model, b.model)
    yield from _differs("model", "parameterization", a.parameterization, b.parameterization)


def _started(first: Trajectory, second: Trajectory, together: list[tuple[int, int]]) -> Iterator[Difference]:
    yield from _differs(START, "noise", first.noise or "none added", second.noise or "none added")
    if first.origin and second.origin:
        origins = (first.origin, second.origin)
        yield from _differs(START, "latent that noise is added to", *(origin.source or "empty" for origin in origins))
        yield from _differs(START, "noise mask", *("yes" if origin.masked else "no" for origin in origins))
    if (0, 0) in together and not _equal(first.x[0], second.x[0]):
        yield Difference(stage=START, what="first state", **_fingers(first.x[0], second.x[0]))


def _went(first: Trajectory, second: Trajectory, together, parted: tuple[int, str] | None) -> Iterator[Difference]:
    """A difference that came up on the way, though all before was equal to the bit."""
    if parted is None or (0, 0) not in together or not _equal(first.x[0], second.x[0]):
        return
    step, name = parted
    mine, its = _quantity(first, name, step), _quantity(second, name, dict(together)[step])
    if mine is not None and its is not None:
        stage = CALL if step == 0 else STEP
        yield Difference(stage=stage, what=f"{WORDS[name]} at step {step}", **_fingers(mine, its))


WORDS = {"x": "x", "cond": "the prediction with the prompt", "uncond": "the one without", "x0": "the guided guess"}


def _error(first: Trajectory, second: Trajectory, at: tuple[int, int], asked_along: Tensor | None) -> StepError:
    i, j = at
    mine, its = _quantity(first, "x0", i), _quantity(second, "x0", j)
    answer = asked_along[i] if asked_along is not None and i < len(asked_along) else None
    return StepError(
        one_step=None if answer is None else _apart(first.x0[i], answer),
        steps=at,
        sigma=float(first.sigmas[i]),
        x=_apart(first.x[i], second.x[j]),
        guess=_apart(mine, its) if mine is not None and its is not None else None,
        where=_where(mine, its) if mine is not None and its is not None else _where(first.x[i], second.x[j]),
    )


def _where(mine: Tensor, its: Tensor) -> str:
    """In which ninth the difference is largest; empty where there is none."""
    apart = (mine.float() - its.float()).square().flatten(0, -3).mean(0)
    if not bool(apart.any()) or not bool(torch.isfinite(apart).all()):
        return ""
    rows = (band.tensor_split(3, 1) for band in apart.tensor_split(3, 0))
    ninths = [(float(c.mean()), r, k) for r, cells in enumerate(rows) for k, c in enumerate(cells) if c.numel()]
    _, row, column = max(ninths)
    return f"{THIRDS[0][row]} {THIRDS[1][column]}"


def _apart(mine: Tensor, its: Tensor) -> float:
    return size(mine.float() - its.float()) / max(size(mine), torch.finfo(torch.float32).tiny)


def _quantity(run: Trajectory, name: str, i: int) -> Tensor | None:
    """None where it was not kept or not asked at that state."""
    kept = getattr(run, name)
    if kept is None or i >= len(kept):
        return None
    asked = {"cond": 0, "uncond": 1}
    return kept[i] if name not in asked or run.asked[i][asked[name]] else None


def _equal(mine: Tensor, its: Tensor) -> bool:
    return bool(torch.equal(torch.nan_to_num(mine), torch.nan_to_num(its)))


def _same_sigma(mine: float, its: float) -> bool:
    return abs(float(mine) - float(its)) <= SAME_SIGMA * max(abs(float(mine)), abs(float(its)))


def _of(name: str, *records) -> tuple:
    return tuple(getattr(record, name) for record in records)


def _differs(stage: str, what: str, first, second) -> Iterator[Difference]:
    """What one of the two does not know is no difference."""
    if first != second and None not in (first, second) and "" not in (first, second):
        yield Difference(stage=stage, what=what, first=str(first), second=str(second))


def _fingers(mine: Tensor, its: Tensor) -> dict[str, str]:
    return {"first": fingerprint(mine), "second": fingerprint(its)}


def _not_kept(first: Trajectory, second: Trajectory) -> Iterator[str]:
    for number, run in enumerate((first, second), 1):
        if run.origin is None:
            yield filled("Deck {1} was kept before decks knew their programs, patches and conditioning.", number)
        if run.cond is None:
            yield filled("Deck {1} holds no predictions behind guidance.", number)


def _check(first: Deck, second: Deck) -> None:
    for deck in (first, second):
        if deck.kind == "forward":
            raise ValueError("a deck holds a picture that was noised, not a run: connect the decks of two samplers")
    if first.latent_shape != second.latent_shape:
        raise ValueError(
            f"these runs share nothing to compare: latents of {list(first.latent_shape)} and"
            f" {list(second.latent_shape)}. Connect two runs of one size and one kind of model"
        )
