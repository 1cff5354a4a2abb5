"""The six things a scene is about, each standing at (x, y) with one part in the accent colour."""

import math
from random import Random

from .painting import Colour, Flat, Point, mix

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
    box = [(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)]
    if time in ("dusk", "night"):
        canvas.spark(box, LAMP)
    else:
        canvas.polygon(box, (84, 104, 130), outline=False)


def draw_lighthouse(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent, height, bands = ACCENTS[scene.colour], 0.36, 5
    half = [0.088 - 0.03 * i / bands for i in range(bands + 1)]
    rise = [height * i / bands for i in range(bands + 1)]
    top = y - height
    if scene.time in ("dusk", "night"):
        draw_beam(canvas, x, top - 0.048, random)
    for i in range(bands):
        ring = [(-half[i], -rise[i]), (half[i], -rise[i]), (half[i + 1], -rise[i + 1]), (-half[i + 1], -rise[i + 1])]
        shape(canvas, x, y, ring, WHITE if i % 2 else accent, accent=i % 2 == 0)
    canvas.rectangle((x - 0.042, top - 0.08, x + 0.042, top - 0.018), (255, 240, 150), lit=True)
    canvas.rectangle((x - 0.072, top - 0.02, x + 0.072, top + 0.006), (70, 70, 80))
    shape(canvas, x, top, [(-0.064, -0.078), (0, -0.15), (0.064, -0.078)], accent, accent=True)
    canvas.rectangle((x - 0.024, y - 0.066, x + 0.024, y), (70, 60, 66), outline=False)


def draw_beam(canvas: Flat, x: float, y: float, random: Random) -> None:
    """The lamp shines toward the nearer border, where the sky is empty."""
    away = -1 if x < 0.45 else 1 if x > 0.55 else random.choice((-1, 1))
    canvas.glow(x, y, 0.17, (255, 236, 150), 0.8)
    canvas.beam(x, y, away * 0.25, (255, 240, 170), 0.75)


def draw_sailboat(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent, f = ACCENTS[scene.colour], random.choice((-1, 1))
    canvas.line([(x, y - 0.02), (x, y - 0.50)], (110, 80, 60), width=2.4)
    shape(
        canvas, x, y, [(f * 0.014, -0.48), (f * 0.014, -0.07), (f * 0.2, -0.07), (f * 0.13, -0.26)], accent, accent=True
    )
    shape(canvas, x, y, [(-f * 0.014, -0.42), (-f * 0.014, -0.07), (-f * 0.17, -0.07)], WHITE)
    shape(canvas, x, y, [(-0.215, -0.04), (0.215, -0.04), (0.145, 0.055), (-0.145, 0.055)], (120, 80, 58))
    shape(canvas, x, y, [(-0.215, -0.04), (0.215, -0.04), (0.193, -0.008), (-0.193, -0.008)], accent, accent=True)
    shape(canvas, x, y, [(0, -0.52), (-f * 0.09, -0.49), (0, -0.455)], accent, accent=True)


def draw_house(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent, f, w, h = ACCENTS[scene.colour], random.choice((-1, 1)), 0.165, 0.185
    chimney = x + f * 0.09
    canvas.rectangle((chimney - 0.032, y - h - 0.2, chimney + 0.032, y - h - 0.04), (150, 136, 132))
    canvas.rectangle(
        (x - w, y - h, x + w, y + 0.01), random.choice(((246, 234, 212), (236, 218, 200), (228, 228, 228)))
    )
    roof = [(-w - 0.045, -h + 0.015), (-w * 0.5, -h - 0.165), (w * 0.5, -h - 0.165), (w + 0.045, -h + 0.015)]
    shape(canvas, x, y, roof, accent, accent=True)
    canvas.rectangle((x - 0.037, y - 0.12, x + 0.037, y + 0.01), accent, accent=True)
    for side in (-1, 1):
        draw_window(canvas, x + side * 0.1, y - 0.105, 0.034, 0.034, scene.time)


BLOBS = [
    (-0.11, -0.22, 0.095),
    (0.11, -0.22, 0.095),
    (0, -0.2, 0.1),
    (-0.08, -0.33, 0.1),
    (0.085, -0.33, 0.1),
    (0, -0.40, 0.1),
    (0, -0.29, 0.1),
]


def draw_tree(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    leaves = FOLIAGE[scene.colour]
    shape(canvas, x, y, [(-0.035, 0.01), (-0.022, -0.2), (0.022, -0.2), (0.035, 0.01)], (112, 76, 52))
    if scene.style in ("neon", "sketch"):
        shape(canvas, x, y, CROWN, leaves, accent=True)
        for dx, dy, r in BLOBS[3:5]:
            arc = [(x + dx + 0.7 * r * math.cos(a), y + dy + 0.7 * r * math.sin(a)) for a in (-2.6, -2.1, -1.6, -1.1)]
            canvas.line(arc, leaves, width=1.6)
        return
    for dx, dy, r in BLOBS:
        canvas.ellipse(x + dx, y + dy, r, r, mix(leaves, (20, 30, 30), 0.22), accent=True)
    for dx, dy, r in BLOBS:
        canvas.ellipse(x + dx - 0.018, y + dy - 0.02, r * 0.74, r * 0.74, leaves, accent=True)


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
    stone = random.choice(((184, 180, 186), (200, 190, 174), (174, 168, 180)))
    wall = mix(stone, (40, 40, 60), 0.2)
    draw_tower(canvas, x, y, 0.06, 0.33, stone, accent, scene.time)
    canvas.rectangle((x - 0.13, y - 0.19, x + 0.13, y + 0.01), wall)
    for k in range(3):
        canvas.rectangle((x - 0.098 + k * 0.075, y - 0.222, x - 0.052 + k * 0.075, y - 0.19), wall, outline=False)
    for side in (-1, 1):
        draw_tower(canvas, x + side * 0.152, y, 0.052, 0.25, stone, accent, scene.time)
    arch = [(-0.046 * math.cos(math.pi * i / 10), -0.07 - 0.046 * math.sin(math.pi * i / 10)) for i in range(11)]
    shape(canvas, x, y, [(-0.046, 0.01), *arch, (0.046, 0.01)], (80, 58, 52))
    canvas.line([(x, y - 0.46), (x, y - 0.545)], (80, 70, 70), width=2.0)
    shape(canvas, x, y, [(0, -0.55), (f * 0.09, -0.518), (0, -0.486)], accent, accent=True)


def draw_tower(canvas: Flat, x: float, y: float, w: float, h: float, stone: Colour, roof: Colour, time: str) -> None:
    canvas.rectangle((x - w, y - h, x + w, y + 0.01), stone)
    shape(canvas, x, y, [(-w - 0.02, -h), (0, -h - 0.145), (w + 0.02, -h)], roof, accent=True)
    draw_window(canvas, x, y - h + 0.07, 0.018, 0.03, time)


def draw_windmill(canvas: Flat, scene, x: float, y: float, random: Random) -> None:
    accent = ACCENTS[scene.colour]
    shape(canvas, x, y, [(-0.115, 0.01), (-0.07, -0.30), (0.07, -0.30), (0.115, 0.01)], (240, 226, 204))
    shape(canvas, x, y, [(-0.1, -0.1), (-0.084, -0.2), (0.084, -0.2), (0.1, -0.1)], accent, accent=True)
    cap = [(-0.088, -0.295), (-0.06, -0.355), (0, -0.395), (0.06, -0.355), (0.088, -0.295)]
    shape(canvas, x, y, cap, accent, accent=True)
    canvas.rectangle((x - 0.032, y - 0.075, x + 0.032, y + 0.01), WOOD)
    hub, first = y - 0.32, random.choice((math.pi / 8, math.pi / 4))
    for k in range(4):
        draw_blade(canvas, x, hub, first + k * math.pi / 2, accent)
    canvas.ellipse(x, hub, 0.026, 0.026, (80, 68, 68))


def draw_blade(canvas: Flat, x: float, y: float, angle: float, accent: Colour) -> None:
    """A spar with a sail along one side, the sail's tip in the accent colour."""
    along, aside, length = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle)), 0.225

    def turned(corners: list[Point]) -> list[Point]:
        return [(x + u * along[0] + v * aside[0], y + u * along[1] + v * aside[1]) for u, v in corners]

    canvas.polygon(turned([(0.06, 0), (length, 0), (length, 0.08), (0.06, 0.065)]), (252, 240, 214))
    canvas.polygon(turned([(0.155, 0), (length, 0), (length, 0.08), (0.155, 0.074)]), accent, accent=True)
    canvas.line(turned([(0, 0), (length, 0)]), (80, 68, 68), width=2.6)


SUBJECTS = {
    "lighthouse": draw_lighthouse,
    "sailboat": draw_sailboat,
    "house": draw_house,
    "tree": draw_tree,
    "castle": draw_castle,
    "windmill": draw_windmill,
}
