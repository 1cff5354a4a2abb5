"""The weights that a page carries: matrices in 8 bits, one scale for each output row, and LoRAs in the same way."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from .loras import file_of

WEIGHTS = Path(__file__).parent / "weights" / "pocket.safetensors"
PREVIEW = "preview."
LORAS = {"blueprint": "blueprint, rank 8", "autumn": "autumn, rank 4", "balloon": "balloon, rank 8"}
"""What a page calls them, and which they are: one of each word, at its highest rank."""
SMALL = 2048
"""Fewer numbers than this stay as they are."""
LEVELS = 127


def model() -> bytes:
    kept = {name: tensor for name, tensor in load_file(WEIGHTS).items() if not name.startswith(PREVIEW)}
    return save(rounded(kept))


def colours() -> dict[str, list]:
    """The model's quick colours: factors [channel, rgb] and bias."""
    kept = load_file(WEIGHTS)
    return {name: kept[PREVIEW + name].float().tolist() for name in ("factors", "bias")}


def lora(name: str) -> bytes:
    file = file_of(LORAS[name])
    with safe_open(file, "pt") as opened:
        metadata = opened.metadata() or {}
    return save(rounded(load_file(file)), metadata)


def rounded(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    made: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.ndim < 2 or tensor.numel() <= SMALL:
            made[name] = tensor
        else:
            made[name], made[f"{name}.scale"] = in_8_bits(tensor)
    return made


def in_8_bits(tensor: Tensor) -> tuple[Tensor, Tensor]:
    """Whole numbers in -127..127, and by how much each output row is to be multiplied."""
    rows = tensor.float().flatten(1)
    scale = rows.abs().amax(1) / LEVELS
    scale[scale == 0] = 1
    return (rows / scale[:, None]).round().to(torch.int8).view(tensor.shape), scale
