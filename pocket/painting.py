"""Four ways to paint the same shapes: flat colour, oil strokes, neon tubes, graphite on paper.

Shapes arrive in the unit square, y downwards; a canvas is drawn three times too large and averaged down at the end.
"""

import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

SIZE = 128
OVERSAMPLE = 3
CANVAS = SIZE * OVERSAMPLE
HORIZON = 0.68

SKIES: dict[str, list[Colour]] = {
    "dawn": [(122, 152, 214), (236, 178, 196), (255, 222, 176)],
    "noon": [(58, 138, 222), (120, 186, 240), (204, 232, 250)],
    "dusk": [(66, 42, 112), (206, 80, 92), (255, 176, 84)],
    "night": [(8, 12, 40), (22, 32, 80), (52, 66, 122)],
}
NEON_SKIES: dict[str, list[Colour]] = {
    "dawn": [(60, 10, 60), (90, 20, 70), (120, 50, 60)],
    "noon": [(0, 40, 60), (0, 60, 80), (10, 90, 100)],
    "dusk": [(40, 0, 70), (90, 0, 70), (140, 40, 30)],
    "night": [(4, 4, 24), (8, 6, 40), (20, 10, 60)],
}
DAYLIGHT: dict[str, Colour] = {
    "dawn": (1.0, 0.86, 0.86),
    "noon": (1.0, 1.0, 1.0),
    "dusk": (0.86, 0.60, 0.56),
    "night": (0.50, 0.56, 0.80),
}
PAPER: Colour = (246, 242, 231)
GRAPHITE = (64, 62, 66)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    return tuple(x + (y - x) * t for x, y in zip(a, b, strict=True))


def to_bytes(colour: Colour) -> tuple[int, int, int]:
    return tuple(int(min(255, max(0, value))) for value in colour)


def to_pixels(points: list[Point]) -> list[Point]:
    return [(x * CANVAS, y * CANVAS) for x, y in points]


def gradient(colours: list[Colour], t: np.ndarray) -> np.ndarray:
    """Three colours along t in 0..1: [..., 3]."""
    return np.stack([np.interp(t, [0, 0.5, 1], channel) for channel in zip(*colours, strict=True)], -1)


