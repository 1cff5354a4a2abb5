"""What hangs in the sky: sun, moon, stars, clouds and birds, each in a cell of its own beside the subject."""

import math
from random import Random

from .painting import Colour, Flat, Point, mix

COLUMNS = {"left": (0.625, 0.87), "centre": (0.125, 0.875), "right": (0.13, 0.375)}
ROWS = (0.115, 0.285, 0.455)
"""Middles of the six cells that no subject reaches into: one thing in each, so that nothing covers anything."""

LIGHT_ROWS = {"dawn": (2,), "noon": (0, 1), "dusk": (2,), "night": (0, 1)}
SUN: dict[str, Colour] = {"dawn": (255, 186, 74), "noon": (255, 232, 96), "dusk": (255, 112, 56)}
MOON: Colour = (255, 247, 206)
STARLIGHT: Colour = (255, 244, 180)
CLOUD: dict[str, Colour] = {
    "dawn": (255, 236, 230),
    "noon": (255, 255, 255),
    "dusk": (250, 176, 158),
    "night": (98, 108, 158),
}


def place_sky(scene, random: Random) -> dict[str, list[Point]]:
    """The middles of everything the sky holds: {thing: [(x, y), ...]}."""
    cells = [(column, row) for column in COLUMNS[scene.position] for row in range(len(ROWS))]
    random.shuffle(cells)
    placed: dict[str, list[Point]] = {}
    for light in (name for name in ("sun", "moon") if name in scene.sky):
        rows = LIGHT_ROWS[scene.time] if light == "sun" else LIGHT_ROWS["night"]
        cell = next(cell for cell in cells if cell[1] in rows)
        cells.remove(cell)
        placed[light] = [near(cell, random)]
    if "clouds" in scene.sky:
        placed["clouds"] = [near(cells.pop(), random) for _ in range(2)]
    if "birds" in scene.sky:
        placed["birds"] = [near(cells.pop(), random, 0.04) for _ in range(random.randint(2, 3))]
    if "stars" in scene.sky:
        placed["stars"] = place_stars(cells, random)
    return placed


def near(cell: tuple[float, int], random: Random, spread: float = 0.012) -> Point:
    """A place close to the middle of a cell: small things may stray farther."""
    return cell[0] + random.uniform(-spread, spread), ROWS[cell[1]] + random.uniform(-0.008, 0.008)


def place_stars(cells: list[tuple[float, int]], random: Random) -> list[Point]:
    """Four to six stars: one in each free cell, or two in opposite corners where cells are few."""
    if len(cells) >= 4:
        return [near(cell, random, 0.07) for cell in cells]
    corners = ((-0.055, -0.03), (0.055, 0.03))
    return [(x + dx, y + dy) for x, y in (near(cell, random) for cell in cells) for dx, dy in corners]


def draw_sky(canvas: Flat, scene, placed: dict[str, list[Point]], random: Random) -> None:
    for thing, middles in placed.items():
        canvas.begin(thing)
        for x, y in middles:
            THINGS[thing](canvas, scene.time, x, y, random)


def draw_sun(canvas: Flat, time: str, x: float, y: float, random: Random) -> None:
    canvas.glow(x, y, 0.24, mix(SUN[time], (255, 255, 255), 0.3), 0.5)
    canvas.ellipse(x, y, 0.088, 0.088, SUN[time], lit=True, accent=True)


def draw_moon(canvas: Flat, time: str, x: float, y: float, random: Random) -> None:
    radius, angles = 0.088, [-math.pi / 2 + math.pi * i / 18 for i in range(19)]
    canvas.glow(x, y, 0.2, (170, 180, 230), 0.4)
    outer = [(0.045 - 1.3 * radius * math.cos(a), radius * math.sin(a)) for a in angles]
    inner = [(0.045 - 0.42 * radius * math.cos(a), radius * math.sin(a)) for a in reversed(angles)]
    canvas.polygon([(x + dx, y + dy) for dx, dy in outer + inner], MOON, lit=True)


def draw_star(canvas: Flat, time: str, x: float, y: float, random: Random) -> None:
    arms = [(0.038 if i % 2 == 0 else 0.0135, math.pi * i / 4) for i in range(8)]
    canvas.spark([(x + r * math.cos(a), y + r * math.sin(a)) for r, a in arms], STARLIGHT)


def draw_cloud(canvas: Flat, time: str, x: float, y: float, random: Random) -> None:
    width, turned = random.uniform(0.084, 0.096), random.choice((-1, 1))
    canvas.polygon([(x + turned * u * width, y + (v + 0.3) * width) for u, v in CLOUD_SHAPE], CLOUD[time], lit=True)


def cloud_shape(steps: int = 48) -> list[Point]:
    """The upper hull of three bumps over a flat bottom, about two units wide."""
    bumps = [(-0.66, -0.08, 0.46), (-0.08, -0.24, 0.62), (0.62, -0.04, 0.42)]
    across = [-1.1 + 2.15 * i / steps for i in range(steps + 1)]
    top = [min([0.2] + [y - math.sqrt(r * r - (u - x) ** 2) for x, y, r in bumps if abs(u - x) < r]) for u in across]
    return [*zip(across, top, strict=True), (0.86, 0.3), (-0.9, 0.3)]


CLOUD_SHAPE = cloud_shape()


def draw_bird(canvas: Flat, time: str, x: float, y: float, random: Random) -> None:
    wings = [(-1, -0.28), (-0.55, -0.55), (-0.2, -0.3), (0, 0.1), (0.2, -0.3), (0.55, -0.55), (1, -0.28)]
    canvas.line([(x + u * 0.074, y + (v + 0.2) * 0.074) for u, v in wings], canvas.ink, width=2.3, lit=True)


THINGS = {"sun": draw_sun, "moon": draw_moon, "stars": draw_star, "clouds": draw_cloud, "birds": draw_bird}
