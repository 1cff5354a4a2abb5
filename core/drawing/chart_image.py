"""A chart on paper: the same numbers as in the browser, drawn once, for print and for a report."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from .chart import Chart, Series, colour_of, dash_of
from .chart_scale import Scale
from .paper import EMPTY, INK, PAPER, SOFT

WIDTH, PANEL_HEIGHT = 1280, 260
EDGE, LEFT, PANEL_HEAD, PANEL_GAP, FOOT = 28, 84, 30, 26, 52
RUG_COLUMN, RUG_GAP = 14, 18
TITLE, LEGEND_TOP, LEGEND_ROW, SWATCH, SWATCH_GAP, LEGEND_GAP = 44, 78, 26, 36, 9, 30
NOTE_COLUMNS, NOTE_ROW = 190, 19
FINE = 3
"""Drawn so many times larger, then made smaller: smooth lines without a drawing library."""

DOTS = ((26, 4.0), (61, 3.0), (121, 2.2))
"""Radius of a dot, by how many points a line has at most; beyond the last there are none."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle on the paper, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def at(self, across: float, up: float) -> Point:
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)


@dataclass(frozen=True)
class Pen:
    """Draws in pixels of the finished picture."""

    image: Image.Image
    draw: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "draw", ImageDraw.Draw(self.image))

    def write(self, place: Point, text: str, *, size: int, ink: str = SOFT, anchor: str = "ls") -> None:
        self.draw.text(_fine(place), text, ink, font=_font(size * FINE), anchor=anchor)

    def line(self, points: Iterable[Point], *, ink: str, width: float) -> None:
        self.draw.line([_fine(point) for point in points], ink, round(width * FINE), joint="curve")

    def dot(self, place: Point, *, ink: str, radius: float) -> None:
        x, y = _fine(place)
        self.draw.ellipse((x - radius * FINE, y - radius * FINE, x + radius * FINE, y + radius * FINE), ink)


def chart_image(chart: Chart) -> Tensor:
    """[1, height, width, 3] in 0..1, on the same paper as a contact sheet."""
    legend = list(_legend_places(chart))
    notes = [line for note in chart.notes for line in textwrap.wrap(note, NOTE_COLUMNS)]
    top = LEGEND_TOP + legend[-1][0][1] + LEGEND_ROW
    panels = len(chart.panels) * (PANEL_HEAD + PANEL_HEIGHT + PANEL_GAP) - PANEL_GAP
    height = top + panels + FOOT + len(notes) * NOTE_ROW + EDGE
    pen = Pen(Image.new("RGB", (WIDTH * FINE, height * FINE), PAPER))
    pen.write((EDGE, TITLE), chart.title, size=26, ink=INK)
    pen.write((WIDTH - EDGE, TITLE), chart.subtitle, size=15, anchor="rs")
    for place, named in legend:
        _write_legend(pen, (EDGE + place[0], LEGEND_TOP + place[1]), named)
    for index in range(len(chart.panels)):
        bottom = top + (index + 1) * (PANEL_HEAD + PANEL_HEIGHT) + index * PANEL_GAP
        _draw_panel(pen, chart, index, Box(LEFT, bottom - PANEL_HEIGHT, _right(chart), bottom))
    _write_across(pen, chart, top + panels)
    for row, line in enumerate(notes):
        pen.write((EDGE, top + panels + FOOT + (row + 1) * NOTE_ROW), line, size=13)
    return _tensor(pen.image, height)


def _right(chart: Chart) -> float:
    """Where the lines end: beside them the rug, wherever one panel has one."""
    rug = RUG_GAP + RUG_COLUMN * len(chart.series) if any(panel.rug for panel in chart.panels) else 0
    return WIDTH - EDGE - rug


def _legend_places(chart: Chart) -> Iterator[tuple[tuple[int, int], Series]]:
    left = row = 0
    for line in chart.series:
        width = SWATCH + SWATCH_GAP + round(_font(15).getlength(line.label))
        if left and left + width > WIDTH - 2 * EDGE:
            left, row = 0, row + 1
        yield (left, row * LEGEND_ROW), line
        left += width + LEGEND_GAP


def _write_legend(pen: Pen, place: Point, line: Series) -> None:
    left, middle = place
    ends = ((left, middle), (left + SWATCH, middle))
    for dash in dashes(ends, dash_of(line)):
        pen.line(dash, ink=colour_of(line), width=2.5)
    pen.dot((left + SWATCH / 2, middle), ink=colour_of(line), radius=4)
    pen.write((left + SWATCH + SWATCH_GAP, middle), line.label, size=15, ink=INK, anchor="lm")


