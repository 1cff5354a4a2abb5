"""What a decoded picture's colours say of a run: how saturated they are, and how many no screen can show."""

from torch import Tensor


def saturation(pictures: Tensor) -> Tensor:
    """Mean over pixels of (max - min) / max of red, green and blue, 0 where all are 0: the S of HSV (Smith 1978).

    Pictures [..., height, width, colour] in 0..1 to [...].
    """
    highest, lowest = pictures.amax(-1), pictures.amin(-1)
    return ((highest - lowest) / highest.clamp(min=1e-12)).mean((-2, -1))


def clipped_share(raw: Tensor) -> Tensor:
    """Share of the decoder's numbers, one a pixel and colour, that lie outside 0..1 before they are cut off there
    (outside -1..1 on the decoder's own scale). [..., height, width, colour] to [...].
    """
    return ((raw < 0) | (raw > 1)).double().mean((-3, -2, -1))
