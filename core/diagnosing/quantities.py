"""The quantities that rules compare, by name: each reads its numbers off the evidence, or says why it cannot."""

from collections.abc import Callable, Iterable
from statistics import median

import torch

from . import beside_reference, static_quantities
from .evidence import Evidence
from .grain import grain, size, spread
from .not_finite import WHOSE, bad
from .reading import NotKnown, Reading, Readings
from .run_numbers import Numbers

Quantity = Callable[[Evidence], Readings]
LOUD, MIDDLE, LATE, ASKED = (0.5, float("inf")), (0.3, 3.0), (0.0, 2.0), (0.1, float("inf"))
"""Sigma against the picture: where noise can be told from it; where guess and noise both weigh; where guidance shows;
where a guess still changes by more than rounding.
"""
HEARD, DROWNED = 0.25, 3.0
"""Sigma against the picture from which on noise can be read in one state, and from which on the picture's own grain
cannot be noticed.
"""
SAME_ANSWER = 3e-5
"""Relative difference of two answers that rounding alone explains, in float32 and after a division by a small sigma."""


def not_finite_of(whose: str) -> Quantity:
    """The share of values that are not finite where the first came up, if it was there."""

    def read(evidence: Evidence) -> Readings:
        found = evidence.first_bad
        return [found[1]] if found and found[0] == whose else []

    return read


def noise_at_start(added_here: bool) -> Quantity:
    """Noise in the first state against its sigma: of a sampler that added it, or that was handed it by another."""

    def read(evidence: Evidence) -> Readings:
        run = evidence.run
        if (noise := noise_in_first_state(evidence)) is None:
            return NotKnown("the first state has no grain to read, or its picture is louder than its noise")
        if bool(run.noise) is not added_here or spread(run.x[0]) == 0:
            return []
        return [Reading(value=noise, step=0, words=_sigma(evidence, 0))]

    return read


def noise_in_first_state(evidence: Evidence) -> float | None:
    """Against its sigma. A picture's own grain counts only where there is a picture, and where it can be noticed."""
    run, numbers = evidence.run, evidence.numbers
    here = grain(run.x[0])
    if not numbers.noise or numbers.noise[0] is None or here is None:
        return None
    picture = numbers.picture[0]
    empty = run.origin is not None and not run.origin.source
    if empty or picture is None or picture >= DROWNED:
        return here / float(run.sigmas[0])
    return numbers.noise[0] if picture >= HEARD else None


def spread_at_start(evidence: Evidence) -> Readings:
    run = evidence.run
    if bad(run.x[0]):
        return []
    return [Reading(value=spread(run.x[0]), step=0, words=_sigma(evidence, 0))]


def picture_missing(evidence: Evidence) -> Readings:
    """The share of picture that the model expects in the first state, of a run that began from an empty latent."""
    run, origin, numbers = evidence.run, evidence.run.origin, evidence.numbers
    if origin is None or origin.largest_sigma is None:
        return NotKnown("the deck was kept before decks knew their source")
    expected = numbers.picture[0] if numbers.picture else None
    if origin.source or not run.noise or expected is None or float(run.sigmas[0]) >= origin.largest_sigma:
        return []
    return [Reading(value=1 / (1 + expected**2), step=0, words=_sigma(evidence, 0))]


def noise_on_the_way(evidence: Evidence) -> Readings:
    """The state whose noise is farthest above its sigma."""
    return _extreme(evidence, evidence.numbers.noise, LOUD, max, leave_first=True)


def least_noise(evidence: Evidence) -> Readings:
    """The state whose noise is farthest below its sigma."""
    return _extreme(evidence, evidence.numbers.noise, LOUD, min, leave_first=True)


