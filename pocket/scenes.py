"""A scene: six attributes and a sky, chosen by a seed, drawn by code. The pocket model's whole world."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from .landscape import draw_ground
from .painting import STYLES, Flat
from .sky import draw_sky, place_sky
from .subjects import draw_subject

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "subject": ("lighthouse", "sailboat", "house", "tree", "castle", "windmill"),
    "place": ("sea", "cliff", "hill", "meadow", "desert", "snow"),
    "time": ("dawn", "noon", "dusk", "night"),
    "style": ("oil", "flat", "neon", "sketch"),
    "position": ("left", "centre", "right"),
    "colour": ("red", "blue", "yellow", "green"),
}
SKY = ("sun", "moon", "stars", "clouds", "birds")
HELD_OUT = frozenset({("windmill", "snow"), ("castle", "sea")})
"""Pairs that no training picture shows: what the model makes of them, it combined itself."""

WHERE = {"left": 0.26, "centre": 0.5, "right": 0.74}


@dataclass(frozen=True)
class Scene:
    subject: str
    place: str
    time: str
    style: str
    position: str
    colour: str
    sky: tuple[str, ...]
    seed: int

    def __post_init__(self):
        for name in ATTRIBUTES:
            check_attribute(name, getattr(self, name))
        check_sky(self.sky)

    @property
    def held_out(self) -> bool:
        return (self.subject, self.place) in HELD_OUT


def check_attribute(name: str, value: str) -> None:
    if value not in ATTRIBUTES[name]:
        raise ValueError(f"{name} must be one of {', '.join(ATTRIBUTES[name])}, got {value!r}")


def check_sky(sky: Iterable[str]) -> None:
    if unknown := set(sky) - set(SKY):
        raise ValueError(f"the sky can hold {', '.join(SKY)}, got {', '.join(sorted(unknown))}")


def choose_scene(seed: int) -> Scene:
    """The scene of a seed: every attribute evenly likely, except that a sailboat sails and only trees are green."""
    random = Random(seed)
    subject = random.choice(ATTRIBUTES["subject"])
    place = "sea" if subject == "sailboat" else random.choice(ATTRIBUTES["place"])
    time, style, position = (random.choice(ATTRIBUTES[name]) for name in ("time", "style", "position"))
    colour = random.choice(("red", "yellow", "green") if subject == "tree" else ("red", "blue", "yellow"))
    return Scene(subject, place, time, style, position, colour, choose_sky(time, random), seed)


def choose_sky(time: str, random: Random) -> tuple[str, ...]:
    if time == "night":
        odds = {"moon": 0.6, "stars": 0.6, "clouds": 0.3}
    elif random.random() < 0.55:
        odds = {"sun": 1.0, "clouds": 0.45, "birds": 0.45}
    else:
        odds = {"moon": 0.0 if time == "noon" else 0.25, "clouds": 0.45, "birds": 0.45}
    return tuple(name for name, chance in odds.items() if random.random() < chance)


def draw(scene: Scene) -> Image.Image:
    """128 x 128 RGB, the same every time for the same scene."""
    return paint(scene).finish()


def draw_with_masks(scene: Scene, cells: int = 16) -> tuple[Image.Image, dict[str, np.ndarray]]:
    """The picture, and where its subject, its place and the things in its sky are visible.

    The masks are keyed by the scene's own words; each is [cells, cells], the share (0..1) of each cell: 16 make cells
    of 8 x 8 pixels, as a latent has them, and 128 the pixels themselves.
    """
    canvas = paint(scene)
    return canvas.finish(), canvas.masks(cells)


def paint(scene: Scene, style: type[Flat] | None = None) -> Flat:
    """The canvas of a scene, in its own style or another, painted from back to front.

    Each part has its own dice, so that none disturbs another.
    """
    where, sky, ground, subject = (Random(f"{scene.seed} {part}") for part in ("where", "sky", "ground", "subject"))
    canvas = (style or STYLES[scene.style])(scene.time)
    x = WHERE[scene.position] + where.uniform(-0.012, 0.012)
    placed = place_sky(scene, sky)
    draw_sky(canvas, scene, placed, sky)
    canvas.begin(None)
    light = next((placed[name][0][0] for name in ("sun", "moon") if name in placed), None)
    y = draw_ground(canvas, scene, x, light, ground) + where.uniform(-0.01, 0.01)
    canvas.begin(scene.subject)
    draw_subject(canvas, scene, x, y, subject)
    return canvas
