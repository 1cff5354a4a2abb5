"""A chart in numbers: panels over one shared axis, series with a line in each."""

from collections.abc import Iterator
from dataclasses import dataclass

from .chart_scale import SCALES, Scale, Tick, scale_over

COLOURS = (
    "#3f97f6",
    "#f08a24",
    "#22a884",
    "#d9568f",
    "#8d6df0",
    "#b39a12",
    "#e0503a",
    "#2fb3cf",
    "#9a7048",
    "#74a92c",
    "#7c8698",
    "#c04fc9",
)
"""For lines on paper and on a dark ground; the first are told apart without seeing red and green."""
MOST_CURVES = len(COLOURS)
"""In one panel, so that each has a colour of its own."""

DASHES = ((), (8, 4), (1.5, 4), (8, 4, 1.5, 4), (14, 4), (1.5, 8))
"""Lengths drawn and left out, in pixels; the first is a full line."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A level worth a line across its panel, and what it means."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One quantity. `span` fixes the axis, else the numbers do. `plain` is the symbol for a font that has no Greek.
    `rug` is the title of a strip at the panel's edge that repeats every point, to show where they crowd; "" for none.
    """

    title: str
    symbol: str
    plain: str = ""
    unit: str = ""
    scale: str = "linear"
    span: tuple[float, float] | None = None
    marks: tuple[Mark, ...] = ()
    rug: str = ""

    def __post_init__(self):
        if self.scale not in SCALES:
            raise ValueError(f"the scale of a panel must be one of {', '.join(SCALES)}, got {self.scale!r}")


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line in every panel. `values` has a row for each panel; None for a point that is missing there.

    `colour` and `dash` are places in COLOURS and DASHES, counted round.
    """

    label: str
    across: tuple[float, ...]
    values: tuple[tuple[float | None, ...], ...]
    colour: int = 0
    dash: int = 0

    def __post_init__(self):
        if not self.across or any(len(row) != len(self.across) for row in self.values):
            raise ValueError(f"every row of {self.label!r} needs a value, or None, for each of its points")


@dataclass(frozen=True, kw_only=True)
class Across:
    """The shared axis: what it counts in whole points ("step"), its title, and whether it runs in shares of a run."""

    title: str
    point: str = "step"
    shares: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`notes` say what a reader must know, a sentence each."""

    title: str
    across: Across
    panels: tuple[Panel, ...]
    series: tuple[Series, ...]
    subtitle: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        if not self.panels or not self.series:
            raise ValueError("a chart needs at least one panel and one series")
        for line in self.series:
            if len(line.values) != len(self.panels):
                raise ValueError(f"{line.label!r} has {len(line.values)} rows for {len(self.panels)} panels")
        labels = [line.label for line in self.series]
        if len(set(labels)) < len(labels):
            raise ValueError(f"the series of a chart need different labels, got {', '.join(labels)}")

    def scale_of(self, panel: int) -> Scale:
        """The axis of one panel: the same for all series, whichever of them are shown."""
        return scale_over(self._values_of(panel), self.panels[panel].scale, self.panels[panel].span)

    def scale_across(self) -> Scale:
        return scale_over((at for line in self.series for at in line.across), "linear")

    def ticks_across(self) -> tuple[Tick, ...]:
        if not self.across.shares:
            return tuple(tick for tick in self.scale_across().ticks() if tick.at == int(tick.at))
        return tuple(Tick(at=k / 4, text=f"{25 * k} %", minor=k % 2 == 1) for k in range(5))

    def marks_of(self, panel: int) -> tuple[Mark, ...]:
        """The marks that lie on the axis."""
        scale = self.scale_of(panel)
        return tuple(mark for mark in self.panels[panel].marks if 0 <= (scale.place(mark.at) or 0.0) <= 1)

    def _values_of(self, panel: int) -> Iterator[float | None]:
        return (value for line in self.series for value in line.values[panel])


def colour_of(line: Series) -> str:
    return COLOURS[line.colour % len(COLOURS)]


def dash_of(line: Series) -> tuple[float, ...]:
    return DASHES[line.dash % len(DASHES)]
