"""A sweep: the axes that are chosen for it, and the grid of cells that one or two of them make."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from ..recording.deck import Axis
from ..value_list import spell
from .cells import Cell, Finished
from .sweep_settings import EMBEDDED_GUIDANCE, NO_AXIS, SETTINGS, Names, Setting, Value

CELLS_LIMIT = 256
"""Cells of one sweep; a 16 × 16 grid is the most that a screen shows."""
ONE_CALL_A_STEP = "euler"
TIMED_STEPS = 2
"""How many steps are timed when a sweep is too large."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A setting with the values it takes along one axis."""

    setting: Setting
    values: tuple[Value, ...]

    @property
    def axis(self) -> Axis:
        return Axis(name=self.setting.name, values=tuple(map(spell, self.values)))

    def label(self, index: int) -> str:
        return self.setting.label.format(spell(self.values[index]))

    def change(self, index: int) -> dict:
        value = self.values[index]
        return {self.setting.field: float(value) if isinstance(value, Fraction) else value}


def choose(name: str | None, text: str, names: Names, *, embedded: bool = False) -> Chosen:
    """An axis as it was typed. `embedded`: guidance is an input of this model. Raises ValueError, one sentence."""
    if name not in SETTINGS:
        raise ValueError(f"choose what the axis changes: {', '.join(SETTINGS)}; got {name!r}")
    setting = SETTINGS[name]
    values = setting.read(text, names)
    return Chosen(setting=EMBEDDED_GUIDANCE if embedded and name == "guidance" else setting, values=values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Cells that differ from `base` along one axis or two: the first runs across, the second down."""

    base: Cell
    chosen: tuple[Chosen, ...]

    def __post_init__(self):
        names = [axis.setting.name for axis in self.chosen]
        if len(set(names)) < len(names):
            raise ValueError(f"both axes are {names[0]!r}: choose another second axis, or {NO_AXIS!r}")

    @property
    def axes(self) -> tuple[Axis, ...]:
        return tuple(chosen.axis for chosen in self.chosen)

    @property
    def count(self) -> int:
        return math.prod(len(axis.values) for axis in self.chosen)

    @property
    def steps(self) -> int:
        """Steps of all cells together: model calls, for a sampler that asks once a step."""
        counts = next((axis.values for axis in self.chosen if axis.setting.field == "steps"), (self.base.steps,))
        return sum(map(int, counts)) * self.count // len(counts)

    def cells(self) -> list[Cell]:
        """Row by row. Raises ValueError for a cell that cannot be, such as a switch beyond its last step."""
        return [self._cell(place) for place in self._places()]

    def check_cells(self) -> None:
        """Raises ValueError for a cell that cannot be. A grid that is too large is left to `check_size`."""
        if self.count <= CELLS_LIMIT:
            self.cells()

    def check_size(self, sample: Callable[[list[Cell]], Iterable[Finished]]) -> None:
        """Raises ValueError for too many cells. Only then a short run is sampled, to say how long they would take."""
        if self.count > CELLS_LIMIT:
            duration = in_words(self.steps * _seconds_per_call(sample, self.base))
            raise ValueError(
                f"this grid has {self.count:,} cells and at least {self.steps:,} model calls, about {duration} here: "
                f"a sweep takes at most {CELLS_LIMIT} cells, so name fewer values"
            )

    def _places(self) -> list[tuple[int, ...]]:
        across, *down = (range(len(axis.values)) for axis in self.chosen)
        return [(i, j) for j in down[0] for i in across] if down else [(i,) for i in across]

    def _cell(self, place: tuple[int, ...]) -> Cell:
        changes: dict = {}
        for axis, index in zip(self.chosen, place, strict=True):
            changes |= axis.change(index)
        label = " · ".join(axis.label(index) for axis, index in zip(self.chosen, place, strict=True))
        return replace(self.base, place=place, label=label, **changes)


def _seconds_per_call(sample: Callable[[list[Cell]], Iterable[Finished]], base: Cell) -> float:
    """A short run is sampled twice, and the second time counts: the first may have to load the model."""
    short = replace(base, label="a short run", place=(), steps=TIMED_STEPS, sampler_name=ONE_CALL_A_STEP)
    for _ in range(2):
        began = time.perf_counter()
        (finished,) = sample([short])
        took = time.perf_counter() - began
    return took / max(1, sum(finished.trajectories[0].model_calls))


def in_words(seconds: float) -> str:
    """A duration as people say it: a second, 40 seconds, 12 minutes, 3 hours, 5 days."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)):
        if round(seconds / size) >= 2:
            return f"{round(seconds / size):,} {unit}"
    return "a second"