class Flat:
    """Plain colours under a banded sky. The other styles each change what paint does, never where it goes."""

    skies = SKIES
    bands = 5

    def __init__(self, time: str, random: Random):
        self.time, self.random = time, random
        self.paint_over(np.repeat(self.sky_column()[:, None], CANVAS, axis=1))

    def sky_column(self) -> np.ndarray:
        t = (np.arange(CANVAS) / CANVAS / HORIZON).clip(0, 1)
        if self.bands:
            t = np.floor(t * (self.bands + 1)).clip(0, self.bands) / self.bands
        return gradient(self.skies[self.time], t)

    def paint_over(self, pixels: np.ndarray) -> None:
        self.image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
        self.pen = ImageDraw.Draw(self.image)

    def shade(self, colour: Colour, lit: bool) -> Colour:
        """What a colour looks like at this hour; a lit thing keeps its own colour."""
        return colour if lit else tuple(c * d for c, d in zip(colour, DAYLIGHT[self.time], strict=True))

    def polygon(self, points: list[Point], colour: Colour, *, lit: bool = False, outline: bool = True) -> None:
        self.pen.polygon(to_pixels(points), fill=to_bytes(self.shade(colour, lit)))
        self.trace(to_pixels(points), colour, outline)

    def trace(self, pixels: list[Point], colour: Colour, outline: bool) -> None:
        """What a style adds along the edge of a shape: nothing here."""

    def line(self, points: list[Point], colour: Colour, *, width: float = 1.2, lit: bool = False) -> None:
        self.stroke(to_pixels(points), to_bytes(self.shade(colour, lit)), width)

    def stroke(self, pixels: list[Point], fill: tuple[int, int, int], width: float) -> None:
        self.pen.line(pixels, fill=fill, width=int(width * OVERSAMPLE), joint="curve")

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour, *, lit: bool = False) -> None:
        turn = [2 * math.pi * i / 28 for i in range(28)]
        self.polygon([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in turn], colour, lit=lit)

    def rectangle(self, box: Box, colour: Colour, *, lit: bool = False, outline: bool = True) -> None:
        x0, y0, x1, y1 = box
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, lit=lit, outline=outline)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Blend a soft round light into what is already painted."""
        place = np.arange(CANVAS) / CANVAS
        along_x, along_y = (np.exp(-(((place - centre) / radius) ** 2)) for centre in (x, y))
        alpha = (strength * along_y[:, None] * along_x[None, :])[..., None]
        self.paint_over(np.asarray(self.image) * (1 - alpha) + np.array(colour) * alpha)

    def backdrop_done(self) -> None:
        """Called between the landscape and the subject."""

    def finish(self, subject: Box) -> Image.Image:
        return self.image.resize((SIZE, SIZE), Image.BOX)


class Oil(Flat):
    """Broad strokes that take the colour under them, then small ones along the edges that the broad ones blurred."""

    bands = 0

    def backdrop_done(self) -> None:
        self.flow = (self.random.uniform(0.1, 0.5), self.random.uniform(3, 7), self.random.uniform(0, 6))
        clean = np.asarray(self.image).astype(np.float32)
        self.brush(clean, self.anywhere((0, 0, 1, 1), 360), length=17, width=5.6, jitter=11)
        self.brush(clean, self.on_edges(clean, (0, 0, 1, 1), 170), length=8, width=2.6, jitter=8)

    def finish(self, subject: Box) -> Image.Image:
        clean = np.asarray(self.image).astype(np.float32)
        self.brush(clean, self.anywhere(subject, 170), length=8, width=3.2, jitter=10)
        self.brush(clean, self.anywhere((0, 0.55, 1, 1), 70), length=11, width=3.8, jitter=13)
        self.brush(clean, self.on_edges(clean, subject, 110), length=7, width=2.4, jitter=8)
        return super().finish(subject)

    def anywhere(self, box: Box, count: int) -> np.ndarray:
        """[stroke, (x, y)] in pixels, evenly spread over a box."""
        low, high = np.array(box[:2]), np.array(box[2:])
        return (low + self.numbers().random((count, 2)) * (high - low)) * CANVAS

    def on_edges(self, clean: np.ndarray, box: Box, count: int) -> np.ndarray:
        """[stroke, (x, y)] in pixels, more of them where brightness changes more."""
        x0, y0, x1, y1 = (int(min(1, max(0, side)) * CANVAS) for side in box)
        grey = clean[y0:y1:OVERSAMPLE, x0:x1:OVERSAMPLE, 1]
        change = np.abs(np.diff(grey, axis=1))[:-1] + np.abs(np.diff(grey, axis=0))[:, :-1]
        share = np.cumsum(np.minimum(change, 60) ** 2 + 1e-3)
        rng = self.numbers()
        row, column = np.divmod(np.searchsorted(share, rng.random(count) * share[-1]), change.shape[1])
        return (
            np.stack([x0 + column * OVERSAMPLE, y0 + row * OVERSAMPLE], -1) + rng.normal(size=(count, 2)) * OVERSAMPLE
        )

    def numbers(self) -> np.random.Generator:
        return np.random.default_rng(self.random.getrandbits(32))

    def brush(self, clean: np.ndarray, places: np.ndarray, *, length: float, width: float, jitter: float) -> None:
        rng, count, (x, y) = self.numbers(), len(places), places.T
        column, row = (places.T.clip(0, CANVAS - 1)).astype(int)
        paint = clean[row, column] + rng.normal(size=(count, 1)) * jitter + rng.normal(size=(count, 3)) * jitter * 0.4
        across, down = slope(clean[..., 1], row, column)
        edge = np.hypot(across, down) > 18
        swirl = self.flow[0] * np.sin(self.flow[1] * x / CANVAS + self.flow[2]) + 0.25 * rng.normal(size=count)
        angle = np.where(edge, np.arctan2(across, -down), swirl)
        reach = length * OVERSAMPLE * (0.6 + 0.6 * rng.random(count)) * np.where(edge, 0.45, 1) / 2
        dx, dy = np.cos(angle) * reach, np.sin(angle) * reach
        ends = np.stack([x - dx, y - dy, x + dx, y + dy], -1).tolist()
        widths = (np.where(edge, 0.7, 1) * width * OVERSAMPLE).astype(int).tolist()
        for stroke, colour, size in zip(ends, paint.clip(0, 255).astype(int).tolist(), widths, strict=True):
            self.pen.line(stroke, fill=tuple(colour), width=size)


def slope(grey: np.ndarray, row: np.ndarray, column: np.ndarray, reach: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Difference of brightness across each place, sideways and downwards."""
    low, high = (lambda i: (i - reach).clip(0, CANVAS - 1)), (lambda i: (i + reach).clip(0, CANVAS - 1))
    across = grey[row, high(column)] - grey[row, low(column)]
    return across, grey[high(row), column] - grey[low(row), column]


