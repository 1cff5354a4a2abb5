"""Safetensors files, written whole or not at all, and checked before a byte of numbers is read."""

import json
import math
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from .whole_file import whole

SUFFIXES = (".safetensors", ".sft")
"""What the names of such files end with."""
HEADER_LIMIT = 16 * 2**20
"""Bytes of header that are read at most; a deck of 1,000 trajectories needs under 2 MB, a LoRA under 1."""
AXES_LIMIT = 6
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
ALIGNED = 8
"""Numbers begin at a multiple of so many bytes, the largest kinds first, so that each lies where it can be mapped."""


class BrokenFileError(ValueError):
    """A file that is no safetensors file, or not a whole one; the message is one sentence."""


def write_whole(tensors: Mapping[str, Tensor], path: Path, metadata: Mapping[str, str]) -> None:
    """In safetensors' format: the length of a header, the header in JSON, then the numbers, little end first.

    Written row by row, so that tensors which do not lie in one piece need no second copy of all they hold. Raises
    NotWrittenError, one sentence, where the disk takes no file; nothing is left behind then.
    """
    ordered = dict(sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])))
    text = _header_of(ordered, metadata)
    with whole(path) as draft, draft.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for tensor in ordered.values():
            for row in _rows(tensor):
                stream.write(row.contiguous().flatten().view(torch.uint8).numpy())


def _header_of(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    header: dict[str, dict] = {"__metadata__": dict(metadata)} if metadata else {}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % ALIGNED)


def _rows(tensor: Tensor) -> Iterator[Tensor]:
    """All that hold a number: 10^12 rows of none fit into any file."""
    if tensor.numel():
        yield from tensor if tensor.ndim > 1 else (tensor,)


def read_header(path: Path, kinds: Mapping[str, int]) -> dict:
    """The header, checked against the file's real size. `kinds` are the numbers that are allowed, with their bytes.

    Raises BrokenFileError for anything that does not fit.
    """
    try:
        text, data = _parts(path)
    except OSError as error:
        raise BrokenFileError(f"{path.name} cannot be read: {error.strerror}") from error
    header = read_object(path, text)
    _check_length(path, header, data, kinds)
    return header


def _parts(path: Path) -> tuple[bytes, int]:
    """The header's text, and how many bytes follow it."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= size - 8:
            raise BrokenFileError(f"{path.name} is not a safetensors file, or was cut short: save or download it again")
        if length > HEADER_LIMIT:
            raise BrokenFileError(
                f"{path.name} claims a header of {length:,} bytes; a real one has under {HEADER_LIMIT:,}"
            )
        return stream.read(length), size - 8 - length


def read_tensors(path: Path) -> dict[str, Tensor]:
    """What lies behind a header that has been read. Raises BrokenFileError for a file that memory cannot hold, too."""
    try:
        return load_file(path)
    except (SafetensorError, RuntimeError, OSError, MemoryError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise BrokenFileError(
            f"{path.name} cannot be opened ({reason}): it is damaged, or larger than memory"
        ) from error


def read_object(path: Path, text: str | bytes) -> dict:
    """A JSON object out of a file. Raises BrokenFileError for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(f"the description in {path.name} cannot be read: it is damaged") from error
    if not isinstance(value, dict):
        raise BrokenFileError(f"the description in {path.name} is not an object: it is damaged")
    return value


def _check_length(path: Path, header: dict, data: int, kinds: Mapping[str, int]) -> None:
    ends = [_tensor_end(path, name, entry, kinds) for name, entry in header.items() if name != "__metadata__"]
    if max(ends, default=0) != data:
        raise BrokenFileError(
            f"{path.name} holds {data:,} bytes of numbers where its header says {max(ends, default=0):,}: it was"
            " cut short"
        )


def _tensor_end(path: Path, name: str, entry: dict, kinds: Mapping[str, int]) -> int:
    lie = BrokenFileError(
        f"{path.name} describes its tensor {name[:40]!r} wrongly: it is damaged, or of a kind that is not read here"
    )
    try:
        begin, end = entry["data_offsets"]
        shape, size = entry["shape"], kinds[entry["dtype"]]
        numbers = [begin, end, *shape]
        fits = all(type(n) is int and 0 <= n < 2**48 for n in numbers) and len(shape) <= AXES_LIMIT
    except (KeyError, TypeError, ValueError) as error:
        raise lie from error
    if not fits or end - begin != math.prod(shape) * size:
        raise lie
    return end
