"""A deck on one sheet of paper: a row for each view of each trajectory, states from left to right, words around."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from torch import Tensor

from ..drawing.paper import CAPTION, EDGE, GAP, HEAD, INK, Paper, shortened, text_width
from ..recording.deck import Deck
from .paper import paste_picture, scale_of, write_title
from .rendering import Decoder, Rendered, render
from .sheets import Tile
from .views import View


def contact_sheet(
    deck: Deck,
    views: list[View],
    decoder_for: Callable[[View], Decoder],
    *,
    columns: int,
    tile: Tile,
    on_picture: Callable[[], None] = lambda: None,
) -> Tensor:
    """[1, height, width, 3] in 0..1. At most `columns` states of each trajectory, evenly spaced, ends included.

    `on_picture` is called for each picture, and may end the drawing. Raises ValueError for a sheet that is too large.
    """
    chosen = [_chosen(t.states, columns) for t in deck.trajectories]
    kept = replace(deck, trajectories=tuple(t.thin(c) for t, c in zip(deck.trajectories, chosen, strict=True)))
    rendered = [render(kept, view, decoder_for(view)) for view in views]
    margin = EDGE + max(
        text_width(text) for text in (*(shortened(t.label) for t in deck.trajectories), *(v.title for v in views))
    )
    paper = _paper(len(deck.trajectories) * len(views), max(map(len, chosen)), margin, tile)
    write_title(paper, deck)
    for view, pictures in enumerate(map(pictures_of, rendered)):
        for index, states in enumerate(chosen):
            top = HEAD + (index * len(views) + view) * (tile.height + CAPTION + GAP)
            _write_row_head(paper, top, deck.trajectories[index].label if view == 0 else "", rendered[view])
            for column, state in enumerate(states):
                left = margin + column * (tile.width + GAP)
                paste_picture(paper, next(pictures), left, top, tile=tile, rendered=rendered[view])
                on_picture()
                sigma = float(deck.trajectories[index].sigmas[state])
                paper.write(left, top + tile.height + 3, f"{state}   sigma {sigma:.3g}", size=12)
    return paper.as_image()


def pictures_on(deck: Deck, views: list[View], columns: int) -> int:
    """How often `contact_sheet` will call `on_picture`."""
    return len(views) * sum(min(t.states, columns) for t in deck.trajectories)


def pictures_of(rendered: Rendered) -> Iterator[Tensor | None]:
    """One picture a state, None for every state of a view that has none."""
    if rendered.absent:
        return (None for row in rendered.present for _ in row)
    return rendered.pictures()


def _chosen(states: int, columns: int) -> list[int]:
    if states <= columns:
        return list(range(states))
    return [round(i * (states - 1) / (columns - 1)) for i in range(columns)]


def _paper(rows: int, columns: int, margin: int, tile: Tile) -> Paper:
    width = margin + columns * (tile.width + GAP) + EDGE - GAP
    return Paper.blank(width, HEAD + rows * (tile.height + CAPTION + GAP) + EDGE - GAP)


def _write_row_head(paper: Paper, top: int, label: str, rendered: Rendered) -> None:
    paper.write(EDGE, top + 2, shortened(label), size=15, ink=INK)
    paper.write(EDGE, top + 22, rendered.view.title, size=15)
    paper.write(EDGE, top + 42, scale_of(rendered), size=12)
