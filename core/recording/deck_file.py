"""Decks on disk: one safetensors file with a version, written whole or not at all, and read as if a stranger had sent
it.
"""

import json
import math
from dataclasses import asdict, fields
from pathlib import Path

import torch
from torch import Tensor

from ..latent_space import LatentSpace
from ..places import last_name, without_places
from ..safetensors_file import FLOATS, BrokenFileError, read_header, read_object, read_tensors, write_whole
from .attention_file import attention_description, attention_tensors, read_attention
from .deck import Axis, Deck
from .origin import Origin
from .trajectory import Settings, Trajectory

FORMAT_VERSION = 3
TRAJECTORY_LIMIT = 4096
TENSORS = ("x", "x0", "cond", "uncond", "sigmas", "regenerated")
UNFIT = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What a description raises that is JSON, but not ours: other types, numbers without an end, lists in lists."""
DOWNSCALE_LIMIT = 1024
"""Pixels per latent cell; the coarsest autoencoders have 64."""
PLAIN = ("label", "no_guidance", "complete", "notes", "asked", "model_calls", "remaining")
PLAIN_SINCE_2 = ("guidance_scales", "guided_by", "noise", "place", "seconds", "at_once")


class DeckFileError(ValueError):
    """A file that is not a deck this version can read; the message says what came and what to do."""


def save_deck(deck: Deck, path: Path) -> None:
    """Write a deck to `path`: to a neighbouring file first, moved into place when it is complete."""
    tensors = {
        f"{index}.{name}": kept
        for index, trajectory in enumerate(deck.trajectories)
        for name in TENSORS
        if (kept := getattr(trajectory, name)) is not None
    }
    for index, trajectory in enumerate(deck.trajectories):
        tensors |= attention_tensors(trajectory.attention, index)
    write_whole(tensors, path, {"denoiscope": json.dumps(_description(deck))})


def load_deck(path: Path) -> Deck:
    """Read a deck. Raises DeckFileError, one sentence, for anything that is not a whole deck of a known version."""
    try:
        description = _checked_description(path)
        tensors = read_tensors(path)
    except BrokenFileError as error:
        raise DeckFileError(str(error)) from error
    try:
        return _deck(description, tensors)
    except UNFIT as error:
        raise DeckFileError(
            f"{path.name} is a Denoiscope deck whose parts do not fit together: {_short(error)}"
        ) from error


def _description(deck: Deck) -> dict:
    return {
        "version": FORMAT_VERSION,
        "title": deck.title,
        "model": deck.model,
        "parameterization": deck.parameterization,
        "varies": deck.varies,
        "sigma_data": deck.sigma_data,
        "kind": deck.kind,
        "axes": [asdict(axis) for axis in deck.axes],
        "space": asdict(deck.space),
        "trajectories": [
            {
                "settings": asdict(t.settings),
                **{name: getattr(t, name) for name in (*PLAIN, *PLAIN_SINCE_2)},
                "attention": attention_description(t.attention),
                "origin": t.origin and asdict(t.origin),
            }
            for t in deck.trajectories
        ],
    }


def _deck(description: dict, tensors: dict[str, Tensor]) -> Deck:
    return Deck(
        trajectories=tuple(_trajectory(plain, tensors, i) for i, plain in enumerate(description["trajectories"])),
        model=str(description["model"]),
        parameterization=description["parameterization"],
        space=_space(description["space"]),
        title=str(description["title"]),
        varies=None if description["varies"] is None else str(description["varies"]),
        sigma_data=_number(description["sigma_data"]),
        kind=description.get("kind", "run"),
        axes=tuple(_axis(plain) for plain in description.get("axes", ())),
    )


def _space(plain: dict) -> LatentSpace:
    downscale = plain.get("downscale", LatentSpace.downscale)
    if type(downscale) is not int or not 1 <= downscale <= DOWNSCALE_LIMIT:
        raise ValueError(f"downscale must be a whole number, 1..{DOWNSCALE_LIMIT}")
    return LatentSpace(
        name=str(plain["name"]),
        scale=_numbers(plain["scale"]),
        shift=_numbers(plain["shift"]),
        rgb_factors=tuple(_numbers(row) for row in plain.get("rgb_factors", ())),
        rgb_bias=_colour(plain.get("rgb_bias", LatentSpace.rgb_bias)),
        downscale=downscale,
    )


def _colour(plain: list) -> tuple[float, float, float]:
    red, green, blue = _numbers(plain)
    return red, green, blue


def _axis(plain: dict) -> Axis:
    return Axis(name=str(plain["name"]), values=tuple(str(value) for value in plain["values"]))


def _trajectory(plain: dict, tensors: dict[str, Tensor], index: int) -> Trajectory:
    kept = {name: tensors.get(f"{index}.{name}") for name in TENSORS}
    return Trajectory(
        **kept,
        label=str(plain["label"]),
        settings=_settings(plain["settings"]),
        asked=tuple((bool(cond), bool(uncond)) for cond, uncond in plain["asked"]),
        model_calls=tuple(int(calls) for calls in plain["model_calls"]),
        remaining=tuple(_number(sigma) for sigma in plain["remaining"]),
        no_guidance=without_places(str(plain["no_guidance"])),
        complete=bool(plain["complete"]),
        notes=tuple(without_places(str(note)) for note in plain["notes"]),
        **_since_2(plain),
        attention=read_attention(plain.get("attention"), tensors, index),
        origin=_origin(plain.get("origin")),
    )


def _since_2(plain: dict) -> dict:
    """What files of version 1 do not hold."""
    seconds = plain.get("seconds")
    return {
        "guidance_scales": tuple(None if s is None else _number(s) for s in plain.get("guidance_scales", ())),
        "guided_by": tuple(_placeless(str(name)) for name in plain.get("guided_by", ())),
        "noise": str(plain.get("noise", "")),
        "place": tuple(int(index) for index in plain.get("place", ())),
        "seconds": None if seconds is None else _number(seconds),
        "at_once": int(plain.get("at_once", 1)),
    }


def _placeless(name: str) -> str:
    """Files of older versions say "RescaleCFG (/home/ada/ComfyUI/comfy_extras/nodes_cfg)"."""
    owner, bracket, module = without_places(name).rpartition(" (")
    return f"{owner} ({last_name(module)}" if bracket else module


def _origin(plain: dict | None) -> Origin | None:
    """What files before version 3 do not hold."""
    if plain is None:
        return None
    known = _only(Origin, plain)
    largest = known.pop("largest_sigma", None)
    masked = bool(known.pop("masked", False))
    asked = tuple((str(name), str(content)) for name, content in known.pop("conditioning", ()))
    words = {name: str(value) for name, value in known.items()}
    highest = None if largest is None else _number(largest)
    return Origin(**words, conditioning=asked, masked=masked, largest_sigma=highest)


def _settings(plain: dict) -> Settings:
    known = _only(Settings, plain)
    numbers = {"seed": int, "guidance": _number, "switch_at": int}
    return Settings(**{k: None if v is None else numbers.get(k, str)(v) for k, v in known.items()})


def _checked_description(path: Path) -> dict:
    header = read_header(path, FLOATS)
    text = header.pop("__metadata__", {})
    described = text.get("denoiscope") if isinstance(text, dict) else None
    if not isinstance(described, str):
        raise DeckFileError(
            f"{path.name} is a safetensors file, but not a Denoiscope deck: choose a file that Save Deck wrote"
        )
    description = _json(path, described)
    version = description.get("version")
    if type(version) is not int or version < 1:
        raise DeckFileError(
            f"{path.name} carries no deck version: it was not written by Denoiscope, or was changed since"
        )
    if version > FORMAT_VERSION:
        raise DeckFileError(
            f"{path.name} was saved by a later Denoiscope (deck format {version}, this one reads up to "
            f"{FORMAT_VERSION}): update the pack"
        )
    trajectories = description.get("trajectories")
    if not isinstance(trajectories, list) or not 1 <= len(trajectories) <= TRAJECTORY_LIMIT:
        raise DeckFileError(f"{path.name} must describe 1 to {TRAJECTORY_LIMIT} trajectories")
    return description


def _json(path: Path, text: str) -> dict:
    try:
        return read_object(path, text)
    except BrokenFileError as error:
        raise DeckFileError(f"{path.name} is not a Denoiscope deck: its description cannot be read") from error


def _only(record: type, plain: dict) -> dict:
    names = {field.name for field in fields(record)}
    return {name: value for name, value in plain.items() if name in names}


def _numbers(values: list) -> tuple[float, ...]:
    return tuple(_number(value) for value in values)


def _number(value) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is not a finite number")
    return number


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def equal(a: Deck, b: Deck) -> bool:
    """Whether two decks hold the same numbers, bit for bit, and the same words."""
    if _description(a) != _description(b):
        return False
    pairs = list(zip(a.trajectories, b.trajectories, strict=True))
    looked = [(attention_tensors(p.attention, 0), attention_tensors(q.attention, 0)) for p, q in pairs]
    return all(_same(getattr(p, name), getattr(q, name)) for p, q in pairs for name in TENSORS) and all(
        _same(maps, q[name]) for p, q in looked for name, maps in p.items()
    )


def _same(a: Tensor | None, b: Tensor | None) -> bool:
    if a is None or b is None:
        return a is b
    return a.dtype == b.dtype and torch.equal(a.contiguous().view(torch.uint8), b.contiguous().view(torch.uint8))
