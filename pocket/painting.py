"""Four ways to paint the same shapes: flat colour, oil dabs, neon tubes, coloured pencil on paper.

Shapes arrive in the unit square, y downwards; a canvas is drawn three times too large and averaged down at the end.
Beside the picture every canvas keeps a map of which thing covers which pixel.
"""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .brush import paint_in_oil

Colour = tuple[float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

SIZE = 128
OVERSAMPLE = 3
CANVAS = SIZE * OVERSAMPLE
HORIZON = 0.68

SKIES: dict[str, list[Colour]] = {
    "dawn": [(122, 152, 214), (240, 182, 200), (255, 230, 190)],
    "noon": [(58, 138, 222), (120, 186, 240), (204, 232, 250)],
    "dusk": [(74, 46, 118), (206, 80, 96), (255, 176, 84)],
    "night": [(10, 14, 46), (22, 32, 84), (52, 66, 126)],
}
NEON_SKIES: dict[str, list[Colour]] = {
    "dawn": [(66, 14, 66), (100, 26, 76), (136, 62, 66)],
    "noon": [(0, 44, 70), (0, 64, 88), (10, 92, 104)],
    "dusk": [(40, 0, 70), (90, 0, 70), (140, 40, 30)],
    "night": [(4, 4, 24), (8, 6, 40), (20, 10, 60)],
}
SKETCH_SKIES: dict[str, list[Colour]] = {
    "dawn": [(206, 204, 236), (248, 214, 216), (252, 232, 206)],
    "noon": [(168, 208, 240), (202, 228, 246), (236, 244, 248)],
    "dusk": [(190, 160, 200), (240, 168, 150), (252, 208, 150)],
    "night": [(112, 120, 172), (130, 140, 190), (156, 166, 206)],
}
DAYLIGHT: dict[str, Colour] = {
    "dawn": (1.0, 0.88, 0.88),
    "noon": (1.0, 1.0, 1.0),
    "dusk": (0.88, 0.66, 0.62),
    "night": (0.50, 0.56, 0.80),
}
PAPER: Colour = (248, 244, 234)
GRAPHITE = (70, 66, 72)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    return tuple(x + (y - x) * t for x, y in zip(a, b, strict=True))


def to_bytes(colour: Colour) -> tuple[int, int, int]:
    return tuple(int(min(255, max(0, value))) for value in colour)


def to_pixels(points: list[Point]) -> list[Point]:
    return [(x * CANVAS, y * CANVAS) for x, y in points]


def gradient(colours: list[Colour], t: np.ndarray) -> np.ndarray:
    """Three colours along t in 0..1: [..., 3]."""
    return np.stack([np.interp(t, [0, 0.5, 1], channel) for channel in zip(*colours, strict=True)], -1)


def soft_round() -> Image.Image:
    """A round light that fades to its rim, as a mask."""
    place = np.linspace(-1, 1, 64)
    distance = np.hypot(place[:, None], place[None, :]).clip(0, 1)
    return Image.fromarray((255 * (1 - distance) ** 2 * (1 + 2 * distance)).astype(np.uint8))


def soft_beam() -> Image.Image:
    """A cone of light that leaves to the right, widening and fading, as a mask."""
    along, across = np.linspace(0, 1, 96)[None, :], np.linspace(-1, 1, 64)[:, None]
    edge = ((0.14 + 0.86 * along - abs(across)) / 0.25).clip(0, 1)
    return Image.fromarray((255 * edge * (1 - along) ** 0.7).astype(np.uint8))


ROUND, BEAM = soft_round(), soft_beam()


class Flat:
    """Plain colours under a banded sky. The other styles each change what paint does, never where it goes."""

    skies = SKIES
    bands = 5
    ink: Colour = (44, 40, 58)

    def __init__(self, time: str):
        self.time = time
        self.image = Image.fromarray(np.repeat(self.sky_column()[:, None], CANVAS, axis=1).astype(np.uint8))
        self.pen = ImageDraw.Draw(self.image)
        self.map = Image.new("L", (CANVAS, CANVAS))
        self.mapper = ImageDraw.Draw(self.map)
        self.things: list[str | None] = [None]

    def begin(self, thing: str | None) -> None:
        """Say what the next shapes belong to on the map: a word of the scene, or None for what has no word."""
        self.things.append(thing)

    def sky_column(self) -> np.ndarray:
        t = (np.arange(CANVAS) / CANVAS / HORIZON).clip(0, 1)
        if self.bands:
            t = np.floor(t * (self.bands + 1)).clip(0, self.bands) / self.bands
        return gradient(self.skies[self.time], t)

    def shade(self, colour: Colour, lit: bool, accent: bool = False) -> Colour:
        """What a colour looks like at this hour; a lit thing keeps its own, an accent keeps most of it."""
        light = 1.0 if lit else 0.45 if accent else 0.0
        return tuple(c * (d + (1 - d) * light) for c, d in zip(colour, DAYLIGHT[self.time], strict=True))

    def polygon(
        self, points: list[Point], colour: Colour, *, lit: bool = False, accent: bool = False, outline: bool = True
    ) -> None:
        pixels = to_pixels(points)
        self.pen.polygon(pixels, fill=to_bytes(self.shade(colour, lit, accent)))
        self.mapper.polygon(pixels, fill=len(self.things) - 1)
        self.trace(pixels, colour, accent, outline)

    def trace(self, pixels: list[Point], colour: Colour, accent: bool, outline: bool) -> None:
        """What a style adds along the edge of a shape: nothing here."""

    def line(self, points: list[Point], colour: Colour, *, width: float = 2.0, lit: bool = False) -> None:
        """A line, its width in pixels of the finished picture."""
        pixels, broad = to_pixels(points), round(width * OVERSAMPLE)
        self.mapper.line(pixels, fill=len(self.things) - 1, width=broad, joint="curve")
        self.stroke(pixels, colour, broad, lit)

    def stroke(self, pixels: list[Point], colour: Colour, broad: int, lit: bool) -> None:
        self.pen.line(pixels, fill=to_bytes(self.shade(colour, lit)), width=broad, joint="curve")

    def spark(self, points: list[Point], colour: Colour) -> None:
        """A small bright shape, too small for an outline."""
        self.polygon(points, colour, lit=True, outline=False)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour, **how: bool) -> None:
        turn = [2 * math.pi * i / 28 for i in range(28)]
        self.polygon([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in turn], colour, **how)

    def rectangle(self, box: Box, colour: Colour, **how: bool) -> None:
        x0, y0, x1, y1 = box
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, **how)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Blend a soft round light into what is already painted."""
        self.blend((x - radius, y - radius, x + radius, y + radius), colour, strength, ROUND)

    def beam(self, x: float, y: float, length: float, colour: Colour, strength: float) -> None:
        """Blend a cone of light that leaves (x, y) to the right, or for a negative length to the left."""
        far, mask = x + length, BEAM if length > 0 else BEAM.transpose(Image.FLIP_LEFT_RIGHT)
        self.blend((min(x, far), y - 0.075, max(x, far), y + 0.075), colour, strength, mask)

    def blend(self, box: Box, colour: Colour, strength: float, mask: Image.Image) -> None:
        left, top, right, bottom = (round(side * CANVAS) for side in box)
        alpha = mask.resize((right - left, bottom - top), Image.BILINEAR).point(lambda value: value * strength)
        self.image.paste(to_bytes(colour), (left, top), alpha)

    def masks(self, cells: int) -> dict[str, np.ndarray]:
        """For everything that has a word: [cells, cells], the share of each cell in which it is visible."""
        labels = np.asarray(self.map)
        shares = {word: np.zeros((cells, cells)) for word in self.things if word}
        for label in np.unique(labels):
            if word := self.things[label]:
                shares[word] += (labels == label).reshape(cells, CANVAS // cells, cells, CANVAS // cells).mean((1, 3))
        return shares

    def finish(self) -> Image.Image:
        return self.image.reduce(OVERSAMPLE)


class Oil(Flat):
    """The same picture under a smooth sky, then laid over with dabs of the brush."""

    bands = 0

    def finish(self) -> Image.Image:
        return paint_in_oil(super().finish())


class Neon(Flat):
    """Dark shapes with glowing outlines, added as light at the end."""

    skies = NEON_SKIES
    bands = 0
    ink: Colour = (150, 255, 240)

    def __init__(self, time: str):
        super().__init__(time)
        self.light = Image.new("RGB", (CANVAS, CANVAS))
        self.tube = ImageDraw.Draw(self.light)

    def shade(self, colour: Colour, lit: bool, accent: bool = False) -> Colour:
        return tuple(8 + value * (0.5 if lit else 0.36 if accent else 0.12) for value in colour)

    def trace(self, pixels: list[Point], colour: Colour, accent: bool, outline: bool) -> None:
        self.tube.polygon(pixels, fill=(0, 0, 0))
        if outline:
            self.glass(pixels + pixels[:2], colour, 7 if accent else 6)

    def stroke(self, pixels: list[Point], colour: Colour, broad: int, lit: bool) -> None:
        self.glass(pixels, colour, broad)

    def glass(self, pixels: list[Point], colour: Colour, broad: int) -> None:
        self.tube.line(pixels, fill=to_bytes(vivid(colour)), width=broad, joint="curve")

    def spark(self, points: list[Point], colour: Colour) -> None:
        super().spark(points, colour)
        self.tube.polygon(to_pixels(points), fill=to_bytes(mix(colour, (0, 0, 0), 0.2)))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """The tubes are glow enough."""

    def finish(self) -> Image.Image:
        light = self.light.reduce(OVERSAMPLE)
        glass, halo = (light.filter(ImageFilter.GaussianBlur(radius)) for radius in (0.55, 2.6))
        painted, tubes, soft = (np.asarray(i, np.float32) for i in (super().finish(), glass, halo))
        return Image.fromarray((painted + 0.9 * tubes + 0.9 * soft).clip(0, 255).astype(np.uint8))


def vivid(colour: Colour) -> Colour:
    """The same hue at full brightness and saturation; a dark colour makes a dim tube."""
    high, low = max(colour) + 1e-3, min(colour)
    return tuple(min(1.0, high / 140) * 255 * (value - low * 0.6) / (high - low * 0.6) for value in colour)


class Sketch(Flat):
    """Graphite outlines on paper, coloured in with pencils whose strokes lie four pixels apart."""

    skies = SKETCH_SKIES
    bands = 0

    def shade(self, colour: Colour, lit: bool, accent: bool = False) -> Colour:
        return mix(PAPER, super().shade(colour, lit, accent), 0.78 if accent else 0.5)

    def trace(self, pixels: list[Point], colour: Colour, accent: bool, outline: bool) -> None:
        if outline:
            self.pen.line(pixels + pixels[:2], fill=GRAPHITE, width=4, joint="curve")

    def stroke(self, pixels: list[Point], colour: Colour, broad: int, lit: bool) -> None:
        fill = mix(GRAPHITE, colour, 0.4)
        self.pen.line(pixels, fill=to_bytes(fill), width=max(4, broad - 1), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Paper does not shine."""

    def beam(self, x: float, y: float, length: float, colour: Colour, strength: float) -> None:
        super().beam(x, y, length, PAPER, 1.0)

    def finish(self) -> Image.Image:
        pigment = np.array(PAPER, np.float32) - np.asarray(super().finish(), np.float32)
        return Image.fromarray((PAPER - pigment * HATCHING).clip(0, 255).astype(np.uint8))


def hatching() -> np.ndarray:
    """[row, column, 1]: how much pigment a pencil leaves on each pixel, 1 in the mean, in slanted strokes."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    return np.float32([1.18, 1.06, 0.82, 0.94])[(x + y) % 4][..., None]


HATCHING = hatching()

STYLES: dict[str, type[Flat]] = {"oil": Oil, "flat": Flat, "neon": Neon, "sketch": Sketch}
