"""A scene: six attributes and a sky, chosen by a seed, drawn by code. The pocket model's whole world."""

from dataclasses import dataclass, fields
from random import Random

from PIL import Image

from .landscape import draw_ground, draw_ornaments, draw_sky, place_light
from .painting import STYLES
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

WHERE = {"left": 0.27, "centre": 0.5, "right": 0.73}


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
        for name, choices in ATTRIBUTES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}")
        if unknown := set(self.sky) - set(SKY):
            raise ValueError(f"the sky can hold {', '.join(SKY)}, got {', '.join(sorted(unknown))}")

    @property
    def held_out(self) -> bool:
        return (self.subject, self.place) in HELD_OUT

    def as_dict(self) -> dict:
        return {field.name: getattr(self, field.name) for field in fields(self)}


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
    random = Random(scene.seed * 2 + 1)
    canvas = STYLES[scene.style](scene.time, random)
    x = WHERE[scene.position] + random.uniform(-0.03, 0.03)
    light = place_light(scene, random)
    draw_sky(canvas, scene, light, random)
    y = draw_ground(canvas, scene, x, light, random) + random.uniform(-0.012, 0.012)
    canvas.backdrop_done()
    draw_ornaments(canvas, scene, light, random)
    draw_subject(canvas, scene, x, y, random)
    return canvas.finish((x - 0.25, y - 0.5, x + 0.25, min(1.0, y + 0.2)))
