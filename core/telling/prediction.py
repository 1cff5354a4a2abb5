"""What a learner says before the viewer shows it: the step at which a picture is decided, or which cell is which."""

import hashlib

from ..fingerprint import fingerprint
from ..recording.deck import Deck

OFF, STEP, CELLS = "off", "step", "cells"
PREDICTIONS = {
    OFF: "everything is shown",
    STEP: "later steps are hidden until you say at which one the picture is decided",
    CELLS: "the cells of a sweep are shuffled until you say which is which",
}


def prediction_payload(deck: Deck, what: str) -> dict | None:
    """What the viewer hides until it has been predicted, and of which runs; None for nothing."""
    if what not in PREDICTIONS:
        raise ValueError(f"what to predict is one of {', '.join(PREDICTIONS)}, got {what!r}")
    return None if what == OFF else {"of": what, "run": name_of_runs(deck)}


def name_of_runs(deck: Deck) -> str:
    """Eight hex digits, others where a label, a number of steps or a last latent is another (SHA-256, shortened)."""
    runs = (f"{t.label}\0{t.steps}\0{fingerprint(t.x[-1])}" for t in deck.trajectories)
    return hashlib.sha256("\0".join(runs).encode("utf-8")).hexdigest()[:8]
