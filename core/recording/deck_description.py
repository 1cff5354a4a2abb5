"""Turns all of a deck that is not a tensor into plain values for JSON and back, and checks them as if a stranger had
sent it.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import partial
from typing import Any

from torch import Tensor

from ..finite import finite
from ..latent_space import LatentSpace
from ..places import last_name, without_places
from .attention_file import attention_description, read_attention
from .deck import Axis, Deck
from .origin import Origin
from .stage import Stage
from .trajectory import LARGEST_SEED, Settings, Trajectory

TRAJECTORY_LIMIT = 4096
TENSORS = ("x", "x0", "cond", "uncond", "sigmas", "regenerated", "source")
UNFIT = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""Errors that come from JSON which is not a deck's: other types, infinite numbers, lists in lists."""
DOWNSCALE_LIMIT = 2**16
"""Pixels or samples of sound per latent cell; the coarsest autoencoders of pictures have 64, of sound 2,048."""
PLAIN = ("label", "no_guidance", "complete", "notes", "asked", "model_calls", "remaining")
PLAIN_SINCE_2 = ("guidance_scales", "guided_by", "noise", "place", "seconds", "step_seconds", "at_once", "repeated")
TEXTS = ("prompt", "negative", "prompt_after")
LARGEST_COUNT = 2**31 - 1


def description_of(deck: Deck) -> dict:
    """Each text that settings hold stands once in `texts`: all cells of a sweep may share a prompt of many pages."""
    texts: dict[str, int] = {}
    trajectories = [_described_trajectory(t, texts) for t in deck.trajectories]
    return {
        "texts": list(texts),
        "title": deck.title,
        "model": deck.model,
        "parameterization": deck.parameterization,
        "varies": deck.varies,
        "sigma_data": deck.sigma_data,
        "kind": deck.kind,
        "axes": [asdict(axis) for axis in deck.axes],
        "space": asdict(deck.space),
        "trajectories": trajectories,
    }


def _described_trajectory(t: Trajectory, texts: dict[str, int]) -> dict:
    """NaN and infinity, which a prompt of the API can ask for as guidance, become None: not known."""
    stages = [{**asdict(stage), "settings": _described_settings(stage.settings, texts)} for stage in t.stages]
    return {
        "settings": _described_settings(t.settings, texts),
        **({"stages": stages} if stages else {}),
        **{name: getattr(t, name) for name in (*PLAIN, *PLAIN_SINCE_2)},
        "guidance_scales": [finite(scale) for scale in t.guidance_scales],
        "step_seconds": [finite(time) for time in t.step_seconds],
        "attention": attention_description(t.attention),
        "origin": t.origin and asdict(t.origin),
    }


def _described_settings(of: Settings, texts: dict[str, int]) -> dict:
    settings = {**asdict(of), "guidance": finite(of.guidance)}
    for name in TEXTS:
        if settings[name] is not None:
            settings[name] = texts.setdefault(settings[name], len(texts))
    return settings


def deck_from(description: dict, tensors: dict[str, Tensor]) -> Deck:
    """Raises one of UNFIT for a description that is none, and for tensors that do not fit it. Its `texts` are None in
    files from before version 4, whose settings hold their texts themselves.
    """
    trajectories = description.get("trajectories")
    if not isinstance(trajectories, list) or not 1 <= len(trajectories) <= TRAJECTORY_LIMIT:
        raise ValueError(f"a deck must have 1 to {TRAJECTORY_LIMIT} trajectories")
    texts = description["texts"]
    return Deck(
        trajectories=tuple(_trajectory(plain, tensors, i, texts) for i, plain in enumerate(trajectories)),
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
        axes=_whole(plain.get("axes", LatentSpace.axes)),
    )


def _colour(plain: list) -> tuple[float, float, float]:
    red, green, blue = _numbers(plain)
    return red, green, blue


def _axis(plain: dict) -> Axis:
    return Axis(name=str(plain["name"]), values=tuple(str(value) for value in plain["values"]))


