"""A deck on one sheet of paper: a row for each view of each trajectory, states from left to right, with words around.
A deck on one sheet of paper: a row for each view of each trajectory, states from left to right, with words around.
"""

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from .deck import Deck
from .rendering import Decoder, Rendered, fit, render
from .sheets import Tile
from .views import View

PAPER, INK, SOFT, EMPTY = "#fbfaf7", "#23211d", "#7d786d", "#ece8df"
GAP = 6


def contact_sheet(
    deck: Deck, views: list[View], decoder_for: Callable[[View], Decoder], *, columns: int, tile: Tile
) -> Tensor:
    """[1, height, width, 3] in 0..1. At most `columns` states of each trajectory, evenly spaced, ends included."""
    font, small = ImageFont.load_default(size=15), ImageFont.load_default(size=12)
    rendered = [render(deck, view, decoder_for(view)) for view in views]
    rows = [(i, r) for i in range(len(deck.trajectories)) for r in rendered]
    most = max(len(_chosen(t.states, columns)) for t in deck.trajectories)
    margin = 24 + max(
        int(font.getlength(label)) for i, r in rows for label in (_short(deck.trajectories[i].label), r.view.title)
    )
    head, band = 64, 20
    pitch = tile.height + band + GAP
    sheet = Image.new("RGB", (margin + most * (tile.width + GAP) + 12, head + len(rows) * pitch + 12), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((16, 14), _short(deck.title or "Denoiscope", 90), INK, font=ImageFont.load_default(size=20))
    draw.text((16, 41), _facts(deck), SOFT, font=small)
    pictures = {id(r): _by_trajectory(deck, r) for r in rendered}
    for row, (index, view) in enumerate(rows):
        top = head + row * pitch
        draw.text((16, top + 4), _short(deck.trajectories[index].label), INK, font=font)
        draw.text((16, top + 24), view.view.title, SOFT, font=font)
        draw.text((16, top + 44), "" if view.source == "vae" else view.source, SOFT, font=small)
        for column, state in enumerate(_chosen(deck.trajectories[index].states, columns)):
            left = margin + column * (tile.width + GAP)
            sheet.paste(_tile(pictures[id(view)][index][state], tile, view.source != "exact"), (left, top))
            draw.text(
                (left, top + tile.height + 3),
                f"{state}   σ {float(deck.trajectories[index].sigmas[state]):.3g}",
                SOFT,
                font=small,
            )
    return torch.from_numpy(np.asarray(sheet, dtype=np.float32) / 255).unsqueeze(0)


def _chosen(states: int, columns: int) -> list[int]:
    if states <= columns:
        return list(range(states))
    return [round(i * (states - 1) / max(columns - 1, 1)) for i in range(columns)]


def _by_trajectory(deck: Deck, rendered: Rendered) -> list[list[Tensor | None]]:
    if rendered.absent:
        return [[None] * t.states for t in deck.trajectories]
    pictures = rendered.pictures()
    return [[next(pictures) for _ in range(t.states)] for t in deck.trajectories]


def _tile(picture: Tensor | None, tile: Tile, smooth: bool) -> Image.Image:
    if picture is None:
        return Image.new("RGB", (tile.width, tile.height), EMPTY)
    sized = fit(picture, tile.height, tile.width, smooth=smooth)[0]
    return Image.fromarray((sized * 255).round().to(torch.uint8).numpy())


def _facts(deck: Deck) -> str:
    settings = deck.trajectories[0].settings
    words = [deck.model, deck.parameterization, settings.sampler, settings.scheduler]
    words.append(None if settings.guidance is None else f"guidance {settings.guidance:g}")
    words.append(None if settings.seed is None else f"seed {settings.seed}")
    return "  ·  ".join(word for word in words if word)


def _short(text: str, limit: int = 24) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
