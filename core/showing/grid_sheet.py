"""A grid of cells on one sheet of paper: every cell at one state, the values of its axes written along the edges."""

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from ..drawing.paper import CAPTION, EDGE, GAP, HEAD, INK, Paper, shortened, text_width
from ..filled_sentence import filled
from ..recording.deck import Axis, Deck
from .contact_sheet import pictures_of
from .paper import facts_line, paste_picture, scale_of, write_title
from .rendering import Decoder, Rendered, render
from .sheets import Tile
from .views import View

VIEW_HEAD, AXIS_HEAD = 26, 24


def grid_sheet(
    deck: Deck,
    views: list[View],
    decoder_for: Callable[[View], Decoder],
    *,
    state: int,
    columns: int,
    tile: Tile,
    on_picture: Callable[[], None] = lambda: None,
) -> Tensor:
    """[1, height, width, 3] in 0..1: a grid for each view, one below the other.

    `state` counts from the start, -1 is each cell's last; a cell with fewer states shows its last. A single axis wraps
    after `columns`. `on_picture` is called for each picture, and may end the drawing. Raises ValueError for a deck
    without axes, and for a sheet that is too large.
    """
    if not deck.axes:
        raise ValueError(filled("this deck is no grid: nothing was swept in it; choose the layout of states instead"))
    states = [_state(t.states, state) for t in deck.trajectories]
    kept = replace(deck, trajectories=tuple(t.thin([s]) for t, s in zip(deck.trajectories, states, strict=True)))
    rendered = [render(kept, view, decoder_for(view)) for view in views]
    across, down, places = _arranged(deck, columns)
    margin = EDGE + max((text_width(value) for value in down), default=0)
    block = VIEW_HEAD + AXIS_HEAD + max(1, len(down)) * (tile.height + CAPTION + GAP)
    width = margin + len(across) * (tile.width + GAP) + EDGE - GAP
    paper = Paper.blank(max(width, EDGE + text_width(facts_line(deck), size=12)), HEAD + len(views) * block + EDGE)
    write_title(paper, deck)
    for i, view in enumerate(rendered):
        _write_heads(paper, HEAD + i * block, view, deck.axes, across, down, margin, tile)
        for (column, row), trajectory, at, picture in zip(
            places, deck.trajectories, states, pictures_of(view), strict=True
        ):
            left = margin + column * (tile.width + GAP)
            top = HEAD + i * block + VIEW_HEAD + AXIS_HEAD + row * (tile.height + CAPTION + GAP)
            paste_picture(paper, picture, left, top, tile=tile, rendered=view)
            on_picture()
            paper.write(left, top + tile.height + 3, f"{at}   sigma {float(trajectory.sigmas[at]):.3g}", size=12)
    return paper.as_image()


def _state(states: int, wanted: int) -> int:
    return states - 1 if wanted < 0 else min(wanted, states - 1)


def _arranged(deck: Deck, columns: int) -> tuple[list[str], list[str], list[tuple[int, int]]]:
    """Values along the top, values down the side, and each cell's column and row; one axis is wrapped like a text."""
    across = list(deck.axes[0].values)
    if len(deck.axes) > 1:
        return across, list(deck.axes[1].values), [(t.place[0], t.place[1]) for t in deck.trajectories]
    width = min(columns, len(across))
    down = [f"{across[i]} to {across[min(i + width, len(across)) - 1]}" for i in range(0, len(across), width)]
    heads = across if len(down) == 1 else [""] * width
    return heads, [] if len(down) == 1 else down, [(t.place[0] % width, t.place[0] // width) for t in deck.trajectories]


def _write_heads(
    paper: Paper,
    top: int,
    rendered: Rendered,
    axes: tuple[Axis, ...],
    across: list[str],
    down: list[str],
    margin: int,
    tile: Tile,
) -> None:
    named = ", ".join(f"{axis.name} {way}" for axis, way in zip(axes, ("across", "down"), strict=False))
    words = "   ·   ".join(word for word in (rendered.view.title, scale_of(rendered), named) if word)
    paper.write(EDGE, top + 2, words, size=15, ink=INK)
    for column, value in enumerate(across):
        left = margin + column * (tile.width + GAP) + tile.width / 2
        paper.write(left, top + VIEW_HEAD + 4, shortened(value, 20), size=13, ink=INK, anchor="ma")
    for row, value in enumerate(down):
        middle = top + VIEW_HEAD + AXIS_HEAD + row * (tile.height + CAPTION + GAP) + tile.height / 2
        paper.write(EDGE, middle, shortened(value), size=15, ink=INK, anchor="lm")