class Neon(Flat):
    """Dark shapes with glowing outlines, added as light at the end."""

    skies = NEON_SKIES
    bands = 0

    def __init__(self, time: str, random: Random):
        super().__init__(time, random)
        self.light = Image.new("RGB", (CANVAS, CANVAS))
        self.tube = ImageDraw.Draw(self.light)

    def shade(self, colour: Colour, lit: bool) -> Colour:
        return tuple(6 + value * 0.13 for value in super().shade(colour, lit))

    def trace(self, pixels: list[Point], colour: Colour, outline: bool) -> None:
        self.tube.polygon(pixels, fill=(0, 0, 0))
        if outline:
            self.glass(pixels + pixels[:2], colour, 1.5)

    def line(self, points: list[Point], colour: Colour, *, width: float = 1.2, lit: bool = False) -> None:
        self.glass(to_pixels(points), colour, width)

    def glass(self, pixels: list[Point], colour: Colour, width: float) -> None:
        self.tube.line(pixels, fill=to_bytes(vivid(colour)), width=int(width * OVERSAMPLE), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """The tubes are glow enough."""

    def finish(self, subject: Box) -> Image.Image:
        halo = self.light.filter(ImageFilter.GaussianBlur(2.2 * OVERSAMPLE))
        painted, light, soft = (np.asarray(i, np.float32) for i in (self.image, self.light, halo))
        self.paint_over(painted + 0.95 * light + 1.5 * soft)
        return super().finish(subject)


def vivid(colour: Colour) -> Colour:
    """The same hue at full brightness and saturation."""
    high, low = max(colour) + 1e-3, min(colour)
    return tuple(255 * ((value - low * 0.75) / (high - low * 0.75)) ** 1.1 for value in colour)


class Sketch(Flat):
    """Graphite outlines on paper; darker parts get hatched, very dark ones twice."""

    bands = 0

    def sky_column(self) -> np.ndarray:
        return np.array([self.on_paper(tuple(colour)) for colour in super().sky_column()])

    def on_paper(self, colour: Colour) -> Colour:
        grey = sum(colour) / 3 / 255
        return tuple(p * (0.55 + 0.45 * grey) * 0.74 + c * 0.26 for p, c in zip(PAPER, colour, strict=True))

    def shade(self, colour: Colour, lit: bool) -> Colour:
        return self.on_paper(super().shade(colour, lit))

    def trace(self, pixels: list[Point], colour: Colour, outline: bool) -> None:
        if outline:
            shake = 0.25 * OVERSAMPLE
            loose = [
                (x + self.random.uniform(-shake, shake), y + self.random.uniform(-shake, shake)) for x, y in pixels
            ]
            self.stroke(loose + loose[:2], GRAPHITE, 1.0)

    def line(self, points: list[Point], colour: Colour, *, width: float = 1.2, lit: bool = False) -> None:
        self.stroke(to_pixels(points), GRAPHITE, max(1.0, width * 0.9))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Paper does not shine."""

    def finish(self, subject: Box) -> Image.Image:
        drawing = np.asarray(super().finish(subject), np.float32)
        brightness = drawing.mean(-1)
        y, x = np.mgrid[0:SIZE, 0:SIZE]
        hatch, cross = (x + y) % 4 < 2, (x - y) % 4 < 2
        drawing = drawing * (1 - 0.13 * (hatch & (brightness < 190)) - 0.13 * (cross & (brightness < 128)))[..., None]
        return Image.fromarray((drawing * 1.03).clip(0, 255).astype(np.uint8))


STYLES: dict[str, type[Flat]] = {"oil": Oil, "flat": Flat, "neon": Neon, "sketch": Sketch}
