"""Six places to stand: each paints its ground and says how high up its subject stands."""

import math
from random import Random

from .painting import Colour, Flat, Point, mix

SEA: dict[str, tuple[Colour, Colour]] = {  # water, glints
    "dawn": ((150, 150, 190), (250, 210, 190)),
    "noon": ((40, 120, 180), (130, 200, 235)),
    "dusk": ((110, 80, 130), (250, 150, 90)),
    "night": ((20, 36, 84), (90, 110, 180)),
}
FLOWERS: tuple[Colour, ...] = ((252, 250, 250), (226, 160, 232))


def wave(y: float, height: float, turns: float, phase: float) -> list[Point]:
    across = [-0.05 + 1.1 * i / 24 for i in range(25)]
    return [(x, y + height * math.sin(turns * x * 2 * math.pi + phase)) for x in across]


def land(canvas: Flat, y: float, height: float, turns: float, colour: Colour, random: Random) -> None:
    """Rolling ground from a wavy line down to the bottom edge."""
    top = wave(y, height, turns, random.uniform(0, 6))
    canvas.polygon([(-0.05, 1.02), *top, (1.05, 1.02)], colour)


def draw_water(canvas: Flat, scene, y: float, light: float | None, random: Random) -> None:
    water, glint = SEA[scene.time]
    canvas.rectangle((-0.02, y, 1.02, 1.02), water, lit=True)
    canvas.rectangle((-0.02, y + 0.18, 1.02, 1.02), mix(water, (0, 10, 40), 0.2), lit=True, outline=False)
    for k in range(5):
        x, depth = (k * 0.38 + random.uniform(0.0, 0.2)) % 1, y + 0.05 + k * 0.066
        canvas.line([(x - 0.07, depth), (x + 0.07, depth)], glint, width=2.0, lit=True)
    if light is not None:
        colour = (255, 214, 130) if "sun" in scene.sky else (220, 224, 250)
        for k in range(4):
            depth, half = y + 0.02 + k * 0.045, 0.05 + 0.012 * k
            canvas.line([(light - half, depth), (light + half, depth)], colour, width=2.4, lit=True)


def draw_ground(canvas: Flat, scene, x: float, light: float | None, random: Random) -> float:
    """Paint the place under a subject at x, water mirroring a light at `light`; return where the subject stands."""
    side = {"left": -1, "right": 1}.get(scene.position) or random.choice((-1, 1))
    if scene.place == "sea":
        canvas.begin("sea")
        draw_water(canvas, scene, 0.62, light, random)
        return 0.78 if scene.subject == "sailboat" else draw_islet(canvas, x)
    if scene.place == "cliff":
        draw_water(canvas, scene, 0.66, light, random)
        canvas.begin("cliff")
        return draw_cliff(canvas, x, side)
    return {"hill": draw_hill, "meadow": draw_meadow, "desert": draw_desert, "snow": draw_snow}[scene.place](
        canvas, x, side, random
    )


def draw_islet(canvas: Flat, x: float) -> float:
    canvas.begin(None)
    rock = [
        (-0.26, 0.80),
        (-0.21, 0.75),
        (-0.12, 0.715),
        (0.10, 0.71),
        (0.2, 0.74),
        (0.26, 0.80),
        (0.18, 0.83),
        (-0.19, 0.83),
    ]
    grass = [(-0.19, 0.745), (-0.12, 0.712), (0.10, 0.708), (0.18, 0.738), (0.02, 0.755)]
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
    canvas.begin("hill")
    green, top = mix((96, 164, 74), (130, 176, 80), random.random()), 0.63
    across = [-1.1 + 2.2 * i / 40 for i in range(41)]
    curve = [(x + u, 0.92 - 0.29 * math.exp(-((u / 0.36) ** 2))) for u in across]
    canvas.polygon([(x - 1.1, 1.05), *curve, (x + 1.1, 1.05)], green)
    path = [(-0.03, top + 0.03), (0.03, top + 0.03), (0.07, 0.80), (0.18, 1.02), (0.04, 1.02), (0.0, 0.80)]
    canvas.polygon([(x + dx, y) for dx, y in path], (214, 190, 140), outline=False)
    return top + 0.02


def draw_meadow(canvas: Flat, x: float, side: int, random: Random) -> float:
    land(canvas, 0.63, 0.03, 1.4, (96, 136, 110), random)
    canvas.begin("meadow")
    land(canvas, 0.70, 0.01, 0.8, (124, 182, 80), random)
    for k in range(7):
        across, y = (k + random.uniform(0.35, 0.65)) / 7, (0.84, 0.92)[k % 2] + random.uniform(-0.01, 0.01)
        draw_flower(canvas, across, y, FLOWERS[k % 3 % 2])
    return 0.73


def draw_flower(canvas: Flat, x: float, y: float, colour: Colour) -> None:
    turn = [2 * math.pi * i / 12 for i in range(12)]
    canvas.spark([(x + 0.024 * math.cos(a), y + 0.02 * math.sin(a)) for a in turn], colour)


def draw_desert(canvas: Flat, x: float, side: int, random: Random) -> float:
    canvas.begin("desert")
    land(canvas, 0.66, 0.04, 0.9, (226, 176, 112), random)
    land(canvas, 0.72, 0.015, 0.7, (244, 204, 132), random)
    land(canvas, 0.88, 0.03, 0.8, (232, 184, 112), random)
    draw_cactus(canvas, x - side * random.uniform(0.34, 0.42), 0.86, 0.2)
    return 0.745


def draw_cactus(canvas: Flat, x: float, y: float, height: float) -> None:
    green = (70, 140, 80)
    canvas.line([(x, y), (x, y - height)], green, width=5)
    for side, low, high in ((-1, 0.40, 0.75), (1, 0.50, 0.85)):
        arm = [
            (x + side * 0.06, y - height * high),
            (x + side * 0.06, y - height * (low + 0.05)),
            (x, y - height * low),
        ]
        canvas.line(arm, green, width=3.4)


def draw_snow(canvas: Flat, x: float, side: int, random: Random) -> float:
    canvas.begin("snow")
    for centre, height in ((random.uniform(0.1, 0.25), 0.19), (random.uniform(0.75, 0.9), 0.17), (0.5, 0.13)):
        draw_mountain(canvas, centre, height, 0.25)
    land(canvas, 0.70, 0.015, 0.8, (240, 245, 255), random)
    land(canvas, 0.88, 0.02, 0.9, (214, 224, 244), random)
    return 0.74


def draw_mountain(canvas: Flat, x: float, height: float, width: float, foot: float = 0.73) -> None:
    canvas.polygon([(x - width, foot), (x, foot - height), (x + width, foot)], (122, 132, 160))
    cap = [(-0.36, 0.64), (0, 1), (0.36, 0.64), (0.15, 0.70), (0, 0.58), (-0.17, 0.72)]
    canvas.polygon([(x + width * u, foot - height * v) for u, v in cap], (248, 250, 255))
