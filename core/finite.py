"""Numbers that may be missing: what is not known is None and, as JSON carries them, NaN and infinity are, too."""

import math
from collections.abc import Sequence

SEVEN_DIGITS = 7
"""As many digits as a float32 has."""


def finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


def rounded(number: float | None, digits: int = SEVEN_DIGITS) -> float | None:
    """`number` with so many significant digits, or None.

    >>> rounded(0.123456789), rounded(1234.5, 2), rounded(float("nan"))
    (0.1234568, 1200.0, None)
    """
    return float(f"{number:.{digits}g}") if finite(number) is not None else None


def sum_of_known(numbers: Sequence[float | None]) -> float | None:
    """None where one of them is not known, or where there is none."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None
