"""Decks without a model: every picture carries a colour that says which view, trajectory, state and frame it is."""

import base64
import io
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

MAP_COLOURS = ["#2654a8", "#8fb0dc", "#f4f2ee", "#e3a07f", "#c44026"]
NOT_EVALUATED = "Not evaluated: the sampler did not ask the model for this here."
VIEWS = {
    "x": ("x_t", "the noisy state, shown at the spread of a finished latent", "vae"),
    "x_raw": ("x_t, raw", "the noisy state at the sampler's own scale", "vae"),
    "x0": ("x0 guess", "what the model believes the finished picture is", "vae"),
    "channels": ("latent channels", "the numbers of x_t, channel by channel", "exact"),
    "uncond": ("unconditional", "the guess without the prompt", "approximate"),
    "difference": ("difference", "how far the prompt moves the guess", "exact"),
    "cond": ("conditional", "the guess with the prompt, before guidance", "vae"),
    "regenerated": ("regenerated", "where the sampler arrives that starts from this state", "vae"),
}
NOT_ASKED_LAST = ("uncond", "cond", "difference")
"""Views of what the model is asked: there is nothing of them at the last state of a run."""

Place = Callable[[str, Image.Image], object]
"""Puts a sheet somewhere and says where: a file reference, or a data URL."""


@dataclass(frozen=True)
class Slot:
    """One picture of a deck."""

    view: str
    trajectory: int
    state: int
    frame: int

    @property
    def colour(self) -> tuple[int, int, int]:
        """Steps of 20 and more, so that even JPEG leaves no doubt."""
        return (30 + 28 * list(VIEWS).index(self.view), 10 * self.state % 250, 40 * self.trajectory + 20 * self.frame)


def data_url(name: str, sheet: Image.Image) -> str:
    buffer = io.BytesIO()
    if name.endswith(".png"):
        sheet.save(buffer, "PNG")
    else:
        sheet.save(buffer, "JPEG", quality=85)
    media = "image/png" if name.endswith(".png") else "image/jpeg"
    return f"data:{media};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def flat(slot: Slot, size: tuple[int, int], share: float) -> Image.Image:
    return Image.new("RGB", size, slot.colour)


def tint(slot: Slot) -> tuple[int, int, int]:
    """A colour of its own for each of 25 states of each of 16 cells."""
    return (30 + 35 * list(VIEWS).index(slot.view), 10 * slot.state, 16 * slot.trajectory)


def tinted(slot: Slot, size: tuple[int, int], share: float) -> Image.Image:
    return Image.new("RGB", size, tint(slot))


