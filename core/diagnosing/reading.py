"""One number of a quantity, and what to say where there is none."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`step` is the state it belongs to, None for the run as a whole; `words` fill in what its sentence names."""

    value: float
    step: int | None = None
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotKnown:
    """Why a quantity has no number here: a part of a sentence."""

    why: str


Readings = list[Reading] | NotKnown
