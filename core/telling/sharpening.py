"""In which order an open view is sharpened: the last guesses first, then the rest from both ends to the middle."""

from collections.abc import Iterator

from ..recording.deck import Deck
from ..showing.rendering import BATCH, Spot, places_of


def looked_at_first(deck: Deck) -> list[Spot]:
    """The last state of each run, of the first few runs where there are many."""
    return [(index, run.states - 1) for index, run in enumerate(deck.trajectories[:BATCH])]


def pieces(deck: Deck, done: list[Spot]) -> list[list[Spot]]:
    """The other states in pieces of a few that follow one another in one run; of each run the ends before the middle,
    and every run's ends before any run's middle.
    """
    runs = [
        list(_cut([place for place in places_of(deck) if place[0] == index and place not in done]))
        for index in range(len(deck.trajectories))
    ]
    ranked = [
        (min(at, len(run) - 1 - at), index, at, piece) for index, run in enumerate(runs) for at, piece in enumerate(run)
    ]
    return [piece for *_, piece in sorted(ranked)]


def _cut(places: list[Spot]) -> Iterator[list[Spot]]:
    for start in range(0, len(places), BATCH):
        yield places[start : start + BATCH]
