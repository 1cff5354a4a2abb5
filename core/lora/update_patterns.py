"""Updates with a structure one can see: what the low-rank lab takes apart."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

BOLT = ((0.46, 0.0), (0.28, 0.56), (0.50, 0.56), (0.38, 1.0), (0.74, 0.40), (0.52, 0.40), (0.70, 0.0))
"""Corners (x, y) of a lightning bolt in the unit square, y downwards."""

SOFTNESS = 1 / 32
"""Spread of its edge: half a cell of 16."""
FINENESS = 512
"""Points along a side at which the bolt is drawn before it is softened."""
BAR = (0.375, 0.625)
"""Where a bar of the cross lies, across its width."""
LUMINANCE = (0.2126, 0.7152, 0.0722)
"""Weights of red, green and blue in brightness (ITU-R BT.709)."""
FLAT = 1e-4
"""A picture whose greys differ by less, of 0..1, has nothing to see."""


def bolt(size: int) -> Tensor:
    """[size, size], 0..1: a lightning bolt with soft edges."""
    across = (torch.arange(FINENESS, dtype=torch.float64) + 0.5) / FINENESS
    inside = _inside(BOLT, across, across[:, None])
    blur = torch.exp(-0.5 * ((across - centres(size)[:, None]) / SOFTNESS).square())
    blur = blur / (SOFTNESS * FINENESS * math.sqrt(2 * math.pi))
    return blur @ inside.double() @ blur.T


def cross(size: int) -> Tensor:
    """[size, size] of 0 and 1: a bar across a bar."""
    bar = ((centres(size) > BAR[0]) & (centres(size) < BAR[1])).double()
    return torch.maximum(bar, bar[:, None])


def gradient(size: int) -> Tensor:
    """[size, size], -1 at the upper left to 1 at the lower right."""
    return centres(size) + centres(size)[:, None] - 1


def diagonal(size: int) -> Tensor:
    """[size, size] of 0 and 1: one line from corner to corner."""
    return torch.eye(size, dtype=torch.float64)


def noise(size: int, seed: int) -> Tensor:
    """[size, size], independent draws from the normal distribution; the same for the same seed."""
    return torch.randn(size, size, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def of_picture(image: Tensor, size: int) -> Tensor:
    """[size, size], -1..1: how much lighter than its own average each place of a picture is.

    image: [batch, height, width, channel], 0..1; its first picture, and of that the square in the middle. Raises
    ValueError for what is no picture, and for one of an even grey.
    """
    grey = _grey(image)
    side = min(grey.shape)
    top, left = ((whole - side) // 2 for whole in grey.shape)
    square = grey[top : top + side, left : left + side]
    cells = torch.nn.functional.interpolate(square[None, None], (size, size), mode="area")[0, 0]
    if cells.max() - cells.min() < FLAT:
        raise ValueError("the picture is one even grey, there is nothing in it to take apart: connect another one")
    return unit(cells - cells.mean())


SHAPES: dict[str, Callable[[int], Tensor]] = {
    "bolt": bolt,
    "cross": cross,
    "gradient": gradient,
    "diagonal": diagonal,
}
"""The patterns that are drawn, by name."""


def with_noise(update: Tensor, amount: float, seed: int) -> Tensor:
    """The update and noise over it, `amount` times as strong (root mean square)."""
    return update + amount * update.square().mean().sqrt() * noise(len(update), seed)


def unit(update: Tensor) -> Tensor:
    """The same with 1 as its largest entry, whatever its sign."""
    return update / update.abs().max()


def centres(size: int) -> Tensor:
    """[size]: where the cells of a row have their middle, 0..1."""
    return (torch.arange(size, dtype=torch.float64) + 0.5) / size


def _inside(corners: tuple[tuple[float, float], ...], x: Tensor, y: Tensor) -> Tensor:
    """Whether a ray to the right crosses the outline an odd number of times."""
    crossings = torch.zeros(torch.broadcast_shapes(x.shape, y.shape), dtype=torch.long)
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if y1 != y2:
            crossings += ((y < y1) != (y < y2)) & (x < x1 + (x2 - x1) * (y - y1) / (y2 - y1))
    return crossings % 2 == 1


def _grey(image: Tensor) -> Tensor:
    """[height, width]"""
    if image.ndim != 4 or image.shape[-1] not in (1, 3, 4) or not image.numel():
        raise ValueError(
            f"a picture is [batch, height, width, channel] with 1, 3 or 4 channels, got shape {list(image.shape)}"
        )
    first = image[0].detach().cpu().double()
    if not torch.isfinite(first).all():
        raise ValueError("the picture holds numbers that are not finite (NaN or infinite): connect another one")
    colours = first[..., :3] if first.shape[-1] >= 3 else first.expand(-1, -1, 3)
    return colours @ torch.tensor(LUMINANCE, dtype=torch.float64)
