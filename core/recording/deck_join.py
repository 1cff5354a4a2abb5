"""Parts of one grid, sampled in different places, as one deck."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .deck import Axis, Deck, differing
from .trajectory import Trajectory

ALIKE = ("model", "parameterization", "space", "sigma_data", "kind", "latent_shape")
"""What all parts must share."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A deck that is a rectangle of a larger grid; `corner` is the place in that grid of the deck's first cell."""

    deck: Deck
    corner: tuple[int, ...]


def joined(parts: Sequence[Part], axes: tuple[Axis, ...]) -> Deck:
    """One deck on the axes of the whole grid, its cells row by row.

    Raises ValueError for parts of different models or latents, for a part that does not lie where it says, for two
    cells at one place, and for cells of one seed that did not start from the same noise.
    """
    if not parts:
        raise ValueError("there is no part to join: at least one is needed")
    first = parts[0].deck
    cells = [moved(cell, part.corner) for part in parts for cell in checked(part, first, axes).trajectories]
    cells.sort(key=lambda cell: cell.place[::-1])
    check_noise(cells)
    return replace(first, trajectories=tuple(cells), axes=axes)


def moved(cell: Trajectory, corner: tuple[int, ...]) -> Trajectory:
    return replace(cell, place=tuple(i + start for i, start in zip(cell.place, corner, strict=True)))


def checked(part: Part, first: Deck, axes: tuple[Axis, ...]) -> Deck:
    deck = part.deck
    if found := differing((first, deck), ALIKE):
        what, came = found
        raise ValueError(f"parts of one grid need the same {what.replace('_', ' ')}, got {came}")
    for mine, whole, start in zip(deck.axes, axes, part.corner, strict=True):
        covered = whole.values[start : start + len(mine.values)]
        if (mine.name, mine.values) != (whole.name, covered):
            raise ValueError(
                f"a part has {mine.name} {', '.join(mine.values)} where the grid has {whole.name} {', '.join(covered)}"
            )
    return deck


def check_noise(cells: Sequence[Trajectory]) -> None:
    by_seed: dict[int | None, str] = {}
    for cell in cells:
        noise = by_seed.setdefault(cell.settings.seed, cell.noise)
        if noise != cell.noise:
            raise ValueError(
                f"cells of seed {cell.settings.seed} started from different noise ({noise} and {cell.noise}): their "
                "pictures differ by more than what was swept, so they are not joined"
            )
