"""Commit maps on paper: beside each run's picture the step after which each of its regions stayed put."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from ..drawing.colour import FROM_ZERO, colour
from ..drawing.paper import CAPTION, EDGE, EMPTY, GAP, HEAD, INK, Paper, shortened
from ..recording.deck import Deck
from ..showing.paper import write_title
from ..showing.rendering import Decoder, fit, render
from ..showing.sheets import Tile
from ..showing.views import VIEWS
from .chart import chosen
from .measures import Measures, RunMeasures

PICTURE_SIZES = ((1, 384), (4, 256), (12, 176))
"""Longest side of a picture, in pixels, by how many runs there are at most."""
PAIRS_ACROSS = ((1, 1), (4, 2), (12, 3))
RAMP_HIGH, FOOT = 14, 70
TICKS = 8


def commit_image(deck: Deck, measures: Measures, decoder: Decoder) -> Tensor:
    """[1, height, width, 3] in 0..1: for at most 12 runs the final picture and its map, one scale of steps for all."""
    runs = chosen(measures.runs)
    tile = _tile(deck, _by_count(PICTURE_SIZES, len(runs)))
    across = min(len(runs), _by_count(PAIRS_ACROSS, len(runs)))
    rows = -(-len(runs) // across)
    pair, high = 2 * tile.width + GAP, tile.height + CAPTION + GAP
    paper = Paper.blank(max(EDGE + across * (pair + 3 * GAP) + EDGE, 560), HEAD + rows * high + FOOT)
    write_title(paper, deck)
    for index, run in enumerate(runs):
        left = EDGE + index % across * (pair + 3 * GAP)
        top = HEAD + index // across * high
        _pair(paper, left, top, tile, _final(deck, measures.runs.index(run), decoder, tile), run, measures.last)
    _legend(paper, HEAD + rows * high + GAP, measures)
    return paper.as_image()


def map_colours(steps: Tensor, last: int) -> Tensor:
    """[row, column] steps to colours [row, column, 3]: the first step of a run to its `last`, never what is there."""
    return colour(steps, 0, max(1, last), FROM_ZERO)


def _tile(deck: Deck, longest: int) -> Tile:
    """Of the latent's shape, however small its own pictures are."""
    *_, height, width = deck.latent_shape
    return Tile(width=round(longest * width / max(height, width)), height=round(longest * height / max(height, width)))


def _by_count(table: Sequence[tuple[int, int]], count: int) -> int:
    return next(value for most, value in table if count <= most)


def _final(deck: Deck, index: int, decoder: Decoder, tile: Tile) -> Tensor | None:
    """[1, height, width, 3]: the first frame of the run's last guess; None if it has no guess."""
    alone = deck.only(index)
    trajectory = alone.trajectories[0]
    last = trajectory.states - 1 if trajectory.finished else max(0, trajectory.guesses - 1)
    view = render(replace(alone, trajectories=(trajectory.thin([last]),)), VIEWS["x0"], decoder)
    picture = None if view.absent else next(view.pictures())
    return None if picture is None else fit(picture[:1], tile.height, tile.width, smooth=True)


def _pair(paper: Paper, left: int, top: int, tile: Tile, picture: Tensor | None, run: RunMeasures, last: int) -> None:
    size = (tile.width, tile.height)
    paper.image.paste(_image(picture[0]) if picture is not None else Image.new("RGB", size, EMPTY), (left, top))
    beside = (left + tile.width + GAP, top)
    if run.commit_map is None:
        paper.image.paste(Image.new("RGB", size, EMPTY), beside)
        paper.write(beside[0] + tile.width / 2, top + tile.height / 2, "no map", size=13, anchor="mm")
    else:
        cells = _image(map_colours(run.commit_map, last))
        paper.image.paste(cells.resize(size, Image.Resampling.NEAREST), beside)
    paper.write(left, top + tile.height + 3, shortened(run.label, 60), size=13, ink=INK)


def _legend(paper: Paper, top: int, measures: Measures) -> None:
    """A block of colour for each step, from the first state of the longest run to its last."""
    last = max(1, measures.last)
    wide = min(paper.image.width - 2 * EDGE, 528)
    blocks = _image(map_colours(torch.arange(last + 1)[None], last))
    paper.image.paste(blocks.resize((wide, RAMP_HIGH), Image.Resampling.NEAREST), (EDGE, top))
    for step in sorted({round(k * last / TICKS) for k in range(TICKS + 1)}):
        paper.write(EDGE + (step + 0.5) * wide / (last + 1), top + RAMP_HIGH + 3, str(step), size=12, anchor="ma")
    words = f"step after which a region stayed within {measures.wanted.threshold:.0%} of the final's spread"
    paper.write(EDGE, top + RAMP_HIGH + 20, words, size=13)


def _image(colours: Tensor) -> Image.Image:
    return Image.fromarray((colours * 255).round().to(torch.uint8).numpy())
