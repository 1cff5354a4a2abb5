"""A deck on paper: its title, what its runs share, and its pictures."""

import torch
from PIL import Image
from torch import Tensor

from ..drawing.paper import EDGE, EMPTY, INK, Paper, shortened
from ..recording.deck import Deck
from .rendering import Rendered, fit
from .sheets import Tile


def write_title(paper: Paper, deck: Deck) -> None:
    paper.write(EDGE, 14, shortened(deck.title or "Denoiscope", 90), size=20, ink=INK)
    paper.write(EDGE, 41, facts_line(deck), size=12)


def paste_picture(paper: Paper, picture: Tensor | None, left: int, top: int, *, tile: Tile, rendered: Rendered) -> None:
    """One picture [frame, height, width, 3] in 0..1, or an empty place where there is none."""
    paper.image.paste(_tile(picture, tile, rendered.source != "exact"), (left, top))


def scale_of(rendered: Rendered) -> str:
    """What a reader must know of a view's colours: a map's range, or that its pictures are approximate."""
    if rendered.legend:
        return f"{rendered.legend.low:.3g} to {rendered.legend.high:.3g}"
    return "approximate" if rendered.source == "approximate" else ""


def facts_line(deck: Deck) -> str:
    settings = deck.trajectories[0].settings
    shared = {
        name: getattr(settings, name) for name in ("sampler", "scheduler", "guidance", "seed") if _shared(deck, name)
    }
    words = [deck.model, deck.parameterization, shared.get("sampler"), shared.get("scheduler")]
    words.append(None if shared.get("guidance") is None else f"guidance {shared['guidance']:g}")
    words.append(None if shared.get("seed") is None else f"seed {shared['seed']}")
    return "   ·   ".join(word for word in words if word)


def _shared(deck: Deck, name: str) -> bool:
    return len({getattr(t.settings, name) for t in deck.trajectories}) == 1


def _tile(picture: Tensor | None, tile: Tile, smooth: bool) -> Image.Image:
    if picture is None:
        paper = Paper(Image.new("RGB", (tile.width, tile.height), EMPTY))
        paper.write(tile.width / 2, tile.height / 2, "no picture", size=12, anchor="mm")
        return paper.image
    sized = fit(picture, tile.height, tile.width, smooth=smooth)[0]
    return Image.fromarray((sized * 255).round().to(torch.uint8).numpy())
