"""What is asked of tensors everywhere: how large the values are, how far apart two lie, how much memory they take."""

from collections.abc import Iterable

from torch import Tensor

MEBIBYTE = 2**20
GIBIBYTE = 2**30


def rms(values: Tensor) -> float:
    """Root mean square over all values, computed in float64.

    >>> import torch
    >>> rms(torch.tensor([3.0, 4.0, 0.0, 0.0]))
    2.5
    """
    return float(values.double().square().mean().sqrt())


def rms_between(first: Tensor, second: Tensor) -> float:
    """Root mean square of the difference of two tensors whose shapes broadcast, computed in float64."""
    return rms(first.double() - second.double())


def bytes_of(tensors: Iterable[Tensor | None]) -> int:
    """Memory that the values of these tensors take, as if each were stored alone; None takes nothing."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors if tensor is not None)
