"""Paper to print on: pillow with this pack's ink."""

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

PAPER, INK, SOFT, EMPTY = "#fbfaf7", "#23211d", "#7d786d", "#ece8df"
MOST_PIXELS = 2 * (Image.MAX_IMAGE_PIXELS or 0)
"""Beyond it pillow, and whatever is built on it, refuses a picture as a decompression bomb."""
EDGE, HEAD, GAP, CAPTION = 16, 64, 6, 20


@dataclass(frozen=True)
class Paper:
    """An image to write and paste on."""

    image: Image.Image

    @classmethod
    def blank(cls, width: int, height: int) -> "Paper":
        """Raises ValueError for a sheet that is too large to be made, or to be opened by others."""
        if width * height > MOST_PIXELS:
            raise ValueError(
                f"this sheet would be {width:,} x {height:,} pixels, and one of {MOST_PIXELS:,} pixels is the largest "
                "that programs open: ask for fewer rows or columns, or for smaller pictures"
            )
        return cls(Image.new("RGB", (width, height), PAPER))

    def write(self, left: float, top: float, text: str, *, size: int, ink: str = SOFT, anchor: str = "la") -> None:
        ImageDraw.Draw(self.image).text((left, top), text, ink, font=ImageFont.load_default(size=size), anchor=anchor)

    def as_image(self) -> Tensor:
        """[1, height, width, 3] in 0..1."""
        return torch.from_numpy(np.asarray(self.image, dtype=np.float32) / 255).unsqueeze(0)


def text_width(text: str, *, size: int = 15) -> int:
    return int(ImageFont.load_default(size=size).getlength(text)) + EDGE


def shortened(text: str, limit: int = 24) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
