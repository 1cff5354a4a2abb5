"""LoHa and LoKr: updates made by other products than up · down, and the factors that they are equal to.

Yeh et al. 2024, "Navigating Text-To-Image Customization: From LyCORIS Fine-Tuning to Model Evaluation". Both are
low-rank in the plain sense, too, of a higher rank than their tensors; where that is no gain the whole ΔW is given.
"""

import torch
from torch import Tensor

from .formats import Format, Parts, Shape, check_axes, flat, shortest, thin

HADAMARD = ("w1_a", "w1_b", "w2_a", "w2_b")


def _check_loha(parts: Parts) -> None:
    check_axes(parts, *HADAMARD)
    if ("t1" in parts) != ("t2" in parts):
        raise ValueError("it has one of hada_t1 and hada_t2, but needs both or none")
    one, other = (_hadamard_shape(parts, side) for side in ("1", "2"))
    if one != other:
        raise ValueError(f"its two matrices have the shapes {list(one)} and {list(other)}, but must be of one shape")


def _hadamard_shape(parts: Parts, side: str) -> Shape:
    a, b = parts[f"w{side}_a"], parts[f"w{side}_b"]
    core = parts.get(f"t{side}")
    if core is not None:
        return _tucker_shape(core, a, b)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(f"w{side}_a {list(a.shape)} and w{side}_b {list(b.shape)} cannot be multiplied")
    return a.shape[0], b.shape[1]


def _tucker_shape(core: Tensor, a: Tensor, b: Tensor) -> Shape:
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError(f"the sides of its core have the shapes {list(a.shape)} and {list(b.shape)}: not two matrices")
    if core.ndim != 4 or core.shape[:2] != (a.shape[0], b.shape[0]):
        raise ValueError(
            f"its core {list(core.shape)} does not fit its sides {list(a.shape)} and {list(b.shape)}: it must be"
            f" [{a.shape[0]}, {b.shape[0]}, height, width]"
        )
    return a.shape[1], b.shape[1], *core.shape[2:]


def _tucker(core: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """[out, in, height, width] of core [p, q, height, width], a [p, out], b [q, in]."""
    return torch.einsum("p q h w, q i, p o -> o i h w", core.float(), b.float(), a.float()).contiguous()


def _loha_rank(parts: Parts) -> int:
    whole = shortest(_hadamard_shape(parts, "1"))
    return whole if "t1" in parts else min(whole, parts["w1_b"].shape[0] * parts["w2_b"].shape[0])


def _loha_factors(parts: Parts) -> tuple[Tensor, Tensor]:
    """(A1 B1) ∘ (A2 B2): row by row Kronecker products of A1 and A2, column by column of B1 and B2."""
    if "t1" in parts:
        one, other = (_tucker(parts[f"t{side}"], parts[f"w{side}_a"], parts[f"w{side}_b"]) for side in "12")
        return thin(flat(one * other))
    a1, b1, a2, b2 = (parts[role].float() for role in HADAMARD)
    if b1.shape[0] * b2.shape[0] > shortest((a1.shape[0], b1.shape[1])):
        return thin((a1 @ b1) * (a2 @ b2))
    return torch.einsum("o p, o q -> o p q", a1, a2).flatten(1), torch.einsum("p i, q i -> p q i", b1, b2).flatten(0, 1)


LOHA = Format(
    title="LoHa",
    check=_check_loha,
    shape=lambda parts: _hadamard_shape(parts, "1"),
    rank=_loha_rank,
    divisor=lambda parts: parts["w1_b"].shape[0],
    factors=_loha_factors,
)


def _check_lokr(parts: Parts) -> None:
    for side in "12":
        if f"w{side}" in parts:
            check_axes(parts, f"w{side}")
        elif f"w{side}_a" not in parts or f"w{side}_b" not in parts:
            raise ValueError(f"it has neither lokr_w{side} nor both of lokr_w{side}_a and lokr_w{side}_b")
        _side_shape(parts, side)


def _side_shape(parts: Parts, side: str) -> Shape:
    if f"w{side}" in parts:
        return tuple(parts[f"w{side}"].shape)
    return _hadamard_shape(parts, side)


def _lokr_shape(parts: Parts) -> Shape:
    (rows, columns, *_), (more_rows, more_columns, *kernel) = (_side_shape(parts, side) for side in "12")
    return rows * more_rows, columns * more_columns, *kernel


def _side(parts: Parts, side: str) -> tuple[Tensor, Tensor]:
    if f"w{side}" in parts:
        return thin(flat(parts[f"w{side}"]))
    a, b, core = parts[f"w{side}_a"], parts[f"w{side}_b"], parts.get(f"t{side}")
    return (a.float(), b.float()) if core is None else thin(flat(_tucker(core, a, b)))


def _side_rank(parts: Parts, side: str) -> int:
    if f"w{side}" in parts or f"t{side}" in parts:
        return shortest(_side_shape(parts, side))
    return parts[f"w{side}_b"].shape[0]


def _lokr_rank(parts: Parts) -> int:
    return min(shortest(_lokr_shape(parts)), _side_rank(parts, "1") * _side_rank(parts, "2"))


def _lokr_factors(parts: Parts) -> tuple[Tensor, Tensor]:
    """(A1 B1) ⊗ (A2 B2) = (A1 ⊗ A2) (B1 ⊗ B2)."""
    (a1, b1), (a2, b2) = _side(parts, "1"), _side(parts, "2")
    if b1.shape[0] * b2.shape[0] > shortest(_lokr_shape(parts)):
        return thin(torch.kron(a1 @ b1, a2 @ b2))
    return torch.kron(a1, a2), torch.kron(b1, b2)


def _lokr_divisor(parts: Parts) -> int | None:
    """ComfyUI divides by the rank of the side that is given by factors, the second where both are."""
    for side in "21":
        if f"w{side}" not in parts:
            return parts[f"w{side}_b"].shape[0]
    return None


LOKR = Format(
    title="LoKr",
    check=_check_lokr,
    shape=_lokr_shape,
    rank=_lokr_rank,
    divisor=_lokr_divisor,
    factors=_lokr_factors,
)
