"""Decks on disk: one safetensors file with a version, written whole or not at all, and read as if a stranger had sent
it.
"""

import json
import math
import os
import struct
import tempfile
from dataclasses import asdict, fields
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from .deck import Deck
from .latent_space import LatentSpace
from .trajectory import Settings, Trajectory

FORMAT_VERSION = 1
HEADER_LIMIT = 16 * 2**20
"""Bytes of header that are read at most; a deck of 1,000 trajectories needs under 2 MB."""
TRAJECTORY_LIMIT = 4096
BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
TENSORS = ("x", "x0", "cond", "uncond", "sigmas")
PLAIN = ("label", "no_guidance", "complete", "notes", "asked", "model_calls", "remaining")


class DeckFileError(ValueError):
    """A file that is not a deck this version can read; the message says what came and what to do."""


def save_deck(deck: Deck, path: Path) -> None:
    """Write a deck to `path`: to a neighbouring file first, moved into place when it is complete."""
    tensors = {
        f"{index}.{name}": kept.contiguous()
        for index, trajectory in enumerate(deck.trajectories)
        for name in TENSORS
        if (kept := getattr(trajectory, name)) is not None
    }
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    os.close(handle)
    try:
        save_file(tensors, draft, metadata={"denoiscope": json.dumps(_description(deck))})
        _flush(draft)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def load_deck(path: Path) -> Deck:
    """Read a deck. Raises DeckFileError, one sentence, for anything that is not a whole deck of a known version."""
    description = _checked_description(path)
    try:
        tensors = load_file(path)
        return _deck(description, tensors)
    except (SafetensorError, KeyError, TypeError, ValueError, AttributeError) as error:
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
        "space": asdict(deck.space),
        "trajectories": [
            {"settings": asdict(t.settings), **{name: getattr(t, name) for name in PLAIN}} for t in deck.trajectories
        ],
    }


def _deck(description: dict, tensors: dict[str, Tensor]) -> Deck:
    space = _only(LatentSpace, description["space"])
    return Deck(
        trajectories=tuple(_trajectory(plain, tensors, i) for i, plain in enumerate(description["trajectories"])),
        model=str(description["model"]),
        parameterization=description["parameterization"],
        space=LatentSpace(**{name: _tuples(value) for name, value in space.items()}),
        title=str(description["title"]),
        varies=None if description["varies"] is None else str(description["varies"]),
        sigma_data=_number(description["sigma_data"]),
    )


def _trajectory(plain: dict, tensors: dict[str, Tensor], index: int) -> Trajectory:
    kept = {name: tensors.get(f"{index}.{name}") for name in TENSORS}
    return Trajectory(
        **kept,
        label=str(plain["label"]),
        settings=_settings(plain["settings"]),
        asked=tuple((bool(cond), bool(uncond)) for cond, uncond in plain["asked"]),
        model_calls=tuple(int(calls) for calls in plain["model_calls"]),
        remaining=tuple(_number(sigma) for sigma in plain["remaining"]),
        no_guidance=str(plain["no_guidance"]),
        complete=bool(plain["complete"]),
        notes=tuple(str(note) for note in plain["notes"]),
    )


def _settings(plain: dict) -> Settings:
    known = _only(Settings, plain)
    numbers = {"seed": int, "guidance": _number}
    return Settings(**{k: None if v is None else numbers.get(k, str)(v) for k, v in known.items()})


def _checked_description(path: Path) -> dict:
    header = _header(path)
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


def _header(path: Path) -> dict:
    """The safetensors header, checked against the file's real size before anything is read in."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= size - 8:
            raise DeckFileError(f"{path.name} is not a safetensors file, or was cut short: save the deck again")
        if length > HEADER_LIMIT:
            raise DeckFileError(f"{path.name} claims a header of {length:,} bytes; a deck's is under {HEADER_LIMIT:,}")
        header = _json(path, stream.read(length))
    data = size - 8 - length
    ends = [_tensor_end(path, name, entry) for name, entry in header.items() if name != "__metadata__"]
    if max(ends, default=0) != data:
        raise DeckFileError(
            f"{path.name} holds {data:,} bytes of numbers where its header says {max(ends, default=0):,}: it was"
            f" cut short"
        )
    return header


def _tensor_end(path: Path, name: str, entry: dict) -> int:
    lie = DeckFileError(
        f"{path.name} describes its tensor {name[:40]!r} wrongly: it is damaged or was not written by Denoiscope"
    )
    try:
        begin, end = entry["data_offsets"]
        shape, size = entry["shape"], BYTES[entry["dtype"]]
        numbers = [begin, end, *shape]
        whole = all(type(n) is int and 0 <= n < 2**48 for n in numbers) and len(shape) <= 6
    except (KeyError, TypeError, ValueError) as error:
        raise lie from error
    if not whole or end - begin != math.prod(shape) * size:
        raise lie
    return end


def _json(path: Path, text: str | bytes) -> dict:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DeckFileError(f"{path.name} is not a Denoiscope deck: its description cannot be read") from error
    if not isinstance(value, dict):
        raise DeckFileError(f"{path.name} is not a Denoiscope deck: its description is not an object")
    return value


def _only(record: type, plain: dict) -> dict:
    names = {field.name for field in fields(record)}
    return {name: value for name, value in plain.items() if name in names}


def _tuples(value):
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _number(value) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is not a finite number")
    return number


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _flush(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def equal(a: Deck, b: Deck) -> bool:
    """Whether two decks hold the same numbers, bit for bit, and the same words."""
    if _description(a) != _description(b):
        return False
    pairs = zip(a.trajectories, b.trajectories, strict=True)
    return all(_same(getattr(p, name), getattr(q, name)) for p, q in pairs for name in TENSORS)


def _same(a: Tensor | None, b: Tensor | None) -> bool:
    if a is None or b is None:
        return a is b
    return a.dtype == b.dtype and torch.equal(a.contiguous().view(torch.uint8), b.contiguous().view(torch.uint8))
