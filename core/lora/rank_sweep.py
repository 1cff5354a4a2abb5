"""A rank sweep: at which ranks a LoRA is sampled, and what of it each cell adds to the model."""

from dataclasses import dataclass, replace
from fractions import Fraction

from ..comparing.cells import Cell
from ..comparing.sweep import CELLS_LIMIT
from ..recording.deck import Axis
from ..value_list import parse_numbers, parse_whole_numbers_or, spell
from .words import counted

NONE, FULL = "none", "full"
TIMES_LIMIT = 1000
KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Dose:
    """What one cell adds to the model: the LoRA cut to `rank`, or, `times` as strong, what such a cut leaves out.

    rank   0 for nothing, None for the LoRA as its file has it
    times  None where the cut itself is added
    """

    rank: int | None
    times: Fraction | None = None

    @property
    def label(self) -> str:
        if self.times is None:
            return _rank_in_words(self.rank)
        return f"{_rank_in_words(self.rank)} · {left_out_in_words(self.times)}"

    @property
    def is_whole(self) -> bool:
        """Whether the pictures of other cells are measured against this one's."""
        return self.rank is None and self.times is None


def _rank_in_words(rank: int | None) -> str:
    if rank is None:
        return "full rank"
    return f"rank {rank}" if rank else "without the LoRA"


def left_out_in_words(times: Fraction) -> str:
    return f"left out × {spell(times)}"


@dataclass(frozen=True, kw_only=True)
class RankGrid:
    """Ranks across, None for full; the first row is what is kept, one more row for each of `times`."""

    ranks: tuple[int | None, ...]
    times: tuple[Fraction, ...] = ()

    @property
    def axes(self) -> tuple[Axis, ...]:
        across = Axis(name="rank", values=tuple(_spelled(rank) for rank in self.ranks))
        rows = (KEPT, *map(left_out_in_words, self.times))
        return (across, Axis(name="part", values=rows)) if self.times else (across,)

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Row by row."""
        return tuple(Dose(rank=rank, times=times) for times in (None, *self.times) for rank in self.ranks)

    def cells(self, base: Cell) -> list[Cell]:
        """One for each dose, all with the settings of `base`."""
        width = len(self.ranks)
        return [
            replace(base, label=dose.label, place=(i % width, i // width) if self.times else (i,))
            for i, dose in enumerate(self.doses)
        ]

    @property
    def order(self) -> tuple[int, ...]:
        """The order in which to sample the cells: first the one that the others are measured against."""
        doses = self.doses
        return tuple(sorted(range(len(doses)), key=lambda i: not doses[i].is_whole))


def rank_grid(ranks: str, times: str | None = None) -> RankGrid:
    """Reads the grid as it was typed; `times` None for no more rows. Raises ValueError, one sentence."""
    grid = RankGrid(ranks=_ranks(ranks), times=() if times is None else _times(times))
    if len(grid.doses) > CELLS_LIMIT:
        raise ValueError(
            f"{counted(len(grid.ranks), 'rank')} in {counted(1 + len(grid.times), 'row')} are {len(grid.doses)} cells:"
            f" a sweep takes at most {CELLS_LIMIT}, so name fewer"
        )
    return grid


def _ranks(text: str) -> tuple[int | None, ...]:
    typed = parse_whole_numbers_or(text, "ranks", (FULL, NONE))
    if below := [rank for rank in typed if isinstance(rank, int) and rank < 0]:
        raise ValueError(f"ranks must be 0 or more, or {FULL}; got {below[0]}")
    if NONE in typed and 0 in typed:
        raise ValueError(f"ranks: {NONE!r} and 0 are the same, once is enough")
    words = {FULL: None, NONE: 0}
    return tuple(words[rank] if isinstance(rank, str) else rank for rank in typed)


def _times(text: str) -> tuple[Fraction, ...]:
    typed = parse_numbers(text, "times")
    if bad := [times for times in typed if not 0 < times <= TIMES_LIMIT]:
        raise ValueError(f"times must be above 0 and at most {TIMES_LIMIT}, got {spell(bad[0])}")
    return typed


def _spelled(rank: int | None) -> str:
    if rank is None:
        return FULL
    return str(rank) if rank else NONE
