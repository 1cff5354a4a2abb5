"""Safetensors files, written whole or not at all, and checked before a byte of numbers is read."""

import json
import math
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .places import in_words
from .tensors import MEBIBYTE, bytes_of

SUFFIXES = (".safetensors", ".sft")
"""What the names of such files end with."""
HEADER_LIMIT = 16 * MEBIBYTE
"""Bytes of header that are read at most; a deck of 1,000 trajectories needs under 2 MB, a LoRA under 1."""
AXES_LIMIT = 6
COUNTED = 2**62
"""Numbers that a tensor would have if none of its sides were 0: torch cannot count further."""
FLOATS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
EIGHT_BIT_FLOATS = {"F8_E4M3": 1, "F8_E5M2": 1}
WHOLE_NUMBERS = {"I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
"""Bytes of a number, by the name that a header has for its kind."""
NAMES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.float8_e4m3fn: "F8_E4M3",
    torch.float8_e5m2: "F8_E5M2",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}
KINDS = {name: kind for kind, name in NAMES.items()}
ALIGNED = 8
"""Numbers begin at a multiple of so many bytes, the largest kinds first: a program may map the file and use them."""


class BrokenFileError(ValueError):
    """A file that is not in the safetensors format, or is not complete; the message is one sentence."""


def write_tensors(tensors: Mapping[str, Tensor], draft: Path, metadata: Mapping[str, str]) -> None:
    """In safetensors' format: the length of a header, the header in JSON, then the numbers, little end first.

    Written row by row, so that tensors which do not lie in one piece need no second copy of all they hold. Raises
    ValueError for more names and words than a header that is read back can have.
    """
    ordered = dict(sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])))
    text = _header_of(ordered, metadata)
    with draft.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for tensor in ordered.values():
            for row in _rows(tensor):
                stream.write(row.contiguous().flatten().view(torch.uint8).numpy().data)


def _header_of(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    header: dict[str, dict] = {"__metadata__": dict(metadata)} if metadata else {}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + bytes_of([tensor])
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    if len(text) > HEADER_LIMIT - ALIGNED:
        raise ValueError(f"its header would have {len(text):,} bytes, at most {HEADER_LIMIT:,} can be read back")
    return text + b" " * (-len(text) % ALIGNED)


def _rows(tensor: Tensor) -> Iterator[Tensor]:
    """All that hold a number: 10^12 rows of none fit into any file."""
    if tensor.numel():
        yield from tensor if tensor.ndim > 1 else (tensor,)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file whose header fits its size. Its numbers are read, never mapped: a mapped file that somebody cuts short
    ends the process.
    """

    name: str
    metadata: Any
    entries: Mapping[str, dict]
    stream: BufferedReader
    begin: int
    stamp: tuple[int, int]

    def tensor(self, name: str) -> Tensor:
        """Raises BrokenFileError for a file that was cut since, or that memory cannot hold."""
        begin, end = self.entries[name]["data_offsets"]
        try:
            numbers = torch.empty(end - begin, dtype=torch.uint8)
            self.stream.seek(self.begin + begin)
            came = self.stream.readinto(numbers.numpy().data)
        except (OSError, RuntimeError, MemoryError) as error:
            raise BrokenFileError(
                f"{self.name} cannot be read ({in_words(error)}): is it larger than memory?"
            ) from error
        if came != end - begin or _stamp(self.stream) != self.stamp:
            raise BrokenFileError(f"{self.name} was changed while it was read: run again when it is whole")
        return numbers.view(KINDS[self.entries[name]["dtype"]]).reshape(self.entries[name]["shape"])

    def tensors(self) -> dict[str, Tensor]:
        return {name: self.tensor(name) for name in self.entries}


@contextmanager
def opened(path: Path, kinds: Mapping[str, int]) -> Iterator[Opened]:
    """A file to read from in the block. `kinds` are the numbers that are allowed, with their bytes.

    Raises BrokenFileError for a header that does not fit, and for a file that cannot be read.
    """
    try:
        with path.open("rb") as stream:
            stamp = _stamp(stream)
            text = _header_text(path, stream, size=stamp[0])
            entries = read_object(path, text)
            metadata = entries.pop("__metadata__", {})
            _check_length(path, entries, stamp[0] - 8 - len(text), kinds)
            yield Opened(
                name=path.name, metadata=metadata, entries=entries, stream=stream, begin=8 + len(text), stamp=stamp
            )
    except OSError as error:
        raise BrokenFileError(f"{path.name} cannot be read: {in_words(error)}") from error


def _stamp(stream: BufferedReader) -> tuple[int, int]:
    """Its size, and when it was written to."""
    now = os.fstat(stream.fileno())
    return now.st_size, now.st_mtime_ns


def _header_text(path: Path, stream: BufferedReader, *, size: int) -> bytes:
    start = stream.read(8)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
    if not 2 <= length <= size - 8:
        raise BrokenFileError(f"{path.name} is not a safetensors file, or was cut short: save or download it again")
    if length > HEADER_LIMIT:
        raise BrokenFileError(f"{path.name} claims a header of {length:,} bytes; a real one has under {HEADER_LIMIT:,}")
    return stream.read(length)


def read_object(path: Path, text: str | bytes) -> dict:
    """A JSON object out of a file. Raises BrokenFileError for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(f"the description in {path.name} cannot be read: it is damaged") from error
    if not isinstance(value, dict):
        raise BrokenFileError(f"the description in {path.name} is not an object: it is damaged")
    return value


def _check_length(path: Path, entries: dict, data: int, kinds: Mapping[str, int]) -> None:
    """Each byte belongs to one tensor: a file costs no more memory than it is long."""
    end = 0
    for begin, after, name in sorted((*_place(path, name, entry, kinds), name) for name, entry in entries.items()):
        if begin != end:
            raise BrokenFileError(f"{path.name} has its tensor {name[:40]!r} at a wrong place: it is damaged")
        end = after
    if end != data:
        raise BrokenFileError(
            f"{path.name} holds {data:,} bytes of numbers where its header says {end:,}: it was cut short"
        )


def _place(path: Path, name: str, entry: dict, kinds: Mapping[str, int]) -> tuple[int, int]:
    lie = BrokenFileError(
        f"{path.name} describes its tensor {name[:40]!r} wrongly: it is damaged, or of a kind that is not read here"
    )
    try:
        begin, end = entry["data_offsets"]
        shape, size = entry["shape"], kinds[entry["dtype"]]
        numbers = [begin, end, *shape]
        whole = isinstance(shape, list) and all(type(n) is int and 0 <= n < 2**48 for n in numbers)
        fits = whole and len(shape) <= AXES_LIMIT and math.prod(side or 1 for side in shape) < COUNTED
    except (KeyError, TypeError, ValueError) as error:
        raise lie from error
    if not fits or end - begin != math.prod(shape) * size:
        raise lie
    return begin, end
