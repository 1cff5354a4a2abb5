"""Decks on disk: one safetensors file with a version, written whole or not at all, and read as if a stranger had sent
it.
"""

import json
from pathlib import Path

import torch
from torch import Tensor

from ..places import in_words
from ..safetensors_file import FLOATS, BrokenFileError, Opened, opened, read_object, write_tensors
from ..tensors import MEBIBYTE
from ..whole_file import whole
from .attention_file import attention_tensors
from .deck import Deck
from .deck_description import TENSORS, UNFIT, deck_from, description_of

FORMAT_VERSION = 5
SINCE_TENSOR = 4
"""From this version on the description is a tensor of bytes, and not a part of the header."""
DESCRIPTION, WORDS = "description", "U8"
NUMBERS = FLOATS | {WORDS: 1}
DESCRIPTION_LIMIT = 64 * MEBIBYTE
"""Bytes of words that a deck has at most; 600 stops of 100 steps with their prompts need 2 MB."""


class DeckFileError(ValueError):
    """A file that is not a deck this version can read; the message says what came and what to do."""


def save_deck(deck: Deck, path: Path) -> None:
    """Write a deck to `path`: to a neighbouring file first, moved into place when it is complete."""
    with whole(path) as draft:
        write_deck(deck, draft)


def write_deck(deck: Deck, draft: Path) -> None:
    """Raises ValueError, before a byte is written, for a deck that could not be read back."""
    tensors = {
        f"{index}.{name}": kept
        for index, trajectory in enumerate(deck.trajectories)
        for name in TENSORS
        if (kept := getattr(trajectory, name)) is not None
    }
    for index, trajectory in enumerate(deck.trajectories):
        tensors |= attention_tensors(trajectory.attention, index)
    text = json.dumps(description_of(deck), separators=(",", ":")).encode()
    _check_readable(text, tensors)
    words = torch.frombuffer(bytearray(text), dtype=torch.uint8)
    write_tensors({**tensors, DESCRIPTION: words}, draft, {"denoiscope": json.dumps({"version": FORMAT_VERSION})})


def _check_readable(text: bytes, tensors: dict[str, Tensor]) -> None:
    try:
        deck_from(json.loads(text), tensors)
        _check_length(len(text))
    except UNFIT as error:
        raise ValueError(f"this deck cannot be saved, for it could not be opened again: {in_words(error)}") from error


def load_deck(path: Path) -> Deck:
    """Read a deck. Raises DeckFileError, one sentence, for anything that is not a whole deck of a known version."""
    try:
        with opened(path, NUMBERS) as file:
            version = _version(path, file.metadata)
            description = _described(path, file, version)
            tensors = {name: file.tensor(name) for name in file.entries if name != DESCRIPTION}
    except BrokenFileError as error:
        raise DeckFileError(str(error)) from error
    try:
        return deck_from(description, tensors)
    except UNFIT as error:
        raise DeckFileError(
            f"{path.name} is a Denoiscope deck whose parts do not fit together: {in_words(error)}"
        ) from error


def _version(path: Path, metadata: object) -> int:
    described = metadata.get("denoiscope") if isinstance(metadata, dict) else None
    if not isinstance(described, str):
        raise DeckFileError(
            f"{path.name} is a safetensors file, but not a Denoiscope deck: choose a file that Save Deck wrote"
        )
    version = _json(path, described).get("version")
    if type(version) is not int or version < 1:
        raise DeckFileError(
            f"{path.name} carries no deck version: it was not written by Denoiscope, or was changed since"
        )
    if version > FORMAT_VERSION:
        raise DeckFileError(
            f"{path.name} was saved by a later Denoiscope (deck format {version}, this one reads up to "
            f"{FORMAT_VERSION}): update the pack"
        )
    return version


def _described(path: Path, file: Opened, version: int) -> dict:
    """Before version 4 it stands in the header, which is too short for hundreds of long prompts."""
    own = [name for name, entry in file.entries.items() if entry["dtype"] == WORDS]
    if version < SINCE_TENSOR and not own:
        return {**_json(path, file.metadata["denoiscope"]), "texts": None}
    if version < SINCE_TENSOR or own != [DESCRIPTION]:
        raise DeckFileError(f"{path.name} has no description where a deck of its version has one: it is damaged")
    begin, end = file.entries[DESCRIPTION]["data_offsets"]
    try:
        _check_length(end - begin)
    except ValueError as error:
        raise DeckFileError(f"{path.name} is not read: {error}") from error
    return _json(path, file.tensor(DESCRIPTION).numpy().tobytes())


def _check_length(size: int) -> None:
    if size > DESCRIPTION_LIMIT:
        raise ValueError(f"its words have {size:,} bytes, at most {DESCRIPTION_LIMIT:,} are read")


def _json(path: Path, text: str | bytes) -> dict:
    try:
        return read_object(path, text)
    except BrokenFileError as error:
        raise DeckFileError(f"{path.name} is not a Denoiscope deck: its description cannot be read") from error
