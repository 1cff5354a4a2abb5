"""Everything behind the subject: sun, moon, stars, clouds and birds, and six places to stand."""

import math
from random import Random

from .painting import Colour, Flat, Point, mix

SUN: dict[str, tuple[float, float, float, Colour]] = {  # highest, lowest, radius, colour
    "dawn": (0.36, 0.46, 0.085, (255, 214, 140)),
    "noon": (0.12, 0.20, 0.080, (255, 236, 120)),
    "dusk": (0.40, 0.50, 0.100, (255, 120, 60)),
}
MOON: Colour = (252, 246, 214)
STARLIGHT: Colour = (255, 250, 205)
CLOUD: dict[str, Colour] = {
    "dawn": (255, 226, 222),
    "noon": (255, 255, 255),
    "dusk": (240, 150, 140),
    "night": (70, 80, 124),
}
SEA: dict[str, tuple[Colour, Colour]] = {  # water, glints
    "dawn": ((150, 150, 190), (250, 210, 190)),
    "noon": ((40, 120, 180), (130, 200, 235)),
    "dusk": ((110, 80, 130), (250, 150, 90)),
    "night": ((20, 36, 84), (90, 110, 180)),
}
FLOWERS: tuple[Colour, ...] = ((250, 90, 90), (255, 220, 90), (250, 250, 250), (200, 120, 230))


def place_light(scene, random: Random) -> float:
    """Where the sun or the moon stands: away from the subject."""
    left, right = (0.13, 0.34), (0.66, 0.87)
    return random.uniform(*{"left": right, "right": left}.get(scene.position) or random.choice((left, right)))


def draw_sky(canvas: Flat, scene, x: float, random: Random) -> None:
    if "sun" in scene.sky:
        draw_sun(canvas, scene.time, x, random)
    if "clouds" in scene.sky:
        draw_clouds(canvas, CLOUD[scene.time], random)


def draw_ornaments(canvas: Flat, scene, x: float, random: Random) -> None:
    """The small bright and dark things that go on last, so that no brush stroke covers them."""
    if "stars" in scene.sky:
        draw_stars(canvas, random)
    if "moon" in scene.sky:
        draw_moon(canvas, x, random)
    if "birds" in scene.sky:
        draw_birds(canvas, scene.style, random)


