"""Samples the stops of a walk, searches for others where neighbours shall differ alike, and gives their pictures."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import comfy.utils
import torch
from torch import Tensor

from ..core.comparing.cells import Cell, Finished
from ..core.comparing.noise_walk import Stop, Walk
from ..core.comparing.walk_notes import say_nothing_to_move, say_respaced, say_spread
from ..core.comparing.walk_spacing import between, differences, evenest, spread
from ..core.recording.deck import Axis, Deck
from ..core.recording.model_facts import ModelFacts
from ..core.recording.trajectory import Trajectory
from ..core.showing.rendering import BATCH
from ..core.showing.views import VIEWS
from .comfyui import Vae
from .decoding import decoders
from .stopped import keep_finished, rescue

Sample = Callable[[list[Cell]], Iterator[Finished]]
ROUNDS = 6
"""The search for equal differences looks this many times where neighbours differ most. A model may turn one scene into
another within a thousandth of the way, and only round by round does it come to light.
"""
MakeCells = Callable[[Sequence[Stop]], list[Cell]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Walked:
    """Stops that have been sampled, in walking order. `latents` are LATENT samples, [stop, channel, ...]."""

    walk: Walk
    stops: tuple[Stop, ...]
    deck: Deck
    latents: Tensor

    @property
    def finals(self) -> Tensor:
        """The final latents in the model's space, [stop, channel, ...]."""
        return self.deck.space.to_model(self.latents.cpu().float())

    @property
    def apart(self) -> list[float]:
        """How far each stop's final latent is from the next one's."""
        return differences(self.walk, self.finals)

    @property
    def spread(self) -> float:
        return spread(self.walk, self.stops, self.apart)

    def only(self, stops: tuple[Stop, ...]) -> "Walked":
        """Keeps some of the stops and numbers their places anew."""
        indices = [self.stops.index(stop) for stop in stops]
        kept = _placed((self.deck.trajectories[i] for i in indices), range(len(stops)), self.walk.labels(stops))
        deck = replace(self.deck, trajectories=kept, axes=axes_of(self.walk, stops))
        return replace(self, stops=stops, deck=deck, latents=self.latents[indices])

    def with_notes(self, *notes: str) -> "Walked":
        """Adds these notes to every stop; empty ones are left out."""
        said = tuple(note for note in notes if note)
        noted = tuple(replace(t, notes=(*t.notes, *said)) for t in self.deck.trajectories)
        return replace(self, deck=replace(self.deck, trajectories=noted))


def cells_of(walk: Walk, noises: Mapping[int, Tensor], run: dict, stops: Sequence[Stop]) -> list[Cell]:
    """The cells of stops, in their order. `run` holds what all share: steps, cfg, sampler_name, scheduler.

    The step noise is that of the first seed at every stop, so that stochastic samplers walk smoothly as well.
    """
    return [
        Cell(
            label=label,
            place=(place,),
            seed=walk.legs[stop.leg][0],
            step_seed=walk.seeds[0],
            noise=walk.noise(stop, noises),
            **run,
        )
        for place, (stop, label) in enumerate(zip(stops, walk.labels(stops), strict=True))
    ]


def axes_of(walk: Walk, stops: Sequence[Stop]) -> tuple[Axis, ...]:
    return (Axis(name="stop", values=walk.labels(stops)),)


def walk_once(walk: Walk, stops: tuple[Stop, ...], make: MakeCells, sample: Sample) -> Walked:
    """Samples every stop at the place that was asked for."""
    return _with_spread_noted(_visit(walk, stops, make(stops), sample))


def walk_twice(walk: Walk, stops: tuple[Stop, ...], make: MakeCells, sample: Sample) -> Walked:
    """Samples every stop, then as many again where neighbours differ most; keeps those that differ most evenly.

    When the search is interrupted, all stops that it has found become a deck file.
    """
    even = found = _visit(walk, stops, make(stops), sample)
    for count in _rounds(len(stops) - len(walk.seeds)):
        new = between(found.stops, found.apart, count)
        if new:
            both = tuple(sorted({*found.stops, *new}, key=lambda stop: (stop.leg, stop.part)))
            found = _visit(walk, both, make(both), sample, known=found)
    if found is even:
        return _with_spread_noted(even, say_nothing_to_move())
    kept = evenest(walk, found.stops, found.finals, len(even.apart))
    equal = found.only(tuple(found.stops[i] for i in kept))
    better = min(equal, found.only(stops), key=lambda walked: walked.spread)
    return _with_spread_noted(better, say_respaced(even.spread, equal.spread))