def implied_noise(evidence: Evidence) -> Readings:
    """The middle one of all steps where guess and noise both weigh."""
    within = _within(evidence, evidence.numbers.implied, MIDDLE)
    if not within:
        return NotKnown("no step lies where picture and noise are about as loud")
    return [Reading(value=median(value for _, value in within), step=within[len(within) // 2][0])]


def guided_spread(evidence: Evidence) -> Readings:
    if evidence.run.no_guidance:
        return NotKnown("the two predictions behind guidance were not both kept")
    return _extreme(evidence, evidence.numbers.guided, LATE, max)


def strongest_pull(evidence: Evidence) -> Readings:
    pulls = [(i, pull) for i, pull in enumerate(evidence.numbers.pull) if pull is not None]
    if not pulls:
        return NotKnown("the model was not asked with and without the prompt")
    step, pull = max(pulls, key=lambda one: one[1])
    return [Reading(value=pull, step=step, words={"steps": str(len(pulls))})]


def unused_negative(evidence: Evidence) -> Readings:
    """1 where a negative prompt was written and the model never asked with it."""
    run = evidence.run
    if run.cond is None or run.settings.negative is None:
        return NotKnown("the text of the negative prompt is not known, or predictions were not kept")
    written = bool(run.settings.negative.strip()) and not any(uncond for _, uncond in run.asked)
    return [Reading(value=float(written))]


def reused(exactly: bool) -> Quantity:
    """How many steps gave an answer that the step before had given: to the bit, or up to rounding."""

    def read(evidence: Evidence) -> Readings:
        kept = _within(evidence, evidence.numbers.reuse, ASKED)
        if not kept:
            return NotKnown("there are no two guesses at sigmas where a guess must change")
        again = [i for i, value in kept if (value == 0 if exactly else 0 < value < SAME_ANSWER)]
        if exactly:
            again = sorted({*again, *_repeated_calls(evidence)})
        words = {"steps": _listed(evidence.first + i for i in again), "of": str(evidence.run.guesses)}
        return [Reading(value=float(len(again)), step=again[0] if again else None, words=words)]

    return read


def _repeated_calls(evidence: Evidence) -> list[int]:
    """Of samplers that call the model several times a step: the state may keep the call that was made anew."""
    asked = {i for i, picture in enumerate(evidence.numbers.picture) if picture is not None and picture >= ASKED[0]}
    return [step for step in evidence.run.repeated if step in asked]


def last_sigma(evidence: Evidence) -> Readings:
    """Of a run that came to its end and hands its latent to no other sampler."""
    if not evidence.run.complete:
        return NotKnown("the run did not come to its end")
    after = evidence.graph is not None and evidence.graph.after is not None
    return [] if after else [Reading(value=float(evidence.run.sigmas[-1]), step=evidence.run.steps)]


def beside_last_guess(evidence: Evidence) -> Readings:
    """Distance of the final latent from the last guess, against the guess."""
    run = evidence.run
    if not run.finished or run.guesses == 0:
        return NotKnown("the run did not end at sigma 0")
    if run.origin is not None and run.origin.masked:
        return NotKnown("a mask put the source back at the end")
    if bad(run.x[-1]) or bad(run.x0[-1]):
        return []
    off = size(run.x[-1] - run.x0[-1]) / max(size(run.x0[-1]), torch.finfo(torch.float32).tiny)
    return [Reading(value=off, step=run.steps)]


def last_stride(evidence: Evidence) -> Readings:
    """The last guess's sigma against the picture: how much noise the last step took out at once."""
    if not evidence.run.finished or not evidence.numbers.picture:
        return NotKnown("the run did not end at sigma 0")
    stride = evidence.numbers.picture[-1]
    words = _sigma(evidence, evidence.run.guesses - 1)
    return [] if stride is None else [Reading(value=stride, step=evidence.run.guesses - 1, words=words)]


def final_spread(evidence: Evidence) -> Readings:
    """Of the last guess, against the spread that finished latents of this space have."""
    if (last := last_finite(evidence)) is None:
        return []
    return [Reading(value=spread(evidence.run.x0[last]) / evidence.deck.sigma_data, step=last)]


def farthest_channel(evidence: Evidence) -> Readings:
    """The channel of the last guess whose mean lies farthest from 0, against the spread of finished latents."""
    if (last := last_finite(evidence)) is None:
        return []
    means = evidence.run.x0[last].float().flatten(1).mean(1).abs() / evidence.deck.sigma_data
    return [Reading(value=float(means.max()), step=last, words={"channel": str(int(means.argmax()))})]


def still_moving(evidence: Evidence) -> Readings:
    """How far the last guess lies from the one before it, against its size."""
    moves = evidence.numbers.change[-1:]
    if evidence.run.guesses < 2 or moves[0] is None or not evidence.run.complete:
        return NotKnown("there are not two last guesses to compare")
    return [Reading(value=moves[0], step=evidence.run.guesses - 1)]


def not_finite_decoded(evidence: Evidence) -> Readings:
    if evidence.decoded is None:
        return NotKnown("no VAE is connected")
    broken = bad(evidence.run.x[-1])
    return [] if broken else [Reading(value=evidence.decoded.bad, step=evidence.run.steps)]


def lost_in_vae(evidence: Evidence) -> Readings:
    if evidence.decoded is None or evidence.decoded.return_ is None or not evidence.run.finished:
        return NotKnown("no VAE that encodes is connected, or the run has no finished latent")
    return [Reading(value=evidence.decoded.return_, step=evidence.run.steps)]


def last_finite(evidence: Evidence) -> int | None:
    finite = (i for i in reversed(range(evidence.run.guesses)) if not bad(evidence.run.x0[i]))
    return next(finite, None)


def _within(evidence: Evidence, values: Numbers, window: tuple[float, float]) -> list[tuple[int, float]]:
    pairs = zip(evidence.numbers.picture, values, strict=True)
    low, high = window
    return [(i, v) for i, (p, v) in enumerate(pairs) if p is not None and v is not None and low <= p <= high]


def _extreme(
    evidence: Evidence, values: Numbers, window: tuple[float, float], choose: Callable, leave_first: bool = False
) -> Readings:
    within = [one for one in _within(evidence, values, window) if one[0] or not leave_first]
    if not within:
        return NotKnown("no step lies where it could be told")
    step, value = choose(within, key=lambda one: one[1])
    return [Reading(value=value, step=step, words=_sigma(evidence, step))]


def _sigma(evidence: Evidence, step: int) -> dict[str, str]:
    return {"sigma": f"{float(evidence.run.sigmas[step]):.4g}"}


def _listed(steps: Iterable[int]) -> str:
    return ", ".join(map(str, steps))


QUANTITIES: dict[str, Quantity] = {
    **{f"values of {whose} that are not finite": not_finite_of(whose) for whose in WHOSE},
    "decoded values that are not finite": not_finite_decoded,
    "spread of the start": spread_at_start,
    "noise at the start, added by this sampler": noise_at_start(True),
    "noise at the start, handed on": noise_at_start(False),
    "share of picture missing from the start": picture_missing,
    "noise on the way": noise_on_the_way,
    "least noise on the way": least_noise,
    "noise that the guess implies": implied_noise,
    "spread of the guided guess": guided_spread,
    "strongest pull": strongest_pull,
    "negative prompt that was never asked": unused_negative,
    "answers repeated to the bit": reused(True),
    "answers repeated up to rounding": reused(False),
    "last sigma": last_sigma,
    "distance from the last guess": beside_last_guess,
    "noise that the last step takes out": last_stride,
    "spread of the last guess": final_spread,
    "mean of the farthest channel": farthest_channel,
    "move of the last guess": still_moving,
    "latent lost in the VAE": lost_in_vae,
    **beside_reference.QUANTITIES,
    **static_quantities.QUANTITIES,
}
