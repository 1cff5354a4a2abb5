"""The low-rank lab on paper: the update, its two factors at one rank, their product, and what is left."""

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..drawing.colour import AROUND_ZERO, colour
from ..drawing.paper import EDGE, HEAD, INK, PAPER, Paper
from .low_rank_lab import Lab, check_start
from .low_rank_words import sentence, title

SIDE = 232
"""Pixels of a matrix's side, less what does not divide by its cells."""
GAP, NAME, COUNT, FOOT = 22, 26, 24, 64
LINED = 6
"""Cells of so many pixels are large enough for lines between them."""
HATCH, HATCH_PITCH = "#d9d3c5", 8
RAMP_WIDTH, RAMP_HEIGHT = 120, 10


@dataclass(frozen=True)
class Drawn:
    """A matrix with its name, how its numbers count, and the largest entry of its scale."""

    matrix: Tensor
    name: str
    count: str
    limit: float


def low_rank_image(lab: Lab, rank: int) -> Tensor:
    """[1, height, width, 3] in 0..1, the same size at every rank. Raises ValueError for a rank that cannot be."""
    panels = panels_of(lab, check_start(lab, rank))
    cell = max(1, SIDE // max(lab.update.shape))
    side = cell * max(lab.update.shape)
    top = HEAD + NAME
    paper = Paper.blank(2 * EDGE + len(panels) * (side + GAP) - GAP, top + side + COUNT + FOOT)
    paper.write(EDGE, 14, _plain(title(lab)), size=20, ink=INK)
    paper.write(EDGE, 41, _plain(sentence(lab, rank)), size=13)
    for index, panel in enumerate(panels):
        left = EDGE + index * (side + GAP)
        paper.write(left, top - 22, panel.name, size=15, ink=INK)
        paper.image.paste(_hatched(side), (left, top))
        paper.image.paste(_cells(panel, cell), (left, top))
        paper.write(left, top + side + 6, panel.count, size=12)
    for place, (limit, words) in enumerate(((panels[0].limit, "update, B·A, left over"), (panels[1].limit, "B and A"))):
        _write_scale(paper, EDGE + place * (paper.image.width // 2), top + side + COUNT + 22, limit, words)
    return paper.as_image()


def panels_of(lab: Lab, rank: int) -> tuple[Drawn, ...]:
    """What stands on the paper, from left to right."""
    (rows, columns), (up, down) = lab.update.shape, lab.factors(rank)
    wide, narrow = lab.limit(), lab.factor_limit()
    return (
        Drawn(lab.update, "the update", f"{rows} x {columns} = {lab.entries:,} numbers", wide),
        Drawn(up, "B", f"{rows} x {rank} = {up.numel():,} numbers", narrow),
        Drawn(down, "A", f"{rank} x {columns} = {down.numel():,} numbers", narrow),
        Drawn(lab.product(rank), "B·A", f"made of {lab.spent(rank):,} numbers", wide),
        Drawn(lab.left_over(rank), "left over", "the update without B·A", wide),
    )


def _cells(panel: Drawn, cell: int) -> Image.Image:
    """Each entry a square; lines of paper between them where there is room."""
    rows, columns = panel.matrix.shape
    colours = colour(panel.matrix, -panel.limit, panel.limit, AROUND_ZERO)
    pixels = colours.repeat_interleave(cell, 0).repeat_interleave(cell, 1)
    image = Image.fromarray((pixels * 255).round().to(torch.uint8).numpy().reshape(rows * cell, columns * cell, 3))
    if cell >= LINED:
        for line in range(rows):
            image.paste(PAPER, (0, line * cell, image.width, line * cell + 1))
        for line in range(columns):
            image.paste(PAPER, (line * cell, 0, line * cell + 1, image.height))
    return image


def _hatched(side: int) -> Image.Image:
    """Draws stripes where a rank spends no numbers, so that nobody takes the place for zeros."""
    across = np.arange(side)
    stripes = (across + across[:, None]) % HATCH_PITCH == 0
    image = Image.new("RGB", (side, side), PAPER)
    image.paste(HATCH, mask=Image.fromarray(stripes.astype(np.uint8) * 255))
    return image


def _write_scale(paper: Paper, left: int, top: int, limit: float, words: str) -> None:
    ramp = colour(torch.linspace(-1, 1, RAMP_WIDTH).expand(RAMP_HEIGHT, -1), -1, 1, AROUND_ZERO)
    low, high = f"-{limit:.3g}", f"{limit:.3g}"
    paper.write(left, top - 3, low, size=12)
    paper.image.paste(Image.fromarray((ramp * 255).round().to(torch.uint8).numpy()), (left + 40, top))
    paper.write(left + 48 + RAMP_WIDTH, top - 3, f"{high}    {words}, the same at every rank", size=12)


def _plain(text: str) -> str:
    """Replaces the multiplication sign for a font that does not have it."""
    return text.replace("×", "x")