def _draw_panel(pen: Pen, chart: Chart, index: int, box: Box) -> None:
    panel, scale = chart.panels[index], chart.scale_of(index)
    pen.write((EDGE, box.top - 12), panel.title, size=16, ink=INK)
    name = panel.plain or panel.symbol
    pen.write((EDGE + _font(16).getlength(panel.title) + 14, box.top - 12), _named(name, panel.unit), size=14)
    _draw_grid(pen, chart, index, scale, box)
    pen.write((WIDTH - EDGE, box.top - 12), panel.rug, size=12, anchor="rs")
    for column, line in enumerate(chart.series):
        points = _points(chart, line, index, scale, box)
        _draw_strand(pen, line, points, _radius(chart))
        if panel.rug:
            left = box.right + RUG_GAP + column * RUG_COLUMN
            for _, y in filter(None, points):
                pen.line(((left, y), (left + RUG_COLUMN - 4, y)), ink=colour_of(line), width=1.5)


def _named(name: str, unit: str) -> str:
    return f"{name} in {unit}" if unit else name


def _draw_grid(pen: Pen, chart: Chart, index: int, scale: Scale, box: Box) -> None:
    for tick in scale.ticks():
        up = _place(scale, tick.at)
        pen.line((box.at(0, up), box.at(1, up)), ink=EMPTY, width=1)
        pen.write((box.left - 10, box.at(0, up)[1]), tick.text, size=13, anchor="rm")
    for tick in chart.ticks_across():
        share = _place(chart.scale_across(), tick.at)
        pen.line((box.at(share, 0), box.at(share, 1)), ink=EMPTY, width=1)
    for mark in chart.marks_of(index):
        level = [box.at(share, _place(scale, mark.at)) for share in (0, 1)]
        for dash in dashes(level, (2, 5)):
            pen.line(dash, ink=SOFT, width=1)
        pen.write((box.left + 6, level[0][1] - 5), mark.text, size=12)


def _place(scale: Scale, value: float) -> float:
    """The place of a tick, a mark or a step, which the axis was made to hold."""
    place = scale.place(value)
    assert place is not None
    return place


def _points(chart: Chart, line: Series, index: int, scale: Scale, box: Box) -> list[Point | None]:
    across = chart.scale_across()
    places = (
        (_place(across, at), scale.place(value)) for at, value in zip(line.across, line.values[index], strict=True)
    )
    return [None if up is None else box.at(share, up) for share, up in places]


def _draw_strand(pen: Pen, line: Series, points: list[Point | None], radius: float) -> None:
    for run in _unbroken(points):
        for dash in dashes(run, dash_of(line)):
            pen.line(dash, ink=colour_of(line), width=2)
    for point in filter(None, points):
        if radius:
            pen.dot(point, ink=colour_of(line), radius=radius)


def _unbroken(points: Iterable[Point | None]) -> Iterator[list[Point]]:
    run: list[Point] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []


def dashes(points: Iterable[Point], lengths: tuple[float, ...]) -> Iterator[list[Point]]:
    """A line through points cut into its drawn parts, `lengths` drawn and left out in turn; empty: the whole line."""
    points = list(points)
    if not lengths:
        yield points
        return
    part, turn, left = [points[0]], 0, lengths[0]
    for start, end in zip(points, points[1:], strict=False):
        length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
        gone = 0.0
        while length - gone > left:
            gone += left
            share = gone / length
            place = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            if turn % 2 == 0:
                yield [*part, place]
            part, turn = [place], turn + 1
            left = lengths[turn % len(lengths)]
        left -= length - gone
        part = [*part, end]
    if turn % 2 == 0 and len(part) > 1:
        yield part


def _write_across(pen: Pen, chart: Chart, bottom: float) -> None:
    scale, right = chart.scale_across(), _right(chart)
    for tick in chart.ticks_across():
        x = LEFT + _place(scale, tick.at) * (right - LEFT)
        pen.write((x, bottom + 10), tick.text, size=13, anchor="mt")
    pen.write(((LEFT + right) / 2, bottom + 32), chart.across.title, size=14, anchor="mt")


def _radius(chart: Chart) -> float:
    points = max(len(line.across) for line in chart.series)
    return next((radius for most, radius in DOTS if points <= most), 0.0)


def _fine(place: Point) -> Point:
    return place[0] * FINE, place[1] * FINE


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def _tensor(image: Image.Image, height: int) -> Tensor:
    small = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(small, dtype=np.float32) / 255).unsqueeze(0)
