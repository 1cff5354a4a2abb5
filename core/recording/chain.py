"""Runs that continue one another as one way, from the first noise to the last latent."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache

import torch
from torch import Tensor

from ..fingerprint import fingerprint
from ..finite import sum_of_known
from .chain_attention import chained_attention
from .deck import Deck, differing
from .link import Link, link
from .settings import Settings
from .stage import Stage, join_sentence, sized, who
from .trajectory import Trajectory

ALIKE = {
    "space": "they lie in different latent spaces",
    "parameterization": "their noise levels do not mean the same, so that no one axis has both",
    "sigma_data": "their noise levels do not mean the same, so that no one axis has both",
}
"""What runs of one way must share, and why."""
Links = tuple[Link, ...]
Linked = Callable[[Deck, Deck], Links | None]
"""links_of, or what it found before."""


def chained(decks: Sequence[Deck]) -> Deck:
    """One deck of all, each trajectory of which is a way through all runs. The order is found by content.

    Raises ValueError for runs of which one goes on from none of the others, and for those that share no axis.
    """
    ordered, joins = in_order(decks)
    if found := differing(ordered, ALIKE):
        what, came = found
        raise ValueError(
            f"runs of one way need the same {what.replace('_', ' ')}, got {came}: {ALIKE[what]}. Look at each of them"
            " with a viewer of its own"
        )
    ordered = with_models_apart(ordered)
    runs = zip(*(deck.trajectories for deck in ordered), strict=True)
    ways = tuple(one_way(ordered, list(parts), [links[i] for links in joins]) for i, parts in enumerate(runs))
    last = ordered[-1]
    return replace(last, trajectories=ways, model=" → ".join(dict.fromkeys(deck.model for deck in ordered)))


def with_models_apart(decks: Sequence[Deck]) -> list[Deck]:
    """Two models of one kind, as the two of Wan 2.2 or one with a LoRA and without, are called A and B."""
    whose = [(deck.model, *_weights(deck.trajectories[0])) for deck in decks]
    of_a_name = {name: list(dict.fromkeys(one for one in whose if one[0] == name)) for name, *_ in whose}
    names = [
        f"{one[0]} {chr(65 + of_a_name[one[0]].index(one))}" if len(of_a_name[one[0]]) > 1 else one[0] for one in whose
    ]
    return [replace(deck, model=name) for deck, name in zip(decks, names, strict=True)]


def _weights(run: Trajectory) -> tuple[str, str]:
    return ("", "") if run.origin is None else (run.origin.weights, run.origin.patches)


def report(way: Deck) -> str:
    """The parts of the first trajectory, a line each, and what was done between them."""
    run = way.trajectories[0]
    ends = (*(stage.start for stage in run.stages[1:]), run.states)
    lines = []
    for number, (stage, end) in enumerate(zip(run.stages, ends, strict=True)):
        if number:
            lines.append("    " + join_sentence(run.stages[number - 1], stage, float(run.sigmas[stage.start])))
        levels = f"sigma {float(run.sigmas[stage.start]):.4g} to {float(run.sigmas[end - 1]):.4g}"
        lines.append(f"{number + 1}: states {stage.start} to {end - 1}, {levels}, {who(stage)}")
    return "\n".join(lines)


def in_order(decks: Sequence[Deck]) -> tuple[list[Deck], list[Links]]:
    """The decks as they follow one another, and the links between. Raises ValueError where they do not."""
    if len(decks) < 2:
        raise ValueError(f"a chain needs two runs or more, got {len(decks)}: connect another deck")
    for number, deck in enumerate(decks, 1):
        _check_run(deck, number)
    linked = cache(links_of)  # each pair is compared once, whichever run is tried as the last
    for last in decks:
        way, joins = led_to(last, decks, linked)
        if len(way) == len(decks):
            return way, joins
    raise ValueError(_apart(decks, linked))


def led_to(last: Deck, others: Sequence[Deck], linked: Linked | None = None) -> tuple[list[Deck], list[Links]]:
    """The runs that led to the last one, and the links between; that one alone where none did. Of several that gave one
    latent the newest, the last in the list, is taken.
    """
    way: list[Deck] = [last]
    joins: list[Links] = []
    left = _without(others, last)
    while found := _predecessor(way[0], left, linked or links_of):
        before, links = found
        way.insert(0, before)
        joins.insert(0, links)
        left = _without(left, before)
    return way, joins


def _predecessor(deck: Deck, others: Sequence[Deck], linked: Linked) -> tuple[Deck, Links] | None:
    found = [(other, links) for other in reversed(others) if (links := linked(other, deck))]
    return max(found, key=lambda pair: pair[1][0].closeness, default=None)


def links_of(before: Deck, after: Deck) -> Links | None:
    """One a trajectory; None unless each goes on from the one in its place."""
    if len(before.trajectories) != len(after.trajectories):
        return None
    pairs = zip(before.trajectories, after.trajectories, strict=True)
    links = [link((before, one), (after, other)) for one, other in pairs]
    found = tuple(one for one in links if one is not None)
    return found if len(found) == len(links) else None


def one_way(decks: Sequence[Deck], runs: list[Trajectory], links: list[Link]) -> Trajectory:
    """The way through all runs: where a run takes up the very state that another left, that state stands once."""
    goes_on = [*(one.join == "on" for one in links), None]
    parts = [_part(run, after) for run, after in zip(runs, goes_on, strict=True)]
    first, last = parts[0], parts[-1]
    size = tuple(map(max, *(part.x.shape[2:] for part in parts)))
    stages = _stages(decks, parts, links)
    sigmas = torch.cat([part.sigmas for part in parts])
    sentences = [
        join_sentence(before, stage, float(sigmas[stage.start]))
        for before, stage in zip(stages[:-1], stages[1:], strict=True)
    ]
    return replace(
        last,
        x=torch.cat([sized(part.x, size) for part in parts]),
        x0=torch.cat([sized(part.x0, size) for part in parts]),
        cond=_rows("cond", parts, size),
        uncond=_rows("uncond", parts, size),
        regenerated=None,
        sigmas=sigmas,
        asked=sum((part.asked for part in parts), ()),
        model_calls=sum((part.model_calls for part in parts), ()),
        guidance_scales=sum((_scales(part) for part in parts), ()),
        step_seconds=_step_seconds(parts),
        no_guidance="" if any(not part.no_guidance for part in parts) else last.no_guidance,
        guided_by=tuple(dict.fromkeys(name for part in parts for name in part.guided_by)),
        notes=tuple(dict.fromkeys((*sentences, *(note for part in parts for note in part.notes)))),
        noise=first.noise,
        seconds=sum_of_known([part.seconds for part in parts]),
        attention=chained_attention([(part.attention, part.guesses) for part in parts]),
        origin=first.origin,
        source=first.source if first.source is not None and first.source.shape[1:] == size else None,
        settings=_shared([part.settings for part in parts]),
        stages=stages,
        marks=(),
    )


def unbroken_parts(run: Trajectory) -> list[tuple[int, Trajectory]]:
    """The parts of a way between which something was done, each as a run of its own at its own size, with the number of
    its first state; the run itself where nothing was.
    """
    parts, first = [], 0
    while first < run.states:
        _, last = run.unbroken(first)
        parts.append((first, _alone(run, first, last)))
        first = last + 1
    return parts


def _alone(run: Trajectory, first: int, last: int) -> Trajectory:
    if (first, last) == (0, run.steps):
        return run
    stage, part = run.stage_of(first), run.thin(list(range(first, last + 1)), end=last < run.steps)
    assert stage is not None  # a run that one sampler made has nothing done between its states
    taken_up = replace(run.origin, source=fingerprint(run.x[first - 1])) if run.origin and first else run.origin
    return replace(
        part,
        x=sized(part.x, stage.size),
        x0=sized(part.x0, stage.size),
        cond=None if part.cond is None else sized(part.cond, stage.size),
        uncond=None if part.uncond is None else sized(part.uncond, stage.size),
        source=None,
        settings=stage.settings,
        noise=stage.noise,
        origin=taken_up,
        stages=(),
    )


def _part(run: Trajectory, goes_on: bool | None) -> Trajectory:
    """What a run gives to the way: all of the last one (None); one whose end the next takes up leaves that state out;
    else the end is shown, too, with itself for a guess, or the guess before where it is not finished.
    """
    if goes_on is None:
        return run
    if goes_on:
        return run.thin(list(range(run.guesses)))
    guess = run.x[-1:] if run.finished else run.x0[-1:]
    nothing = torch.zeros_like(guess)
    return replace(
        run,
        x0=torch.cat([run.x0, guess]),
        cond=None if run.cond is None else torch.cat([run.cond, nothing]),
        uncond=None if run.uncond is None else torch.cat([run.uncond, nothing]),
        asked=(*run.asked, (False, False)),
        model_calls=(*run.model_calls, 0),
        guidance_scales=(*run.guidance_scales, None) if run.guidance_scales else (),
        step_seconds=(*run.step_seconds, None) if run.step_seconds else (),
        attention=None if run.attention is None else run.attention.with_a_gap(),
    )


def _stages(decks: Sequence[Deck], parts: Sequence[Trajectory], links: Sequence[Link]) -> tuple[Stage, ...]:
    """A run that is a way of several itself brings its own."""
    stages: list[Stage] = []
    start = 0
    for deck, part, join in zip(decks, parts, [None, *links], strict=True):
        own = part.stages or (
            Stage(start=0, model=deck.model, settings=part.settings, size=tuple(part.x.shape[2:]), noise=part.noise),
        )
        first = own[0] if join is None else replace(own[0], join=join.join, off=join.off, likeness=join.likeness)
        stages += [replace(stage, start=start + stage.start) for stage in (first, *own[1:])]
        start += part.states
    return tuple(stages)


def _rows(name: str, parts: Sequence[Trajectory], size: tuple[int, ...]) -> Tensor | None:
    """A quantity over all parts; zero, as where the model was not asked, for parts without it."""
    kept = [getattr(part, name) for part in parts]
    if all(one is None for one in kept):
        return None
    pairs = zip(kept, parts, strict=True)
    return torch.cat([sized(torch.zeros_like(part.x0) if one is None else one, size) for one, part in pairs])


def _scales(part: Trajectory) -> tuple[float | None, ...]:
    return part.guidance_scales or (part.settings.guidance,) * part.guesses


def _step_seconds(parts: Sequence[Trajectory]) -> tuple[float | None, ...]:
    if not any(part.step_seconds for part in parts):
        return ()
    return sum((part.step_seconds or (None,) * part.guesses for part in parts), ())


def _shared(all_settings: Sequence[Settings]) -> Settings:
    """What all parts agree in; the rest stands in the stages."""
    first = all_settings[0]
    names = (field.name for field in fields(first))
    agreed = (name for name in names if len({getattr(one, name) for one in all_settings}) == 1)
    return Settings(**{name: getattr(first, name) for name in agreed})


def _check_run(deck: Deck, number: int) -> None:
    if deck.kind != "run":
        raise ValueError(
            f"deck {number} is no run of one sampler but a {deck.kind}: a chain is made of decks of Collect Deck or"
            " KSampler with Deck"
        )


def _apart(decks: Sequence[Deck], linked: Linked) -> str:
    """Which runs go on from none of the others."""
    names = [deck.title or f"deck {number}" for number, deck in enumerate(decks, 1)]
    loose = [
        name
        for name, deck in zip(names, decks, strict=True)
        if _predecessor(deck, _without(decks, deck), linked) is None
    ]
    sizes = ", ".join("×".join(map(str, deck.latent_shape)) for deck in decks)
    return (
        f"these {len(decks)} runs are no chain: {', '.join(loose)} go on from none of the others (latents {sizes})."
        " A run goes on from another when its"
        " sampler was given that one's LATENT: record both, and connect the decks of all samplers on the way"
    )


def _without(decks: Sequence[Deck], left_out: Deck) -> list[Deck]:
    return [deck for deck in decks if deck is not left_out]