def draw_stars(canvas: Flat, random: Random) -> None:
    for k in range(8):  # one in each of eight cells of the upper sky, so that none touch
        x, y = (
            0.125 + 0.25 * (k % 4) + random.uniform(-0.08, 0.08),
            0.09 + 0.19 * (k // 4) + random.uniform(-0.06, 0.06),
        )
        size = random.choice((0.024, 0.030))
        arms = [(size if i % 2 == 0 else size * 0.38, math.pi * i / 4) for i in range(8)]
        canvas.polygon([(x + r * math.cos(a), y + r * math.sin(a)) for r, a in arms], STARLIGHT, lit=True)


def draw_sun(canvas: Flat, time: str, x: float, random: Random) -> None:
    high, low, radius, colour = SUN[time]
    y = random.uniform(high, low)
    canvas.glow(x, y, radius * 3.2, mix(colour, (255, 255, 255), 0.3), 0.6)
    canvas.ellipse(x, y, radius, radius, colour, lit=True)


def draw_moon(canvas: Flat, x: float, random: Random) -> None:
    y, radius = random.uniform(0.15, 0.24), 0.105
    canvas.glow(x, y, radius * 2.4, (170, 180, 230), 0.45)
    angles = [-math.pi / 2 + math.pi * i / 18 for i in range(19)]
    outer = [(x - radius * math.cos(a), y + radius * math.sin(a)) for a in angles]
    inner = [(x - radius * 0.22 * math.cos(a), y + radius * math.sin(a)) for a in reversed(angles)]
    canvas.polygon(outer + inner, MOON, lit=True)


def draw_clouds(canvas: Flat, colour: Colour, random: Random) -> None:
    for _ in range(random.randint(2, 3)):
        x, y, w = random.uniform(0.08, 0.92), random.uniform(0.08, 0.36), random.uniform(0.11, 0.16)
        canvas.polygon([(x + u * w, y + v * w) for u, v in CLOUD_SHAPE], colour, lit=True)


def cloud_shape(steps: int = 36) -> list[Point]:
    """The upper hull of three bumps over a flat bottom, about one unit wide."""
    bumps = [(-0.7, 0.0, 0.45), (-0.15, -0.18, 0.62), (0.5, -0.02, 0.5)]
    across = [-1.2 + 2.4 * i / steps for i in range(steps + 1)]
    top = [min([0.18] + [y - math.sqrt(r * r - (u - x) ** 2) for x, y, r in bumps if abs(u - x) < r]) for u in across]
    return [*zip(across, top, strict=True), (1.2, 0.2), (-1.2, 0.2)]


CLOUD_SHAPE = cloud_shape()


def draw_birds(canvas: Flat, style: str, random: Random) -> None:
    colour = (120, 255, 240) if style == "neon" else (44, 40, 54)
    left, top = random.uniform(0.12, 0.5), random.uniform(0.12, 0.26)
    for dx, dy in [(0.0, 0.06), (0.19, 0.0), (0.34, 0.10)][: random.randint(2, 3)]:
        x, y, w = left + dx, top + dy, random.uniform(0.056, 0.068)
        wings = [(-1, -0.40), (-0.5, -0.66), (0, 0), (0.5, -0.66), (1, -0.40)]
        canvas.line([(x + u * w, y + v * w) for u, v in wings], colour, width=2.2, lit=True)


def wave(y: float, height: float, turns: float, phase: float) -> list[Point]:
    across = [-0.05 + 1.1 * i / 24 for i in range(25)]
    return [(x, y + height * math.sin(turns * x * 2 * math.pi + phase)) for x in across]


def land(canvas: Flat, y: float, height: float, turns: float, colour: Colour, random: Random) -> None:
    """Rolling ground from a wavy line down to the bottom edge."""
    top = wave(y, height, turns, random.uniform(0, 6))
    canvas.polygon([(-0.05, 1.02), *top, (1.05, 1.02)], colour)


def draw_water(canvas: Flat, scene, y: float, light: float, random: Random) -> None:
    water, glint = SEA[scene.time]
    canvas.rectangle((-0.02, y, 1.02, 1.02), water, lit=True)
    canvas.rectangle((-0.02, y + 0.16, 1.02, 1.02), mix(water, (0, 10, 40), 0.22), lit=True, outline=False)
    for k in range(10):
        x, depth, w = random.uniform(0, 1), y + 0.03 + k / 10 * (1 - y), random.uniform(0.04, 0.09)
        canvas.line([(x - w, depth), (x + w, depth)], glint, width=1.2 + 0.06 * k, lit=True)
    if "sun" in scene.sky or "moon" in scene.sky:
        colour = (255, 214, 130) if "sun" in scene.sky else (220, 224, 250)
        for k in range(6):
            depth, w = y + 0.02 + k * 0.052, 0.035 + 0.009 * k + random.uniform(0, 0.02)
            canvas.line([(light - w, depth), (light + w, depth)], colour, width=2.0, lit=True)


def draw_ground(canvas: Flat, scene, x: float, light: float, random: Random) -> float:
    """Paint the place under a subject at x; return the height at which the subject stands."""
    side = {"left": -1, "right": 1}.get(scene.position) or random.choice((-1, 1))
    if scene.place == "sea":
        draw_water(canvas, scene, 0.62, light, random)
        return 0.78 if scene.subject == "sailboat" else draw_islet(canvas, x)
    if scene.place == "cliff":
        draw_water(canvas, scene, 0.66, light, random)
        return draw_cliff(canvas, x, side)
    return {"hill": draw_hill, "meadow": draw_meadow, "desert": draw_desert, "snow": draw_snow}[scene.place](
        canvas, x, side, random
    )


def draw_islet(canvas: Flat, x: float) -> float:
    rock = [
        (-0.30, 0.80),
        (-0.24, 0.75),
        (-0.12, 0.715),
        (0.10, 0.71),
        (0.22, 0.74),
        (0.30, 0.80),
        (0.20, 0.83),
        (-0.22, 0.83),
    ]
    grass = [(-0.22, 0.745), (-0.12, 0.712), (0.10, 0.708), (0.20, 0.738), (0.02, 0.755)]
    canvas.polygon([(x + dx, y) for dx, y in rock], (120, 104, 96))
    canvas.polygon([(x + dx, y) for dx, y in grass], (110, 150, 80), outline=False)
    return 0.725


def draw_cliff(canvas: Flat, x: float, side: int) -> float:
    """Land from one border of the picture to an edge a little beyond the subject."""
    edge, border, top = x - side * 0.22, 0.5 + side * 0.56, 0.60
    cut = [(0.0, 0.615), (0.03, 0.72), (-0.015, 0.80), (0.02, 0.90), (-0.04, 1.02)]
    face = [(border, top - 0.01), (x, top), *((edge + side * dx, y) for dx, y in cut), (border, 1.02)]
    shadow = [(0.03, 0.68), (0.12, 0.72), (0.10, 0.95), (0.0, 1.0), (0.02, 0.9), (-0.015, 0.8)]
    turf = [(border, top - 0.015), (x, top - 0.01), (edge - side * 0.01, 0.61), (edge + side * 0.01, 0.65), (x, 0.645)]
    canvas.polygon(face, (150, 116, 92))
    canvas.polygon([(edge + side * dx, y) for dx, y in shadow], (116, 86, 72), outline=False)
    canvas.polygon([*turf, (x + side * 0.15, 0.67), (border, 0.65)], (108, 160, 78))
    return top


def draw_hill(canvas: Flat, x: float, side: int, random: Random) -> float:
    land(canvas, 0.70, 0.03, 1.1, (112, 150, 120), random)
    green, top = mix((96, 164, 74), (130, 176, 80), random.random()), 0.63
    across = [-1.1 + 2.2 * i / 40 for i in range(41)]
    curve = [(x + u, 0.92 - 0.29 * math.exp(-((u / 0.36) ** 2))) for u in across]
    canvas.polygon([(x - 1.1, 1.05), *curve, (x + 1.1, 1.05)], green)
    path = [(-0.03, top + 0.03), (0.03, top + 0.03), (0.07, 0.80), (0.18, 1.02), (0.04, 1.02), (0.0, 0.80)]
    canvas.polygon([(x + dx, y) for dx, y in path], (214, 190, 140), outline=False)
    return top + 0.02


def draw_meadow(canvas: Flat, x: float, side: int, random: Random) -> float:
    land(canvas, 0.63, 0.035, 1.4, (96, 136, 110), random)
    land(canvas, 0.70, 0.01, 0.8, (124, 182, 80), random)
    for k in range(14):
        y = random.uniform(0.80, 0.97)
        size = 0.016 + 0.07 * (y - 0.8)
        canvas.ellipse((k + random.uniform(0.2, 0.8)) / 14, y, size, size * 0.85, random.choice(FLOWERS))
    return 0.73


def draw_desert(canvas: Flat, x: float, side: int, random: Random) -> float:
    land(canvas, 0.66, 0.045, 0.9, (226, 176, 112), random)
    land(canvas, 0.72, 0.015, 0.7, (244, 204, 132), random)
    land(canvas, 0.88, 0.03, 0.8, (232, 184, 112), random)
    for place in (x - side * random.uniform(0.32, 0.5), random.uniform(0.08, 0.92)):
        if abs(place - x) > 0.24:
            draw_cactus(canvas, place, random.uniform(0.82, 0.90), random.uniform(0.14, 0.18))
    return 0.745


def draw_cactus(canvas: Flat, x: float, y: float, height: float) -> None:
    green = (70, 140, 80)
    canvas.line([(x, y), (x, y - height)], green, width=4.4)
    for side, low, high in ((-1, 0.40, 0.75), (1, 0.50, 0.85)):
        arm = [
            (x + side * 0.05, y - height * high),
            (x + side * 0.05, y - height * (low + 0.05)),
            (x, y - height * low),
        ]
        canvas.line(arm, green, width=3.0)


def draw_snow(canvas: Flat, x: float, side: int, random: Random) -> float:
    for centre, height, width in (
        (random.uniform(0.1, 0.3), 0.34, 0.34),
        (random.uniform(0.7, 0.95), 0.30, 0.36),
        (0.5, 0.22, 0.3),
    ):
        draw_mountain(canvas, centre, height, width)
    land(canvas, 0.70, 0.015, 0.8, (240, 245, 255), random)
    land(canvas, 0.88, 0.02, 0.9, (214, 224, 244), random)
    return 0.74


def draw_mountain(canvas: Flat, x: float, height: float, width: float, foot: float = 0.70) -> None:
    canvas.polygon([(x - width, foot), (x, foot - height), (x + width, foot)], (122, 132, 160))
    cap = [(-0.36, 0.64), (0, 1), (0.36, 0.64), (0.15, 0.70), (0, 0.58), (-0.17, 0.72)]
    canvas.polygon([(x + width * u, foot - height * v) for u, v in cap], (248, 250, 255))
