"""Paper to print decks on: pillow with this pack's ink, and a picture as it is pasted there."""

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from ..recording.deck import Deck
from .rendering import Rendered, fit
from .sheets import Tile

PAPER, INK, SOFT, EMPTY = "#fbfaf7", "#23211d", "#7d786d", "#ece8df"
EDGE, HEAD, GAP, CAPTION = 16, 64, 6, 20


@dataclass(frozen=True)
class Paper:
    """An image to write and paste on."""

    image: Image.Image

    @classmethod
    def blank(cls, width: int, height: int) -> "Paper":
        return cls(Image.new("RGB", (width, height), PAPER))

    def write(self, left: float, top: float, text: str, *, size: int, ink: str = SOFT, anchor: str = "la") -> None:
        ImageDraw.Draw(self.image).text((left, top), text, ink, font=ImageFont.load_default(size=size), anchor=anchor)

    def title(self, deck: Deck) -> None:
        self.write(EDGE, 14, shortened(deck.title or "Denoiscope", 90), size=20, ink=INK)
        self.write(EDGE, 41, facts_line(deck), size=12)

    def paste(self, picture: Tensor | None, left: int, top: int, tile: Tile, rendered: Rendered) -> None:
        """One picture [frame, height, width, 3] in 0..1, or an empty place where there is none."""
        self.image.paste(_tile(picture, tile, rendered.source != "exact"), (left, top))

    def as_image(self) -> Tensor:
        """[1, height, width, 3] in 0..1."""
        return torch.from_numpy(np.asarray(self.image, dtype=np.float32) / 255).unsqueeze(0)


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


def text_width(text: str, *, size: int = 15) -> int:
    return int(ImageFont.load_default(size=size).getlength(text)) + EDGE


def shortened(text: str, limit: int = 24) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _shared(deck: Deck, name: str) -> bool:
    return len({getattr(t.settings, name) for t in deck.trajectories}) == 1


def _tile(picture: Tensor | None, tile: Tile, smooth: bool) -> Image.Image:
    if picture is None:
        paper = Paper(Image.new("RGB", (tile.width, tile.height), EMPTY))
        paper.write(tile.width / 2, tile.height / 2, "no picture", size=12, anchor="mm")
        return paper.image
    sized = fit(picture, tile.height, tile.width, smooth=smooth)[0]
    return Image.fromarray((sized * 255).round().to(torch.uint8).numpy())
