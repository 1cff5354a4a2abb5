"""A heat map on paper: cells in colour, groups named beside them, a scale, and a line through the marks."""

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from .colour import FROM_ZERO, colour
from .heat_map import HeatMap
from .paper import EDGE, EMPTY, INK, PAPER, SOFT, Paper, shortened, text_width

WIDTH, HEAD, FOOT = 1280, 112, 64
CELLS_HIGH, ROW_LOW, ROW_HIGH = 1100, 2, 20
NAMED_FROM = 12
"""Rows of so many pixels and more have room for their names; below, groups are named."""
NAME_LIMIT = 64
RAMP, RAMP_HIGH = 220, 12
TICKS = 8


def heat_image(heat: HeatMap) -> Tensor:
    """[1, height, width, 3] in 0..1, on the same paper as a chart."""
    row = max(ROW_LOW, min(ROW_HIGH, CELLS_HIGH // len(heat.rows)))
    named = row >= NAMED_FROM
    left = EDGE + max(text_width(text, size=12) for text in _names(heat, named))
    high = row * len(heat.rows)
    paper = Paper.blank(WIDTH, HEAD + high + FOOT)
    _head(paper, heat)
    box = (left, HEAD, WIDTH - EDGE, HEAD + high)
    paper.image.paste(_cells(heat, box), box[:2])
    _groups(paper, heat, box, row, named)
    _marks(paper, heat, box, row)
    _columns(paper, heat, box)
    return paper.as_image()


Box = tuple[int, int, int, int]


def _names(heat: HeatMap, named: bool) -> list[str]:
    return [shortened(row.name, NAME_LIMIT) for row in heat.rows] if named else [row.group for row in heat.rows]


def _head(paper: Paper, heat: HeatMap) -> None:
    paper.write(EDGE, 14, heat.title, size=24, ink=INK)
    paper.write(EDGE, 50, heat.subtitle, size=14)
    ramp = colour(torch.linspace(0, 1, RAMP).expand(RAMP_HIGH, -1), 0, 1, FROM_ZERO)
    left = WIDTH - EDGE - RAMP
    paper.image.paste(_image(ramp), (left, 22))
    paper.write(left, 40, "0 %", size=12)
    paper.write(left + RAMP, 40, "100 %", size=12, anchor="ra")
    paper.write(left - 12, 28, heat.legend, size=13, anchor="rm")
    if heat.mark:
        paper.write(WIDTH - EDGE, 64, heat.mark, size=12, anchor="ra")
        width = text_width(heat.mark, size=12)
        ImageDraw.Draw(paper.image).line(((WIDTH - EDGE - width - 30, 71), (WIDTH - EDGE - width - 4, 71)), INK, 3)


def _cells(heat: HeatMap, box: Box) -> Image.Image:
    size = (box[2] - box[0], box[3] - box[1])
    return _image(colour(heat.cells(), 0, 1, FROM_ZERO)).resize(size, Image.Resampling.NEAREST)


def _image(colours: Tensor) -> Image.Image:
    return Image.fromarray((colours * 255).round().to(torch.uint8).numpy())


def _groups(paper: Paper, heat: HeatMap, box: Box, row: int, named: bool) -> None:
    draw = ImageDraw.Draw(paper.image)
    free = -1.0
    for title, start, end in heat.groups():
        top, bottom = HEAD + start * row, HEAD + end * row
        if start:
            draw.line(((EDGE if not named else box[0], top), (box[2], top)), PAPER, 1)
            draw.line(((EDGE, top), (box[0] - 6, top)), EMPTY, 1)
        if not named and (top + bottom) / 2 - 7 > free:
            paper.write(box[0] - 8, (top + bottom) / 2, title, size=12, ink=INK, anchor="rm")
            free = (top + bottom) / 2 + 7
    for index, named_row in enumerate(heat.rows if named else ()):
        paper.write(box[0] - 8, HEAD + (index + 0.5) * row, shortened(named_row.name, NAME_LIMIT), size=12, anchor="rm")


def _marks(paper: Paper, heat: HeatMap, box: Box, row: int) -> None:
    """A short upright stroke in each row that has a mark, light with a dark edge: seen on every colour."""
    draw = ImageDraw.Draw(paper.image)
    wide = (box[2] - box[0]) / len(heat.columns)
    for index, marked_row in enumerate(heat.rows):
        if marked_row.mark is not None:
            x = box[0] + (heat.place(marked_row.mark) + 0.5) * wide
            top, bottom = HEAD + index * row, HEAD + (index + 1) * row - 1
            draw.line(((x + 1, top), (x + 1, bottom)), PAPER, 1)
            draw.line(((x, top), (x, bottom)), INK, 2)


def _columns(paper: Paper, heat: HeatMap, box: Box) -> None:
    wide = (box[2] - box[0]) / len(heat.columns)
    for index in sorted({round(k * (len(heat.columns) - 1) / TICKS) for k in range(TICKS + 1)}):
        x = box[0] + (index + 0.5) * wide
        ImageDraw.Draw(paper.image).line(((x, box[3]), (x, box[3] + 5)), SOFT, 1)
        paper.write(x, box[3] + 8, str(heat.columns[index]), size=12, anchor="ma")
    paper.write((box[0] + box[2]) / 2, box[3] + 30, heat.across, size=14, anchor="ma")