def scene(slot: Slot, size: tuple[int, int], share: float) -> Image.Image:
    """A small landscape that comes out of noise; `share` of the way, 0..1."""
    clean = landscape(size, slot.trajectory)
    noise = Image.effect_noise((size[0] // 6, size[1] // 6), 160).resize(size).convert("RGB")
    colour_noise = Image.merge("RGB", [noise.getchannel(0).rotate(90 * k) for k in range(3)])
    if slot.view == "x0":
        return clean.filter(ImageFilter.GaussianBlur(size[0] / 10 * (1 - share) ** 2))
    if slot.view in ("channels", "difference"):
        return Image.blend(colour_noise, clean.convert("L").convert("RGB"), share).resize((24, 24)).resize(size, 0)
    return Image.blend(colour_noise, clean, share**2)


def landscape(size: tuple[int, int], seed: int) -> Image.Image:
    width, height = size
    luck = random.Random(seed + 3)
    picture = Image.new("RGB", size, (246, 190 - 20 * (seed % 3), 140 + 20 * (seed % 4)))
    pen = ImageDraw.Draw(picture)
    sun = luck.uniform(0.2, 0.8) * width
    pen.ellipse((sun - width / 9, height / 5, sun + width / 9, height / 5 + width / 4.5), fill=(255, 240, 205))
    for k, shade in enumerate([(120, 110, 150), (70, 90, 120), (30, 55, 70)]):
        base = height * (0.55 + 0.14 * k)
        phase = luck.uniform(0, 6)
        ridge = [(x, base + height * 0.07 * math.sin(x / width * 7 + phase)) for x in range(0, width + 8, 8)]
        pen.polygon([(0, height), *ridge, (width, height)], fill=shade)
    return picture


def payload(
    place: Place,
    *,
    steps: int | list[int] = 20,
    trajectories: int = 1,
    size: tuple[int, int] = (64, 64),
    frames: int = 1,
    views: tuple[str, ...] = ("x", "x_raw", "x0", "channels", "difference"),
    absent: dict[str, str] | None = None,
    paint: Callable[[Slot, tuple[int, int], float], Image.Image] = flat,
    suffix: str = ".png",
    longest: int = 4096,
    **texts,
) -> dict:
    """A payload of version 1; `texts` replace the words of the deck and of every trajectory (title, prompt, ...)."""
    lengths = steps if isinstance(steps, list) else [steps] * trajectories
    runs = [trajectory(k, length, frames, texts) for k, length in enumerate(lengths)]
    slots = [(t, s, f) for t, length in enumerate(lengths) for s in range(length + 1) for f in range(frames)]
    absent = {"uncond": "Not evaluated: at guidance 1 the model never saw the empty prompt."} | (absent or {})
    return {
        "format": "denoiscope.deck",
        "version": 1,
        "title": texts.get("title", "A lighthouse in the evening"),
        "model": texts.get("model", "pocket"),
        "parameterization": "eps",
        "varies": "seed" if len(lengths) > 1 else None,
        "tile": {"width": size[0], "height": size[1]},
        "trajectories": runs,
        "views": [_view(view, slots, lengths, size, paint, place, suffix, longest, absent.get(view)) for view in views],
    }


@dataclass(frozen=True)
class Axis:
    """What is changed along one side of a grid; `steps` says how long the run of each value is."""

    name: str
    values: tuple[str, ...]
    steps: tuple[int, ...] | None = None


SAMPLERS = Axis("sampler", ("euler", "dpmpp_2m", "heun", "euler_ancestral"))
STEPS = Axis("steps", ("2", "4", "8", "16"), steps=(2, 4, 8, 16))


def grid(
    place: Place,
    across: Axis,
    down: Axis | None = None,
    *,
    kind: str = "sweep",
    missing: tuple[tuple[int, ...], ...] = (),
    steps: int = 8,
    **rest,
) -> dict:
    """A deck with axes: a cell for each pair of values, in reading order, but for the places that are missing."""
    axes = [axis for axis in (across, down) if axis]
    rows = range(len(down.values)) if down else [None]
    everywhere = [(c,) if r is None else (c, r) for r in rows for c in range(len(across.values))]
    places = [where for where in everywhere if where not in missing]
    lengths = [_length(axes, where, steps) for where in places]
    deck = payload(place, steps=lengths, **rest)
    for trajectory, where in zip(deck["trajectories"], places, strict=True):
        trajectory |= {
            "label": " · ".join(axis.values[k] for axis, k in zip(axes, where, strict=True)),
            "place": list(where),
            "noise": "1a2b3c4d",
            "seconds": 0.021 * len(trajectory["model_calls"]),
            "at_once": 4,
        }
    return deck | {
        "kind": kind,
        "varies": " × ".join(axis.name for axis in axes),
        "axes": [{"name": axis.name, "values": list(axis.values)} for axis in axes],
    }


def _length(axes: list[Axis], where: tuple[int, ...], steps: int) -> int:
    return next((axis.steps[k] for axis, k in zip(axes, where, strict=True) if axis.steps), steps)


def drifting(slot: Slot, size: tuple[int, int], share: float) -> Image.Image:
    """Cells that start alike and drift apart: each mixes in more and more of a scene of its own."""
    first = scene(Slot(slot.view, 0, slot.state, slot.frame), size, share)
    own = scene(slot, size, share)
    return Image.blend(first, own, 0.9 * max(0.0, share - 0.25) * min(1.0, slot.trajectory / 6))


def trajectory(index: int, steps: int, frames: int, texts: dict) -> dict:
    sigmas = [
        (14.6 ** (1 / 7) + i / max(1, steps - 1) * (0.03 ** (1 / 7) - 14.6 ** (1 / 7))) ** 7 for i in range(steps)
    ]
    words = {
        "label": f"seed {7 + index}",
        "seed": str(7 + index),
        "sampler": "euler",
        "scheduler": "karras",
        "guidance": 4.0,
        "prompt": "a white lighthouse on a cliff, the sea calm, evening light",
        "negative": "blurry",
        "noise": f"a1b2c3d{index}",
        "notes": [],
    } | {name: text for name, text in texts.items() if name not in ("title", "model")}
    return words | {
        "sigmas": [*sigmas, 0.0],
        "model_calls": [1] * steps,
        "change": [None, *(0.4 * math.exp(-i / 5) + 0.02 * (index + 1) for i in range(1, steps))][:steps],
        "complete": True,
        "frames": frames,
    }


def _view(view, slots, lengths, size, paint, place, suffix, longest, sentence) -> dict:
    title, caption, source = VIEWS[view]
    reached = [[view not in NOT_ASKED_LAST or s < length for s in range(length + 1)] for length in lengths]
    return {
        "id": view,
        "title": title,
        "caption": caption,
        "source": source,
        "range": {"low": -3.0, "high": 3.0, "label": "units", "colours": MAP_COLOURS} if source == "exact" else None,
        "absent": sentence,
        "missing": NOT_EVALUATED,
        "present": [[False] * (length + 1) for length in lengths] if sentence else reached,
        "sheets": [] if sentence else _sheets(view, slots, lengths, size, paint, place, suffix, longest),
    }


def _sheets(view, slots, lengths, size, paint, place, suffix, longest) -> list[dict]:
    width, height = size
    across, down = max(1, longest // width), max(1, longest // height)
    sheets = []
    for first in range(0, len(slots), across * down):
        part = slots[first : first + across * down]
        columns = min(across, math.ceil(math.sqrt(len(part))))
        sheet = Image.new("RGB", (columns * width, math.ceil(len(part) / columns) * height))
        for k, (t, s, f) in enumerate(part):
            picture = paint(Slot(view, t, s, f), size, s / max(1, lengths[t]))
            sheet.paste(picture, (k % columns * width, k // columns * height))
        source = place(f"{view}_{first}{suffix}", sheet)
        sheets.append({"source": source, "columns": columns, "first": first, "count": len(part)})
    return sheets
