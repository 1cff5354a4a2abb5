"""Oil paint: a layout of brush dabs that repeats every few pixels, laid over any picture.

Every pixel takes the picture's colour at the middle of the topmost dab that covers it. The layout never changes, so a
picture becomes oil by two look-ups, and a network that saw many of them knows where every dab lies.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageFilter

PERIOD = 32
"""Pixels after which the layout repeats, both ways."""

FINE = 2
"""Dabs are laid out on a grid twice as fine as the picture, then averaged, so that their edges are smooth."""


@dataclass(frozen=True)
class Dabs:
    """source: [row, column] on the fine grid, the flat index of the pixel it copies; relief: [row, column, 1], light.

    Relief is the share by which ridges of paint brighten or darken the picture, 1 where they do neither.
    """

    source: np.ndarray
    relief: np.ndarray

    def paint(self, picture: Image.Image) -> np.ndarray:
        """[row, column, rgb] floats: the picture as these dabs would tell it."""
        packed = np.asarray(picture.convert("RGBX")).view(np.uint32).reshape(-1)
        fine = packed.take(self.source).view(np.uint8).reshape(*self.source.shape, 4)
        painted = Image.fromarray(fine, "RGBX").reduce(FINE).convert("RGB")
        return np.asarray(painted, np.float32) * self.relief


def paint_in_oil(picture: Image.Image) -> Image.Image:
    """Broad dabs where the picture is calm, small ones where it is busy, so that windows and birds stay readable."""
    broad = lay_out(picture.size, length=9.0, width=3.8, pull=1.0, ripple=0.035)
    small = lay_out(picture.size, length=5.0, width=2.0, pull=0.35, ripple=0.03)
    busy = busyness(np.asarray(picture))
    painted = broad.paint(picture)
    painted += (small.paint(picture) - painted) * busy
    return Image.fromarray(painted.clip(0, 255).astype(np.uint8))


def busyness(picture: np.ndarray, block: int = 4, threshold: int = 24) -> np.ndarray:
    """[row, column, 1]: 1 in and around the blocks of pixels in which a colour changes by more, else 0, softly."""
    rows, columns = picture.shape[0] // block, picture.shape[1] // block
    blocks = picture.reshape(rows, block, columns, block, 3)
    busy = (blocks.max((1, 3)).astype(np.int16) - blocks.min((1, 3))).max(-1) > threshold
    around = Image.fromarray(busy.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(3))
    return np.asarray(around.resize(picture.shape[1::-1], Image.BILINEAR), np.float32)[..., None] / 255


@cache
def lay_out(size: tuple[int, int], *, length: float, width: float, pull: float, ripple: float) -> Dabs:
    """Dabs of a length and width in pixels over a whole picture.

    A pixel takes its colour from `pull` of the way to the middle of its dab; dabs differ in brightness by `ripple`.
    """
    dx, dy, relief = tile(length, width, ripple)
    row, column = np.mgrid[0 : size[1] * FINE, 0 : size[0] * FINE]
    wrapped = row % (PERIOD * FINE), column % (PERIOD * FINE)
    x = (column / FINE + pull * dx[wrapped]).clip(0, size[0] - 1).astype(np.int32)
    y = (row / FINE + pull * dy[wrapped]).clip(0, size[1] - 1).astype(np.int32)
    coarse = relief[wrapped].reshape(size[1], FINE, size[0], FINE).mean((1, 3))
    return Dabs(y * size[0] + x, 1 + coarse[..., None].astype(np.float32))


def tile(length: float, width: float, ripple: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One tile, each array [row, column] on the fine grid: the way to a dab's middle in x and y, and the relief."""
    rng = np.random.default_rng(7)
    middles = scattered(rng, round(2.2 * PERIOD**2 / (length * width)))
    y, x = (np.mgrid[0 : PERIOD * FINE, 0 : PERIOD * FINE] + 0.5) / FINE
    dx, dy, relief = (np.zeros_like(x) for _ in range(3))
    for mx, my in middles:
        to_x, to_y = ((m - p + PERIOD / 2) % PERIOD - PERIOD / 2 for m, p in ((mx, x), (my, y)))
        angle = -0.3 + 0.3 * np.sin(2 * np.pi * (mx + my) / PERIOD) + rng.normal() * 0.15
        along, across = (to_x * np.cos(angle) + to_y * np.sin(angle)), (to_y * np.cos(angle) - to_x * np.sin(angle))
        inside = (along / (length / 2)) ** 2 + (across / (width / 2)) ** 4 < 1
        light = rng.normal() * ripple + ridge(across / width, ripple)
        dx, dy, relief = (np.where(inside, new, old) for new, old in ((to_x, dx), (to_y, dy), (light, relief)))
    return dx, dy, relief - relief.mean()


def scattered(rng: np.random.Generator, count: int) -> np.ndarray:
    """[dab, (x, y)]: evenly scattered over the tile, in an order that no eye follows."""
    golden = np.arange(count) / count, (np.arange(count) * 0.618034) % 1
    return rng.permutation(np.stack(golden, -1) * PERIOD)


def ridge(across: np.ndarray, ripple: float) -> np.ndarray:
    """Paint piles up along one side of a dab and catches the light; the other lies in its shade."""
    return ripple * (1.2 * np.exp(-(((across - 0.36) / 0.16) ** 2)) - 1.2 * np.exp(-(((across + 0.38) / 0.14) ** 2)))
