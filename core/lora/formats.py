"""How the tensors of a layer make its update: up · down, and the formats that are exactly that after some arithmetic.

Each is given the layer's tensors by their role. Scaling by α is the caller's: ΔW = (α / divisor) · up · down. The axes
are those that ComfyUI reads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

Parts = Mapping[str, Tensor]
Shape = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Format:
    """A way to say an update.

    title    how people call it
    check    raises ValueError where the parts do not fit each other
    shape    of ΔW, the kernel of a convolution last where the parts tell it
    rank     columns of up
    divisor  what α is divided by; None where the format has no scale
    factors  up [out, rank] and down [rank, in · kernel]
    """

    title: str
    check: Callable[[Parts], None]
    shape: Callable[[Parts], Shape]
    rank: Callable[[Parts], int]
    divisor: Callable[[Parts], int | None]
    factors: Callable[[Parts], tuple[Tensor, Tensor]]


def flat(tensor: Tensor) -> Tensor:
    """A kernel's axes belong to the columns: [out, in, height, width] as [out, in · height · width]."""
    return tensor.flatten(1)


def _check_up_down(parts: Parts) -> None:
    up, down = parts["up"], parts["down"]
    check_axes(parts, "up", "down")
    if flat(up).shape[1] != down.shape[0]:
        raise ValueError(f"up {list(up.shape)} and down {list(down.shape)} do not share a rank")


def check_axes(parts: Parts, *roles: str) -> None:
    for role in roles:
        if parts[role].ndim < 2 or not parts[role].numel():
            raise ValueError(f"{role} has the shape {list(parts[role].shape)}, but must be a matrix with numbers in it")


def _up_down_shape(parts: Parts) -> Shape:
    return (parts["up"].shape[0], *parts["down"].shape[1:])


LORA = Format(
    title="LoRA",
    check=_check_up_down,
    shape=_up_down_shape,
    rank=lambda parts: parts["down"].shape[0],
    divisor=lambda parts: parts["down"].shape[0],
    factors=lambda parts: (flat(parts["up"]), flat(parts["down"])),
)


def _check_mid(parts: Parts) -> None:
    _check_up_down(parts)
    rank, mid = parts["down"].shape[0], parts["mid"]
    if mid.ndim != 4 or mid.shape[:2] != (rank, rank):
        raise ValueError(f"its middle has the shape {list(mid.shape)}, but must be [{rank}, {rank}, height, width]")
    if flat(parts["down"]).shape[1] != parts["down"].shape[1]:
        raise ValueError(f"down {list(parts['down'].shape)} must have a kernel of 1 × 1 beside a middle")


def _mid_factors(parts: Parts) -> tuple[Tensor, Tensor]:
    """The middle is a convolution between the two: it goes into down, and the rank stays."""
    mid, down = parts["mid"].float(), flat(parts["down"]).float()
    return flat(parts["up"]).float(), torch.einsum("m n h w, n j -> m j h w", mid, down).flatten(1)


MID = Format(
    title="LoRA with a middle (Tucker)",
    check=_check_mid,
    shape=lambda parts: (parts["up"].shape[0], parts["down"].shape[1], *parts["mid"].shape[2:]),
    rank=LORA.rank,
    divisor=LORA.divisor,
    factors=_mid_factors,
)


def _check_diff(parts: Parts) -> None:
    check_axes(parts, "diff")


def thin(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A whole matrix as two factors: itself and an identity on its shorter side."""
    rows, columns = matrix.shape
    if rows <= columns:
        return torch.eye(rows), matrix.float()
    return matrix.float(), torch.eye(columns)


def shortest(shape: Shape) -> int:
    return min(shape[0], prod(shape[1:]))


DIFF = Format(
    title="full difference",
    check=_check_diff,
    shape=lambda parts: tuple(parts["diff"].shape),
    rank=lambda parts: shortest(tuple(parts["diff"].shape)),
    divisor=lambda parts: None,
    factors=lambda parts: thin(flat(parts["diff"])),
)
