"""The six things a scene is about, each standing at (x, y) with one part in the accent colour."""

import math
from random import Random

from .painting import SKIES, Colour, Flat, Point, mix

ACCENTS: dict[str, Colour] = {
    "red": (214, 58, 48),
    "blue": (52, 104, 196),
    "yellow": (244, 196, 60),
    "green": (70, 150, 70),
}
FOLIAGE: dict[str, Colour] = {
    "green": (72, 150, 66),
    "red": (206, 76, 44),
    "yellow": (240, 186, 56),
    "blue": (70, 110, 180),
}
WHITE: Colour = (246, 242, 232)
WOOD: Colour = (120, 76, 52)
LAMP: Colour = (255, 226, 120)


def draw_subject(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    SUBJECTS[scene.subject](canvas, scene, x, y, random)


def shape(canvas: Flat, x: float, y: float, points: list[Point], colour: Colour, **how) -> None:
    """A polygon given relative to where the subject stands."""
    canvas.polygon([(x + dx, y + dy) for dx, dy in points], colour, **how)


def draw_window(canvas: Flat, x: float, y: float, w: float, h: float, time: str) -> None:
    lit = time in ("dusk", "night")
    canvas.rectangle((x - w, y - h, x + w, y + h), LAMP if lit else (84, 104, 130), lit=lit)


def draw_lighthouse(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent, height, bands = ACCENTS[scene.colour], 0.368, 5
    half = [0.075 - 0.027 * i / bands for i in range(bands + 1)]
    rise = [height * i / bands for i in range(bands + 1)]
    for i in range(bands):
        ring = [(-half[i], -rise[i]), (half[i], -rise[i]), (half[i + 1], -rise[i + 1]), (-half[i + 1], -rise[i + 1])]
        shape(canvas, x, y, ring, WHITE if i % 2 else accent)
    top = y - height
    if scene.time in ("dusk", "night") and scene.style != "sketch":
        toward = 1 if x < 0.45 else -1 if x > 0.55 else random.choice((-1, 1))
        beam = (255, 240, 170) if scene.style == "neon" else mix(SKIES[scene.time][1], (255, 240, 170), 0.55)
        canvas.glow(x, top - 0.045, 0.16, (255, 236, 150), 0.75)
        shape(canvas, x, top, [(0, -0.05), (toward * 0.55, -0.15), (toward * 0.55, 0.02)], beam, lit=True)
    canvas.rectangle((x - 0.062, top - 0.018, x + 0.062, top + 0.004), (70, 70, 80))
    canvas.rectangle((x - 0.036, top - 0.075, x + 0.036, top - 0.018), (255, 240, 150), lit=True)
    shape(canvas, x, top, [(-0.055, -0.075), (0, -0.135), (0.055, -0.075)], accent)
    canvas.rectangle((x - 0.02, y - 0.07, x + 0.02, y), (90, 60, 50))


def draw_sailboat(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent, f = ACCENTS[scene.colour], random.choice((-1, 1))
    canvas.line([(x, y - 0.02), (x, y - 0.50)], (110, 80, 60), width=2.2)
    shape(canvas, x, y, [(f * 0.012, -0.49), (f * 0.012, -0.06), (f * 0.215, -0.06), (f * 0.13, -0.26)], accent)
    shape(canvas, x, y, [(-f * 0.012, -0.45), (-f * 0.012, -0.06), (-f * 0.17, -0.06)], WHITE)
    shape(canvas, x, y, [(-0.22, -0.035), (0.22, -0.035), (0.15, 0.055), (-0.15, 0.055)], (132, 82, 52))
    canvas.line([(x - 0.20, y - 0.01), (x + 0.20, y - 0.01)], (240, 220, 190), width=1.3)
    shape(canvas, x, y, [(0, -0.50), (-f * 0.07, -0.48), (0, -0.455)], accent)
    for k in range(3):
        reach, depth = 0.20 - 0.03 * k, y + 0.085 + 0.03 * k
        canvas.line([(x - reach, depth), (x + reach, depth)], accent, width=1.4)


def draw_house(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent, f, w, h = ACCENTS[scene.colour], random.choice((-1, 1)), 0.17, 0.19
    chimney = x + f * 0.09
    canvas.rectangle((chimney - 0.03, y - h - 0.17, chimney + 0.03, y - h - 0.04), (150, 92, 76))
    smoke = (110, 115, 150) if scene.time == "night" else (225, 225, 230)
    for dx, dy, size in ((0.0, 0.21, 0.024), (0.02, 0.26, 0.032), (0.05, 0.32, 0.04)):
        canvas.ellipse(chimney + dx, y - h - dy, size, size, smoke, lit=True)
    canvas.rectangle(
        (x - w, y - h, x + w, y + 0.01), random.choice(((244, 232, 208), (238, 214, 190), (226, 226, 226)))
    )
    roof = [(-w - 0.045, -h + 0.01), (-w * 0.55, -h - 0.15), (w * 0.55, -h - 0.15), (w + 0.045, -h + 0.01)]
    shape(canvas, x, y, roof, accent)
    canvas.rectangle((x - 0.033, y - 0.115, x + 0.033, y + 0.01), WOOD)
    for side in (-1, 1):
        draw_window(canvas, x + side * 0.1, y - 0.115, 0.033, 0.033, scene.time)


BLOBS = [
    (-0.11, -0.22, 0.095),
    (0.11, -0.22, 0.095),
    (0, -0.2, 0.1),
    (-0.08, -0.33, 0.1),
    (0.085, -0.33, 0.1),
    (0, -0.40, 0.1),
]


def draw_tree(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    leaves = FOLIAGE[scene.colour]
    shape(canvas, x, y, [(-0.035, 0.01), (-0.022, -0.2), (0.022, -0.2), (0.035, 0.01)], (112, 76, 52))
    if scene.style in ("neon", "sketch"):
        shape(canvas, x, y, CROWN, leaves)
        for dx, dy, r in BLOBS[3:5]:
            arc = [(x + dx + 0.7 * r * math.cos(a), y + dy + 0.7 * r * math.sin(a)) for a in (-2.6, -2.1, -1.6, -1.1)]
            canvas.line(arc, leaves, width=1.0)
        return
    for dx, dy, r in BLOBS:
        canvas.ellipse(x + dx, y + dy, r, r, mix(leaves, (20, 30, 30), 0.22))
    for dx, dy, r in BLOBS:
        canvas.ellipse(x + dx - 0.018, y + dy - 0.02, r * 0.74, r * 0.74, leaves)


def crown_outline(middle: float = -0.29, steps: int = 40) -> list[Point]:
    """The outline of all blobs together, seen from the middle of the crown."""
    outline = []
    for i in range(steps):
        c, s = math.cos(2 * math.pi * i / steps), math.sin(2 * math.pi * i / steps)
        reach = [ray_exit(dx * c + (dy - middle) * s, math.hypot(dx, dy - middle), r) for dx, dy, r in BLOBS]
        outline.append((max(reach) * c, middle + max(reach) * s))
    return outline


def ray_exit(along: float, distance: float, radius: float) -> float:
    """Where a ray leaves a circle whose centre lies `along` the ray and `distance` away; 0 if it misses."""
    inside = radius**2 - distance**2 + along**2
    return along + math.sqrt(inside) if inside > 0 else 0.0


CROWN = crown_outline()


def draw_castle(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent, f = ACCENTS[scene.colour], random.choice((-1, 1))
    stone = random.choice(((176, 172, 176), (196, 184, 166), (168, 160, 172)))
    wall = mix(stone, (40, 40, 60), 0.2)
    draw_tower(canvas, x, y, 0.055, 0.33, stone, accent, scene.time)
    canvas.rectangle((x - 0.16, y - 0.19, x + 0.16, y + 0.01), wall)
    for k in range(5):
        left = x - 0.155 + k * 0.068
        canvas.rectangle((left, y - 0.222, left + 0.036, y - 0.188), wall)
    for side in (-1, 1):
        draw_tower(canvas, x + side * 0.165, y, 0.048, 0.25, stone, accent, scene.time)
    arch = [(-0.042 * math.cos(math.pi * i / 10), -0.07 - 0.045 * math.sin(math.pi * i / 10)) for i in range(11)]
    shape(canvas, x, y, [(-0.042, 0.01), *arch, (0.042, 0.01)], (80, 54, 44))
    canvas.line([(x, y - 0.455), (x, y - 0.53)], (80, 70, 70), width=1.4)
    shape(canvas, x, y, [(0, -0.53), (f * 0.07, -0.505), (0, -0.48)], accent)


def draw_tower(canvas: Flat, x: float, y: float, w: float, h: float, stone: Colour, roof: Colour, time: str) -> None:
    canvas.rectangle((x - w, y - h, x + w, y + 0.01), stone)
    shape(canvas, x, y, [(-w - 0.018, -h), (0, -h - 0.13), (w + 0.018, -h)], roof)
    draw_window(canvas, x, y - h + 0.065, 0.016, 0.028, time)


def draw_windmill(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    shape(canvas, x, y, [(-0.10, 0.01), (-0.062, -0.30), (0.062, -0.30), (0.10, 0.01)], (240, 230, 212))
    cap = [(-0.08, -0.295), (-0.055, -0.35), (0, -0.385), (0.055, -0.35), (0.08, -0.295)]
    shape(canvas, x, y, cap, ACCENTS[scene.colour])
    canvas.rectangle((x - 0.028, y - 0.09, x + 0.028, y + 0.01), WOOD)
    draw_window(canvas, x, y - 0.17, 0.024, 0.028, scene.time)
    hub, first = y - 0.315, random.choice((math.pi / 8, math.pi / 4))
    for k in range(4):
        draw_blade(canvas, x, hub, first + k * math.pi / 2)
    canvas.ellipse(x, hub, 0.024, 0.024, (90, 70, 60))


def draw_blade(canvas: Flat, x: float, y: float, angle: float, length: float = 0.245, width: float = 0.078) -> None:
    along, aside = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    corners = [(0.055, 0), (length, 0), (length, width), (0.055, width * 0.8)]
    sail = [(u * along[0] + v * aside[0], u * along[1] + v * aside[1]) for u, v in corners]
    shape(canvas, x, y, sail, (252, 246, 230))
    canvas.line([(x, y), (x + along[0] * length, y + along[1] * length)], (110, 80, 60), width=2.4)


SUBJECTS = {
    "lighthouse": draw_lighthouse,
    "sailboat": draw_sailboat,
    "house": draw_house,
    "tree": draw_tree,
    "castle": draw_castle,
    "windmill": draw_windmill,
}
