"""A deck on one sheet of paper: a row for each view of each trajectory, states from left to right, words around."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from .deck import Deck
from .rendering import Decoder, Rendered, fit, render
from .sheets import Tile
from .views import View

PAPER, INK, SOFT, EMPTY = "#fbfaf7", "#23211d", "#7d786d", "#ece8df"
EDGE, HEAD, GAP, CAPTION = 16, 64, 6, 20


@dataclass(frozen=True)
class Paper:
    """An image to write and paste on."""

    image: Image.Image

    def write(self, left: int, top: int, text: str, *, size: int, ink: str = SOFT) -> None:
        ImageDraw.Draw(self.image).text((left, top), text, ink, font=ImageFont.load_default(size=size))


def contact_sheet(
    deck: Deck, views: list[View], decoder_for: Callable[[View], Decoder], *, columns: int, tile: Tile
) -> Tensor:
    """[1, height, width, 3] in 0..1. At most `columns` states of each trajectory, evenly spaced, ends included."""
    chosen = [_chosen(t.states, columns) for t in deck.trajectories]
    kept = replace(deck, trajectories=tuple(t.thin(c) for t, c in zip(deck.trajectories, chosen, strict=True)))
    rendered = [render(kept, view, decoder_for(view)) for view in views]
    margin = EDGE + max(
        _width(text) for text in (*(_short(t.label) for t in deck.trajectories), *(v.title for v in views))
    )
    paper = _paper(len(deck.trajectories) * len(views), max(map(len, chosen)), margin, tile)
    paper.write(EDGE, 14, _short(deck.title or "Denoiscope", 90), size=20, ink=INK)
    paper.write(EDGE, 41, _facts(deck), size=12)
    for view, pictures in enumerate(map(_all_pictures, rendered)):
        for index, states in enumerate(chosen):
            top = HEAD + (index * len(views) + view) * (tile.height + CAPTION + GAP)
            _write_row_head(paper, top, deck.trajectories[index].label if view == 0 else "", rendered[view])
            for column, state in enumerate(states):
                left = margin + column * (tile.width + GAP)
                paper.image.paste(_tile(next(pictures), tile, rendered[view].source != "exact"), (left, top))
                sigma = float(deck.trajectories[index].sigmas[state])
                paper.write(left, top + tile.height + 3, f"{state}   sigma {sigma:.3g}", size=12)
    return torch.from_numpy(np.asarray(paper.image, dtype=np.float32) / 255).unsqueeze(0)


def _chosen(states: int, columns: int) -> list[int]:
    if states <= columns:
        return list(range(states))
    return [round(i * (states - 1) / (columns - 1)) for i in range(columns)]


def _all_pictures(rendered: Rendered) -> Iterator[Tensor | None]:
    if rendered.absent:
        return (None for row in rendered.present for _ in row)
    return rendered.pictures()


def _paper(rows: int, columns: int, margin: int, tile: Tile) -> Paper:
    width = margin + columns * (tile.width + GAP) + EDGE - GAP
    return Paper(Image.new("RGB", (width, HEAD + rows * (tile.height + CAPTION + GAP) + EDGE - GAP), PAPER))


def _write_row_head(paper: Paper, top: int, label: str, rendered: Rendered) -> None:
    paper.write(EDGE, top + 2, _short(label), size=15, ink=INK)
    paper.write(EDGE, top + 22, rendered.view.title, size=15)
    if rendered.legend:
        paper.write(EDGE, top + 42, f"{rendered.legend.low:.3g} to {rendered.legend.high:.3g}", size=12)
    elif rendered.source == "approximate":
        paper.write(EDGE, top + 42, "approximate", size=12)


def _tile(picture: Tensor | None, tile: Tile, smooth: bool) -> Image.Image:
    if picture is None:
        image = Image.new("RGB", (tile.width, tile.height), EMPTY)
        font = ImageFont.load_default(size=12)
        ImageDraw.Draw(image).text((tile.width / 2, tile.height / 2), "no picture", SOFT, font=font, anchor="mm")
        return image
    sized = fit(picture, tile.height, tile.width, smooth=smooth)[0]
    return Image.fromarray((sized * 255).round().to(torch.uint8).numpy())


def _facts(deck: Deck) -> str:
    settings = deck.trajectories[0].settings
    words = [deck.model, deck.parameterization, settings.sampler, settings.scheduler]
    words.append(None if settings.guidance is None else f"guidance {settings.guidance:g}")
    words.append(None if settings.seed is None else f"seed {settings.seed}")
    return "   ·   ".join(word for word in words if word)


def _width(text: str) -> int:
    return int(ImageFont.load_default(size=15).getlength(text)) + EDGE


def _short(text: str, limit: int = 24) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
