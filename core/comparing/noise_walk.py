"""A walk from seed to seed through starting noise: the noise between two seeds, and the stops on the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..recording.trajectory import LARGEST_SEED

"""Seeds are below this: what a torch generator takes."""
SEEDS_AT_MOST = 64
DIGITS = range(3, 9)
"""Significant digits of the percentages that name stops."""
STOPS_AT_MOST = 600
"""Stops of one walk; 600 are 25 seconds of film."""
OPPOSITE = 1e-6
"""Radians from exactly opposite at which the great circle is no longer decided by the vectors but by their rounding."""


def slerp(a: Tensor, b: Tensor, t: float) -> Tensor:
    """The noise `t` (0..1) of the way from a to b at even speed along the great circle between their directions.

    Shoemake 1985, "Animating rotation with quaternion curves": sin((1 - t) θ) / sin θ · a + sin(t θ) / sin θ · b for
    unit vectors at the angle θ; the length goes evenly from |a| to |b|. Each tensor is one vector, whatever its shape.
    Raises ValueError for other shapes, for vectors without a direction, and for opposite ones.

    >>> import torch
    >>> right, up = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])
    >>> slerp(right, up, 0.5)
    tensor([1.4142, 1.4142])
    >>> lerp(right, up, 0.5)
    tensor([1., 1.])
    """
    end = _known_end(a, b, t)
    if end is not None:
        return end.clone()
    from_, to = _exact(a), _exact(b)
    lengths = _length(from_), _length(to)
    u, v = from_ / lengths[0], to / lengths[1]
    weights = _great_circle_weights(_angle(u, v), t)
    length = (1 - t) * lengths[0] + t * lengths[1]
    return ((weights[0] * u + weights[1] * v) * length).to(a)


def lerp(a: Tensor, b: Tensor, t: float) -> Tensor:
    """The straight mix (1 - t) a + t b. Between two independent noises it is too short: by √((1 - t)² + t²)."""
    end = _known_end(a, b, t)
    if end is not None:
        return end.clone()
    from_, to = _exact(a), _exact(b)
    return ((1 - t) * from_ + t * to).to(a)


MIXINGS: dict[str, Callable[[Tensor, Tensor, float], Tensor]] = {"spherical": slerp, "linear": lerp}
EASES: dict[str, Callable[[float], float]] = {
    "even": lambda t: t,
    "slow at the seeds": lambda t: t * t * (3 - 2 * t),  # a smooth step: it stands still at both ends
}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A place on a walk: `part` (0..1) of the way along one of its legs, which are counted from 0."""

    leg: int
    part: float


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Seeds in the order in which they are visited. A loop goes on from the last to the first."""

    seeds: tuple[int, ...]
    loop: bool = False
    mixing: str = "spherical"

    def __post_init__(self):
        if self.mixing not in MIXINGS:
            raise ValueError(f"mixing must be one of {', '.join(MIXINGS)}, got {self.mixing!r}")
        _check_seeds(self.seeds)

    @property
    def legs(self) -> tuple[tuple[int, int], ...]:
        """The two seeds of each leg."""
        following = (*self.seeds[1:], self.seeds[0]) if self.loop else self.seeds[1:]
        return tuple(zip(self.seeds, following, strict=False))

    def stops(self, frames_between: int, ease: str = "even") -> tuple[Stop, ...]:
        """`frames_between` stops inside each leg, at equal angles unless eased, and one at each seed."""
        if ease not in EASES:
            raise ValueError(f"ease must be one of {', '.join(EASES)}, got {ease!r}")
        if frames_between < 0:
            raise ValueError(f"frames_between must be 0 or more, got {frames_between}: 0 walks over the seeds alone")
        count = len(self.legs) * (frames_between + 1) + (not self.loop)
        if count > STOPS_AT_MOST:
            raise ValueError(
                f"{len(self.seeds)} seeds with {frames_between} frames between them make {count:,} stops, each a run "
                f"of its own; a walk has at most {STOPS_AT_MOST}: ask for fewer frames or fewer seeds"
            )
        parts = [EASES[ease](k / (frames_between + 1)) for k in range(1, frames_between + 1)]
        return self.with_stops([parts] * len(self.legs))

    def with_stops(self, parts: list[list[float]]) -> tuple[Stop, ...]:
        """The stops at the given parts inside each leg, and those at the seeds. A loop does not end where it began."""
        walked = [Stop(leg=leg, part=part) for leg, inside in enumerate(parts) for part in (0.0, *inside)]
        return (*walked, *([] if self.loop else [Stop(leg=len(parts) - 1, part=1.0)]))

    def seed_at(self, stop: Stop) -> int | None:
        """The seed whose own noise a stop has; None between seeds."""
        first, second = self.legs[stop.leg]
        if stop.part == 0 or first == second:
            return first
        return second if stop.part == 1 else None

    def label(self, stop: Stop, digits: int = 3) -> str:
        """Such as "seed 1" and "1 → 2, 40 %"."""
        seed = self.seed_at(stop)
        first, second = self.legs[stop.leg]
        return f"{first} → {second}, {100 * stop.part:.{digits}g} %" if seed is None else f"seed {seed}"

    def labels(self, stops: Sequence[Stop]) -> tuple[str, ...]:
        """A label for each stop, with as many digits as it takes to tell them apart."""
        mixed = {stop for stop in stops if self.seed_at(stop) is None}
        clear = (n for n in DIGITS if len({(s.leg, self.label(s, n)) for s in mixed}) == len(mixed))
        digits = next(clear, DIGITS[-1])
        return tuple(self.label(stop, digits) for stop in stops)

    def noise(self, stop: Stop, noises: Mapping[int, Tensor]) -> Tensor:
        """The starting noise at a stop, from the noise of each seed."""
        first, second = self.legs[stop.leg]
        try:
            return MIXINGS[self.mixing](noises[first], noises[second], stop.part)
        except ValueError as error:
            raise ValueError(f"no walk from seed {first} to seed {second}: {error}") from error

    def shortening(self, stop: Stop, noises: Mapping[int, Tensor]) -> float:
        """The length of a stop's noise relative to that of its two seeds': 1 on the great circle."""
        first, second = (_length(_exact(noises[seed])) for seed in self.legs[stop.leg])
        expected = (1 - stop.part) * first + stop.part * second
        return float(_length(_exact(self.noise(stop, noises))) / expected)


def _check_seeds(seeds: tuple[int, ...]) -> None:
    if len(seeds) < 2:
        raise ValueError(f"a walk goes from seed to seed and needs two or more, such as 1, 2, 3; got {len(seeds)}")
    if len(seeds) > SEEDS_AT_MOST:
        raise ValueError(f"a walk has at most {SEEDS_AT_MOST} seeds, got {len(seeds)}: walk over them in parts")
    wrong = [seed for seed in seeds if not 0 <= seed <= LARGEST_SEED]
    if wrong:
        raise ValueError(f"seeds are whole numbers from 0 to {LARGEST_SEED}, got {wrong[0]}")
    if len(set(seeds)) == 1:
        raise ValueError(f"all seeds of this walk are {seeds[0]}, so it would stand still: give two that differ")


def _known_end(a: Tensor, b: Tensor, t: float) -> Tensor | None:
    """The mix where no arithmetic is needed, and none may round: at the ends, and between equal tensors."""
    if a.shape != b.shape:
        raise ValueError(f"noises of different shapes cannot be mixed: {list(a.shape)} and {list(b.shape)}")
    if not 0 <= t <= 1:
        raise ValueError(f"the way from one noise to the next goes from 0 to 1, got {t}")
    if t == 1:
        return b
    return a if t == 0 or torch.equal(a, b.to(a)) else None


def _exact(noise: Tensor) -> Tensor:
    """Moves a tensor to the CPU as float64, which not every device has."""
    return noise.detach().cpu().double()


def _length(vector: Tensor) -> Tensor:
    """Euclidean. Raises ValueError where there is no direction to go by."""
    length = torch.linalg.vector_norm(vector)
    if not (torch.isfinite(length) and length > 0):
        raise ValueError("a noise that is zero, or not a number somewhere, has no direction")
    return length


def _angle(u: Tensor, v: Tensor) -> Tensor:
    """Between unit vectors, 0..π; exact to rounding at both ends, where the arc cosine is not (Kahan 2006)."""
    return 2 * torch.atan2(torch.linalg.vector_norm(u - v), torch.linalg.vector_norm(u + v))


def _great_circle_weights(angle: Tensor, t: float) -> tuple[Tensor | float, Tensor | float]:
    if angle > torch.pi - OPPOSITE:
        raise ValueError("the two noises are opposite, so that no way between them is the shortest: take another seed")
    if angle == 0:
        return 1 - t, t
    return torch.sin((1 - t) * angle) / torch.sin(angle), torch.sin(t * angle) / torch.sin(angle)
