"""Decks of different runs as one, so that one slider moves them all: models, LoRAs, samplers, whatever was changed."""

from collections.abc import Sequence
from dataclasses import replace

from ..filled_sentence import filled
from .deck import Axis, Deck, differing, noted
from .trajectory import Trajectory

ALIKE = {
    "latent_shape": "their pictures are laid over each other and compared place by place",
    "space": "one decoder must serve all of them",
    "parameterization": "their noise levels would not mean the same",
    "sigma_data": "their noise levels would not mean the same",
}
"""What decks side by side must share, and why."""


def side_by_side(decks: Sequence[Deck], labels: Sequence[str], name: str) -> Deck:
    """One deck whose cells are the runs of all decks, in order. `labels`: one a deck; `name`: of what differs.

    Decks of one run each lie on one axis. Decks with the same cells on one axis keep it across, one deck a row. All
    else lies on one axis, run after run. Raises ValueError for decks that cannot be compared, with the reason.
    """
    check_alike(decks)
    if len(labels) != len(decks):
        raise ValueError(
            filled(
                "{1} decks need {2} labels, separated by commas, got {3}: {4}",
                len(decks),
                len(decks),
                len(labels),
                ", ".join(labels),
            )
        )
    axes, places = laid_out(decks, told_apart(labels), name)
    runs = [(deck, run, label) for deck, label in zip(decks, labels, strict=True) for run in deck.trajectories]
    cells = [placed(run, deck, label, place) for (deck, run, label), place in zip(runs, places, strict=True)]
    return replace(
        decks[0],
        trajectories=tuple(cells),
        model="; ".join(dict.fromkeys(deck.model for deck in decks)),
        title="",
        varies=" × ".join(axis.name for axis in axes),
        kind="forward" if decks[0].kind == "forward" else "sweep",
        axes=axes,
    )


def of_a_list(decks: Sequence[Deck]) -> Deck:
    """Decks that came as a list: side by side where they can be, else the first, which says that others came."""
    if len(decks) == 1:
        return decks[0]
    try:
        return side_by_side(decks, [deck.title or str(number) for number, deck in enumerate(decks, 1)], "run")
    except ValueError as error:
        return noted(decks[0], (filled("This is the first of {1} decks that came as a list: {2}.", len(decks), error),))


def check_alike(decks: Sequence[Deck]) -> None:
    if len(decks) < 2:
        raise ValueError(filled("decks side by side need two decks or more, got {1}: connect another one", len(decks)))
    if len({deck.kind == "forward" for deck in decks}) > 1:
        raise ValueError(
            filled("a picture that is noised and a run that denoises share no steps: join decks of one kind")
        )
    if found := differing(decks, ALIKE):
        what, came = found
        raise ValueError(f"decks side by side need the same {what.replace('_', ' ')}, got {came}: {ALIKE[what]}")


def told_apart(labels: Sequence[str]) -> tuple[str, ...]:
    """Adds a number to each label that has come before, so that all differ."""
    before = [labels[:index].count(label) for index, label in enumerate(labels)]
    return tuple(f"{label} ({count + 1})" if count else label for label, count in zip(labels, before, strict=True))


def laid_out(
    decks: Sequence[Deck], labels: tuple[str, ...], name: str
) -> tuple[tuple[Axis, ...], list[tuple[int, ...]]]:
    """The axes, and a place for each run of each deck."""
    whole = Axis(name=name, values=labels)
    if all(len(deck.trajectories) == 1 for deck in decks):
        return (whole,), [(row,) for row in range(len(decks))]
    across, *others = map(own_axis, decks)
    if across is not None and all(axis == across for axis in others):
        return (across, whole), [(column, row) for row, deck in enumerate(decks) for column in columns(deck)]
    names = told_apart(
        [cell_name(run, label, deck) for deck, label in zip(decks, labels, strict=True) for run in deck.trajectories]
    )
    return (Axis(name=name, values=names),), [(index,) for index in range(len(names))]


def own_axis(deck: Deck) -> Axis | None:
    """The one axis of a deck's runs; None for a grid, which has two."""
    if not deck.axes:
        return Axis(name=deck.varies or "item", values=tuple(run.label for run in deck.trajectories))
    return deck.axes[0] if len(deck.axes) == 1 else None


def columns(deck: Deck) -> list[int]:
    return [run.place[0] if deck.axes else index for index, run in enumerate(deck.trajectories)]


def cell_name(run: Trajectory, label: str, deck: Deck) -> str:
    return label if len(deck.trajectories) == 1 else f"{label}, {run.label}"


def placed(run: Trajectory, deck: Deck, label: str, place: tuple[int, ...]) -> Trajectory:
    return replace(run, label=cell_name(run, label, deck), place=place)
