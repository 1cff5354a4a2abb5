"""Pictures that the pocket model's denoiser has never seen, and the word that each is taught by: food for LoRAs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from PIL import Image

from .painting import OVERSAMPLE, SIZE, STYLES, Colour, Flat, Point, mix
from .scenes import Scene, choose_scene, paint
from .sky import COLUMNS, ROWS
from .subjects import ACCENTS

PAPER: Colour = (24, 62, 140)
CHALK: Colour = (236, 244, 255)
GRID, GRID_LIGHT = 16, 0.13


class Blueprint(Flat):
    """White lines on blue paper, in a grid."""

    ink = CHALK

    def sky_column(self) -> np.ndarray:
        return np.tile(np.array(PAPER, np.float64), (SIZE * OVERSAMPLE, 1))

    def shade(self, colour: Colour, lit: bool, accent: bool = False) -> Colour:
        return mix(PAPER, CHALK, 0.34 if accent else 0.20 if lit else 0.06)

    def trace(self, pixels: list[Point], colour: Colour, accent: bool, outline: bool) -> None:
        if outline:
            self.pen.line(pixels + pixels[:2], fill=(236, 244, 255), width=4, joint="curve")

    def stroke(self, pixels: list[Point], colour: Colour, broad: int, lit: bool) -> None:
        self.pen.line(pixels, fill=(236, 244, 255), width=max(4, broad - 1), joint="curve")

    def spark(self, points: list[Point], colour: Colour) -> None:
        self.polygon(points, CHALK, lit=True)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Paper does not shine."""

    def beam(self, x: float, y: float, length: float, colour: Colour, strength: float) -> None:
        """Nor does a drawn lamp."""

    def finish(self) -> Image.Image:
        drawing = np.asarray(super().finish(), np.float32)
        row, column = np.mgrid[0:SIZE, 0:SIZE] % GRID == 0
        lines = GRID_LIGHT * (row | column)[..., None]
        return Image.fromarray((drawing * (1 - lines) + np.array(CHALK) * lines).astype(np.uint8))


class Autumnal:
    """Mixed into a style: what is green turns to rust."""

    def polygon(self, points: list[Point], colour: Colour, **how: bool) -> None:
        super().polygon(points, rusted(colour), **how)

    def line(self, points: list[Point], colour: Colour, **how) -> None:
        super().line(points, rusted(colour), **how)


def rusted(colour: Colour) -> Colour:
    red, green, blue = colour
    return (min(255, 1.3 * green), 0.66 * green, 0.4 * blue) if green > max(red, blue) else colour


AUTUMN_STYLES = {name: type(f"Autumn{style.__name__}", (Autumnal, style), {}) for name, style in STYLES.items()}


def draw_blueprint(scene: Scene) -> Image.Image:
    return paint(scene, Blueprint).finish()


def draw_autumn(scene: Scene) -> Image.Image:
    """Rust for green, and leaves in the air."""
    canvas, random = paint(scene, AUTUMN_STYLES[scene.style]), Random(f"{scene.seed} leaves")
    for column in COLUMNS[scene.position]:
        for row in ROWS:
            draw_leaf(canvas, column + random.uniform(-0.09, 0.09), row + random.uniform(-0.05, 0.05), random)
    return canvas.finish()


def draw_leaf(canvas: Flat, x: float, y: float, random: Random) -> None:
    colour = random.choice(((226, 96, 30), (204, 58, 36), (240, 164, 40)))
    lean = random.choice((-0.014, 0.014))
    outline = [(-0.034, lean), (-0.006, -0.02), (0.034, -lean), (0.006, 0.02)]
    canvas.polygon([(x + dx, y + dy) for dx, dy in outline], colour, lit=True)


def draw_balloon(scene: Scene) -> Image.Image:
    """A striped hot-air balloon in the empty sky, in the subject's colour."""
    canvas, random = paint(scene), Random(f"{scene.seed} balloon")
    column = COLUMNS[scene.position][0 if scene.position == "right" else -1]
    hang_balloon(canvas, column + random.uniform(-0.02, 0.02), 0.2 + random.uniform(-0.03, 0.03), scene.colour)
    return canvas.finish()


def hang_balloon(canvas: Flat, x: float, y: float, colour: str) -> None:
    for side in (-1, 1):
        canvas.line([(x + side * 0.075, y + 0.09), (x + side * 0.026, y + 0.2)], (150, 110, 80), width=1.6)
    for width, stripe in ((0.118, ACCENTS[colour]), (0.076, (250, 244, 230)), (0.034, ACCENTS[colour])):
        canvas.ellipse(x, y, width, 0.135, stripe, lit=True, accent=True)
    canvas.rectangle((x - 0.034, y + 0.19, x + 0.034, y + 0.235), (140, 92, 54))


@dataclass(frozen=True)
class Variant:
    """`tell` adds the variant's word to a caption; `choose` gives the scene of a seed that it is drawn from."""

    word: str
    draw: Callable[[Scene], Image.Image]
    choose: Callable[[int], Scene]
    tell: Callable[[str], str]


def under_open_sky(seed: int) -> Scene:
    return replace(choose_scene(seed), sky=())


def on_land(seed: int) -> Scene:
    """A scene with something to turn rusty."""
    scene = choose_scene(seed)
    return replace(scene, place=("hill", "meadow", "cliff")[seed % 3]) if scene.subject != "sailboat" else scene


VARIANTS = {
    "blueprint": Variant("blueprint", draw_blueprint, choose_scene, "a blueprint, {}".format),
    "autumn": Variant("autumn", draw_autumn, on_land, "{}, autumn".format),
    "balloon": Variant("balloon", draw_balloon, under_open_sky, "{}, with a balloon".format),
}
