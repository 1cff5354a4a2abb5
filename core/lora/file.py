"""LoRA files: safetensors only, read as if a stranger had sent them, and written whole or not at all."""

from pathlib import Path

from ..places import in_words
from ..safetensors_file import (
    EIGHT_BIT_FLOATS,
    FLOATS,
    SUFFIXES,
    WHOLE_NUMBERS,
    BrokenFileError,
    opened,
    write_tensors,
)
from ..whole_file import whole
from .keys import parsed
from .lora import Lora

NUMBERS = FLOATS | EIGHT_BIT_FLOATS | WHOLE_NUMBERS


class LoraFileError(ValueError):
    """A file that this pack cannot read as a LoRA; the message says what came and what to do."""


def load_lora(path: Path) -> Lora:
    """Read a LoRA without applying it. Raises LoraFileError, one sentence, for anything that is not a whole file with
    a known format in it.
    """
    if path.suffix not in SUFFIXES:
        raise LoraFileError(f"{path.name} is not read: only .safetensors files are, because others can run code")
    try:
        with opened(path, NUMBERS) as file:
            metadata, tensors = _words(file.metadata), file.tensors()
        layers, foreign = parsed(tensors)
    except BrokenFileError as error:
        raise LoraFileError(str(error)) from error
    except ValueError as error:
        raise LoraFileError(f"{path.name} cannot be read as a LoRA: {in_words(error)}") from error
    if not layers and not any(kind.refused for kind in foreign):
        raise LoraFileError(f"{path.name} holds {len(tensors)} tensors, but no LoRA among them: choose a LoRA file")
    return Lora(name=path.stem, layers=layers, foreign=foreign, tensors=tensors, metadata=metadata)


def save_lora(lora: Lora, path: Path) -> None:
    """Write a LoRA that the stock loader reads back; whole or not at all."""
    with whole(path) as draft:
        write_lora(lora, draft)


def write_lora(lora: Lora, draft: Path) -> None:
    tensors = {key: tensor.detach().cpu().contiguous() for key, tensor in lora.tensors.items()}
    write_tensors(tensors, draft, lora.metadata)


def _words(metadata: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in metadata.items()} if isinstance(metadata, dict) else {}
