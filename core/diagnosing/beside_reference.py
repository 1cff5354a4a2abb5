"""Quantities that need a run to hold beside: the same start without what is in doubt."""

import math

import torch

from ..recording.trajectory import Trajectory
from .evidence import Evidence
from .grain import spread
from .reading import NotKnown, Reading, Readings

NONE = NotKnown("no reference deck is connected")
OTHER = NotKnown("the reference began elsewhere, or at another sigma")


def same_first_guess(evidence: Evidence) -> Readings:
    """1 where the first guess of the same start is equal to the bit."""
    other = fit_reference(evidence)
    if isinstance(other, NotKnown):
        return other
    mine, its = evidence.run.x0[0], other.x0[0]
    finite = bool(torch.isfinite(mine).all())
    return [Reading(value=float(finite and torch.equal(mine, its)), step=0)]


def wider_than_reference(evidence: Evidence) -> Readings:
    """The spread of the last guess against the reference's."""
    other = fit_reference(evidence)
    if isinstance(other, NotKnown):
        return other
    mine, its = spread(evidence.run.x0[-1]), spread(other.x0[-1])
    return [Reading(value=mine / its, step=evidence.run.guesses - 1)] if its > 0 and math.isfinite(mine) else []


def fit_reference(evidence: Evidence) -> Trajectory | NotKnown:
    """The reference, where both began with equal numbers; else why nothing can be read beside it."""
    run, other = evidence.run, evidence.reference
    if other is None:
        return NONE
    if not run.guesses or not other.guesses or run.x.shape[1:] != other.x.shape[1:]:
        return OTHER
    return other if torch.equal(run.x[0], other.x[0]) and run.sigmas[0] == other.sigmas[0] else OTHER


QUANTITIES = {
    "first guess equal to the reference's": same_first_guess,
    "spread of the last guess beside the reference's": wider_than_reference,
}
