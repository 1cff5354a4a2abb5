"""Where a number stands along an axis, and which numbers are written beside it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

SCALES = ("linear", "log")
FLOOR = 0.09
"""Zero has no place on a log scale: it stands on the floor, this share of the axis below the lowest number above it."""

LEAST_DECADES = 3
"""Below so many powers of ten inside an axis, 2 and 5 times each are written as well."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A number on an axis. A minor one is left out where there is little room."""

    at: float
    text: str
    minor: bool = False


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Lowest and highest number of an axis, and the share of it that lies below the lowest (`floor`, log scales)."""

    kind: str
    low: float
    high: float
    floor: float = 0.0

    def place(self, value: float | None) -> float | None:
        """0 at the start of the axis, 1 at its end; None for what has no place."""
        if value is None or not math.isfinite(value):
            return None
        if self.kind == "linear":
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return 0.0 if value == 0 else None
        return self.floor + (1 - self.floor) * math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self) -> tuple[Tick, ...]:
        return _log_ticks(self) if self.kind == "log" else _linear_ticks(self)


def scale_over(values: Iterable[float | None], kind: str, span: tuple[float, float] | None = None) -> Scale:
    """The axis that holds `values`, or exactly `span`. Never empty: a single number gets room on both sides."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    if kind == "log":
        positive = [v for v in known if v > 0] or [1.0]
        low, high = span or (min(positive), max(positive))
        room = 10**0.5 if low == high else 1.0
        return Scale(kind=kind, low=low / room, high=high * room, floor=FLOOR if min(known, default=1.0) == 0 else 0.0)
    low, high = span or (min(known, default=0.0), max(known, default=1.0))
    room = 0.5 if low == high else 0.0
    return Scale(kind=kind, low=low - room, high=high + room)


def write_number(value: float) -> str:
    """Four significant digits at most, as plain text: 0.05, 14.6, 120."""
    return f"{value:.4g}"


def _linear_ticks(scale: Scale) -> tuple[Tick, ...]:
    step = _round_step((scale.high - scale.low) / 4)
    first = math.ceil(scale.low / step - 1e-9)
    last = math.floor(scale.high / step + 1e-9)
    return tuple(Tick(at=k * step, text=write_number(k * step), minor=(k % 2 == 1)) for k in range(first, last + 1))


def _round_step(size: float) -> float:
    """The nearest of 1, 2, 2.5, 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(size))
    return min((m * power for m in (1, 2, 2.5, 5, 10)), key=lambda step: abs(math.log(step / size)))


def _log_ticks(scale: Scale) -> tuple[Tick, ...]:
    powers = range(math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high) + 1e-9) + 1)
    ticks = [Tick(at=10.0**k, text=write_number(10.0**k)) for k in powers]
    if len(ticks) < LEAST_DECADES:
        ticks = [tick for tick in _between_decades(scale) if scale.low <= tick.at * 1.000001 <= scale.high * 1.000002]
    if not ticks:
        ticks = [Tick(at=end, text=write_number(end)) for end in (scale.low, scale.high)]
    zero = (Tick(at=0.0, text="0"),) if scale.floor else ()
    return (*zero, *sorted(ticks, key=lambda tick: tick.at))


def _between_decades(scale: Scale) -> list[Tick]:
    powers = range(math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high)) + 1)
    return [Tick(at=m * 10.0**k, text=write_number(m * 10.0**k), minor=m != 1) for k in powers for m in (1, 2, 5)]
