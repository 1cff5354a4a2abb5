"""Two colour scales for numbers drawn as maps: around zero, and from zero up. Ranges are given, never found."""

import torch
from torch import Tensor

AROUND_ZERO = ("#2654a8", "#8fb0dc", "#f4f2ee", "#e3a07f", "#c44026")
FROM_ZERO = ("#0a0818", "#54186e", "#c43c4e", "#f89e3e", "#fcf6be")
NO_NUMBER = 0.5


def colour(values: Tensor, low: float, high: float, scale: tuple[str, ...]) -> Tensor:
    """Numbers of any shape as colours [..., 3] in 0..1: `low` is the scale's first colour, `high` its last.

    Linear between; a value that is not a number is grey.
    """
    anchors = torch.tensor([_rgb(name) for name in scale])
    place = ((values.float() - low) / (high - low)).clamp(0, 1).nan_to_num() * (len(scale) - 1)
    below = place.floor().long().clamp(max=len(scale) - 2)
    mixed = torch.lerp(anchors[below], anchors[below + 1], (place - below).unsqueeze(-1))
    return mixed.masked_fill(values.isnan().unsqueeze(-1), NO_NUMBER)


def _rgb(name: str) -> tuple[float, ...]:
    return tuple(int(name[i : i + 2], 16) / 255 for i in (1, 3, 5))
