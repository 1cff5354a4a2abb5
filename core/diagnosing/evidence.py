"""All that a diagnosis looks at: a run and its numbers, and what else was given with it."""

from dataclasses import dataclass
from functools import cached_property

from ..recording.deck import Deck
from ..recording.trajectory import Trajectory
from .not_finite import first_not_finite
from .reading import Reading
from .run_numbers import RunNumbers, read_run
from .static_facts import GraphFacts, ModelState


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """What the VAE made of a run's last latent.

    bad      share of its numbers that are not finite
    return_  distance between the latent and the one that the VAE makes of its own picture, against the latent's spread;
             None where it cannot encode
    """

    bad: float
    return_: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """One run, or an unbroken part of a way that several samplers made: `index` is its trajectory's in the deck,
    `first` the number of its first state there. `reference` is a run to hold beside it: the same
    without what is in doubt.
    """

    deck: Deck
    run: Trajectory
    reference: Trajectory | None = None
    decoded: Decoded | None = None
    graph: GraphFacts | None = None
    model: ModelState | None = None
    index: int = 0
    first: int = 0

    @cached_property
    def numbers(self) -> RunNumbers:
        return read_run(self.run, self.deck.parameterization, self.deck.sigma_data)

    @cached_property
    def first_bad(self) -> tuple[str, Reading] | None:
        """Whose values were the first that are not finite, and how many."""
        return first_not_finite(self.run)