def _rounds(count: int) -> list[int]:
    """How many stops are looked for in each round of the search."""
    ends = [count * done // ROUNDS for done in range(ROUNDS + 1)]
    return [end - start for start, end in zip(ends[:-1], ends[1:], strict=True) if end > start]


def _with_spread_noted(walked: Walked, *notes: str) -> Walked:
    return walked.with_notes(say_spread(walked.walk, walked.stops, walked.apart), *notes)


def _visit(
    walk: Walk, stops: tuple[Stop, ...], cells: list[Cell], sample: Sample, *, known: Walked | None = None
) -> Walked:
    """Sample the stops that are not known yet; when that ends early, what there is becomes a deck file."""
    batches = _batches(walk, stops, cells, sample, known)
    deck, latents = keep_finished(batches, cells, kind="walk", axes=axes_of(walk, stops))
    return Walked(walk=walk, stops=stops, deck=deck, latents=latents)


def _batches(
    walk: Walk, stops: tuple[Stop, ...], cells: list[Cell], sample: Sample, known: Walked | None
) -> Iterator[Finished]:
    missing = [i for i, stop in enumerate(stops) if known is None or stop not in known.stops]
    if known is not None:
        yield from _again(known, stops, walk.labels(stops))
    for finished in sample([cells[i] for i in missing]):
        indices = tuple(missing[i] for i in finished.indices)
        told = (_of_seed(t, walk.seed_at(stops[i])) for i, t in zip(indices, finished.trajectories, strict=True))
        yield replace(finished, indices=indices, trajectories=tuple(told))


def _again(known: Walked, stops: tuple[Stop, ...], labels: tuple[str, ...]) -> Iterator[Finished]:
    """The known stops among others, as if they had just been sampled, a few at a time for the viewer to draw."""
    deck = known.deck
    facts = ModelFacts(
        name=deck.model, parameterization=deck.parameterization, space=deck.space, sigma_data=deck.sigma_data
    )
    for start in range(0, len(known.stops), BATCH):
        part = slice(start, start + BATCH)
        indices = tuple(stops.index(stop) for stop in known.stops[part])
        placed = _placed(deck.trajectories[part], indices, [labels[i] for i in indices])
        yield Finished(indices=indices, trajectories=placed, latents=known.latents[part], facts=facts)


def _placed(trajectories: Iterable[Trajectory], places: Iterable[int], labels: Iterable[str]) -> tuple[Trajectory, ...]:
    several = zip(trajectories, places, labels, strict=True)
    return tuple(replace(t, place=(place,), label=label) for t, place, label in several)


def _of_seed(trajectory: Trajectory, seed: int | None) -> Trajectory:
    """Between two seeds the noise has none."""
    return replace(trajectory, settings=replace(trajectory.settings, seed=seed))


def final_pictures(walked: Walked, vae: Vae | None) -> Tensor:
    """The finished picture of every stop, [stop * frame, height, width, 3] in 0..1; black where there are no numbers.

    When this is interrupted or fails, the deck becomes a deck file.
    """
    try:
        return _final_pictures(walked, vae)
    except BaseException:
        rescue(walked.deck, len(walked.stops))
        raise


def _final_pictures(walked: Walked, vae) -> Tensor:
    decode = decoders(walked.deck, vae)(VIEWS["x0"]).decode
    progress = comfy.utils.ProgressBar(len(walked.stops))
    pictures = []
    for some in walked.finals.split(BATCH):
        pictures.append(decode(some).flatten(0, 1))
        progress.update(len(some))
    return torch.cat(pictures).nan_to_num()
