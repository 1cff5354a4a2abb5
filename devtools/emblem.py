"""The icon and the banner of the pack in the registry: one drawn scene that comes out of its noise, under a slider.

`python devtools/inside.py denoiscope.devtools.emblem` draws both anew.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..pocket.scenes import Scene, draw
from .driving.pack import ROOT

SCENE = Scene(
    subject="lighthouse", place="cliff", time="dusk", style="flat", position="right", colour="red", sky=("sun",), seed=7
)
ICON, ICON_SIDE = ROOT / "docs" / "icon.png", 400
BANNER, BANNER_SIZE = ROOT / "docs" / "banner.png", (1344, 576)
GRAIN = 8
"""Pixels of the drawn scene to a grain of noise along each side: as many as a latent's place covers."""
GROUND, ACCENT, TRACK, INK, QUIET = "#1d1f23", "#5aa2f7", "#4a4f57", "#f4f2ee", "#9aa0a8"
FINE = 4
"""Times finer than the finished picture, for edges that are not straight."""
COLOURS = 128
"""A saved file has so many colours: few enough to be small, enough for a sky."""
SEED = 1000


def noised(picture: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """√ᾱ x + √(1 − ᾱ) ε in grains, with ᾱ a number for each column; pictures are [row, column, rgb] in -1..1."""
    rows, columns, _ = picture.shape
    grains = np.random.default_rng(SEED).normal(size=(rows // GRAIN, columns // GRAIN, 3))
    noise = grains.repeat(GRAIN, 0).repeat(GRAIN, 1)
    share = kept[None, :, None]
    return np.sqrt(share) * picture + np.sqrt(1 - share) * noise * 0.7


def scene() -> np.ndarray:
    return np.asarray(draw(SCENE), dtype=float) / 127.5 - 1


def image(numbers: np.ndarray, side: int) -> Image.Image:
    pixels = Image.fromarray(((numbers.clip(-1, 1) + 1) * 127.5).astype("uint8"))
    return pixels.resize((side, side), Image.Resampling.BICUBIC)


def rounded(picture: Image.Image, radius: int) -> Image.Image:
    mask = Image.new("L", (picture.width * FINE, picture.height * FINE))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius * FINE, 255)
    whole = picture.convert("RGBA")
    whole.putalpha(mask.resize(picture.size, Image.Resampling.LANCZOS))
    return whole


def slider(paper: Image.Image, left: int, right: int, height: int, share: float, radius: int) -> None:
    """The viewer's slider: a track, filled up to its thumb."""
    layer = Image.new("RGBA", (paper.width * FINE, paper.height * FINE))
    pen, thumb, thin = ImageDraw.Draw(layer), left + (right - left) * share, radius // 4
    for end, colour in ((right, TRACK), (thumb, ACCENT)):
        pen.rounded_rectangle([FINE * x for x in (left, height - thin, end, height + thin)], FINE * thin, colour)
    pen.ellipse([FINE * x for x in (thumb - radius, height - radius, thumb + radius, height + radius)], ACCENT)
    paper.alpha_composite(layer.resize(paper.size, Image.Resampling.LANCZOS))


def letters(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def icon() -> Image.Image:
    """Noise on the left, the picture on the right."""
    picture = scene()
    paper = Image.new("RGBA", (ICON_SIDE, ICON_SIDE), GROUND)
    steps = np.repeat([0.0, 0.12, 0.45, 0.8, 1.0, 1.0, 1.0, 1.0], picture.shape[1] // 8)
    paper.alpha_composite(rounded(image(noised(picture, steps), 320), 24), (40, 24))
    slider(paper, 48, 352, 372, 0.55, 12)
    return rounded(paper, 56)


def banner() -> Image.Image:
    """The scene at six noise levels, the pack's name, and what it is."""
    width, height = BANNER_SIZE
    paper, picture, side, gap = Image.new("RGBA", BANNER_SIZE, GROUND), scene(), 192, 18
    left = (width - 6 * side - 5 * gap) // 2
    for index, kept in enumerate((0.0, 0.12, 0.45, 0.75, 0.95, 1.0)):
        tile = image(noised(picture, np.full(picture.shape[1], kept)), side)
        paper.alpha_composite(rounded(tile, 10), (left + index * (side + gap), 262))
    pen = ImageDraw.Draw(paper)
    pen.text((left, 60), "Denoiscope", INK, font=letters(96))
    pen.text((left + 4, 182), "A microscope for denoising: every step of a real run", QUIET, font=letters(34))
    slider(paper, left + 10, width - left - 10, 508, 0.62, 16)
    return paper


def main() -> None:
    for path, picture in ((ICON, icon()), (BANNER, banner())):
        picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(path, optimize=True)


if __name__ == "__main__":
    main()