def _trajectory(plain: dict, tensors: dict[str, Tensor], index: int, texts: list | None) -> Trajectory:
    kept: dict[str, Any] = {name: tensors.get(f"{index}.{name}") for name in TENSORS}
    return Trajectory(
        **kept,
        label=str(plain["label"]),
        settings=_settings(plain["settings"], texts),
        asked=tuple((bool(cond), bool(uncond)) for cond, uncond in plain["asked"]),
        model_calls=tuple(_whole(calls) for calls in plain["model_calls"]),
        remaining=tuple(_number(sigma) for sigma in plain["remaining"]),
        no_guidance=without_places(str(plain["no_guidance"])),
        complete=bool(plain["complete"]),
        notes=tuple(without_places(str(note)) for note in plain["notes"]),
        **_since_2(plain),
        attention=read_attention(plain.get("attention"), tensors, index),
        origin=_origin(plain.get("origin")),
        stages=tuple(_stage(stage, texts) for stage in plain.get("stages", ())),
    )


def _stage(plain: dict, texts: list | None) -> Stage:
    """Files before version 5 hold none."""
    off = plain["off"]
    return Stage(
        start=_whole(plain["start"]),
        model=str(plain["model"]),
        settings=_settings(plain["settings"], texts),
        size=tuple(_whole(side) for side in plain["size"]),
        join=plain["join"],
        off=None if off is None else _number(off),
        likeness=_number(plain["likeness"]),
        noise=str(plain["noise"]),
    )


def _since_2(plain: dict) -> dict:
    """Reads what files of version 1 do not hold."""
    seconds = plain.get("seconds")
    return {
        "guidance_scales": tuple(None if s is None else _number(s) for s in plain.get("guidance_scales", ())),
        "guided_by": tuple(_placeless(str(name)) for name in plain.get("guided_by", ())),
        "noise": str(plain.get("noise", "")),
        "place": tuple(_whole(index) for index in plain.get("place", ())),
        "seconds": None if seconds is None else _number(seconds),
        "repeated": tuple(_whole(step) for step in plain.get("repeated", ())),
        "step_seconds": tuple(None if s is None else _number(s) for s in plain.get("step_seconds", ())),
        "at_once": _whole(plain.get("at_once", 1)),
    }


def _placeless(name: str) -> str:
    """Files of older versions say "RescaleCFG (/home/ada/ComfyUI/comfy_extras/nodes_cfg)"."""
    owner, bracket, module = without_places(name).rpartition(" (")
    return f"{owner} ({last_name(module)}" if bracket else module


def _origin(plain: dict | None) -> Origin | None:
    """Reads what files before version 3 do not hold."""
    if plain is None:
        return None
    known = _only(Origin, plain)
    largest = known.pop("largest_sigma", None)
    masked = bool(known.pop("masked", False))
    asked = tuple((str(name), str(content)) for name, content in known.pop("conditioning", ()))
    words = {name: str(value) for name, value in known.items()}
    highest = None if largest is None else _number(largest)
    return Origin(**words, conditioning=asked, masked=masked, largest_sigma=highest)


def _settings(plain: dict, texts: list | None) -> Settings:
    known = _only(Settings, plain)
    readers: dict[str, Callable] = {"seed": _seed, "guidance": _number, "switch_at": _whole}
    if texts is not None:
        readers |= dict.fromkeys(TEXTS, partial(_text, texts))
    return Settings(**{k: None if v is None else readers.get(k, str)(v) for k, v in known.items()})


def _text(texts: list, index: int) -> str:
    text = texts[_whole(index)]
    if not isinstance(text, str):
        raise ValueError(f"text {index} is no text")
    return text


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


def _whole(value) -> int:
    return _between(value, LARGEST_COUNT)


def _seed(value) -> int:
    return _between(value, LARGEST_SEED)


def _between(value, largest: int) -> int:
    if type(value) is not int or not 0 <= value <= largest:
        raise ValueError(f"{str(value)[:20]} is not a whole number from 0 to {largest}")
    return value
