"""The part of a way that one sampler made, and how it goes on from the part before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from torch import Tensor
from torch.nn.functional import interpolate

from ..filled_sentence import filled
from .settings import Settings

Join = Literal["", "on", "noise", "level", "size", "change"]
JOINS: tuple[str, ...] = get_args(Join)
"""How a part begins: the first of all; on from the same state; from the same latent with noise added to it, or taken at
another noise level; from that latent at another size; from one that was changed, as decoding and encoding do.
"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What one sampler made of a way that several made.

    start     number of its first state
    size      (frame,) height, width of its latents: smaller ones stand in the way enlarged, each cell repeated
    off       how far its beginning lies from the end before, against that end; None for the first, and another size
    likeness  of its beginning and the end before: 1 for the same latent, lower for one that was made of it
    noise     fingerprint of the noise that was added at its start; empty for none
    """

    start: int
    model: str
    settings: Settings
    size: tuple[int, ...]
    join: Join = ""
    off: float | None = None
    likeness: float = 1.0
    noise: str = ""

    def __post_init__(self):
        if self.join not in JOINS:
            raise ValueError(f"join must be one of {', '.join(map(repr, JOINS))}, got {self.join!r}")
        if not self.size or min(self.size) < 1:
            raise ValueError(f"a stage needs latents of a size, got {list(self.size)}")

    @property
    def goes_on(self) -> bool:
        """Whether the state before and its first one are the same: nothing was done between."""
        return self.join == "on"


def check_stages(stages: Sequence[Stage], states: int, dimensions: int) -> None:
    """Raises ValueError for parts that do not fit a way of so many states."""
    starts = [stage.start for stage in stages]
    if starts != sorted(set(starts)) or starts[0] != 0 or starts[-1] >= states:
        raise ValueError(f"stages that begin at {starts} do not fit {states} states")
    if any(len(stage.size) != dimensions for stage in stages):
        raise ValueError(f"stages of sizes {[list(stage.size) for stage in stages]} do not fit the states")


def sized(latents: Tensor, size: Sequence[int]) -> Tensor:
    """[row, channel, ...] with cells repeated to a larger size. The same call with the old size gives them back to the
    bit: no cell is left out on the way up, as torch's "nearest-exact" takes the middle of each.
    """
    if tuple(latents.shape[2:]) == tuple(size):
        return latents
    return interpolate(latents, tuple(size), mode="nearest-exact")


def join_sentence(before: Stage, stage: Stage, sigma: float) -> str:
    """What was done between two parts. `sigma`: where the later one begins."""
    last, first, sampler, level = stage.start - 1, stage.start, who(stage), f"{sigma:.4g}"
    off, like = f"{100 * (stage.off or 0):.2g} %", f"{stage.likeness:.2f}"
    sizes = _size(before), _size(stage)
    match stage.join:
        case "on":
            return filled(
                "From step {1} on the sampler is {2}: it takes up the same state ({3} apart).",
                *(first, sampler, off),
            )
        case "noise":
            return filled(
                "Between states {1} and {2} noise of sigma {3} was added; from there on the sampler is {4}.",
                *(last, first, level, sampler),
            )
        case "level":
            return filled(
                "Between states {1} and {2} nothing was added, and yet the sampler {3} takes the latent for one of"
                " sigma {4}.",
                *(last, first, sampler, level),
            )
        case "size":
            return filled(
                "Between states {1} and {2} the latent went from {3} to {4} (likeness {5}); from there on the sampler"
                " is {6}.",
                *(last, first, *sizes, like, sampler),
            )
    return filled(
        "Between states {1} and {2} the latent was changed, as decoding and encoding do: {3} apart, likeness {4}. From"
        " there on the sampler is {5}.",
        *(last, first, off, like, sampler),
    )


def who(stage: Stage) -> str:
    return " on ".join(word for word in (stage.settings.sampler, stage.model) if word)


def _size(stage: Stage) -> str:
    return " × ".join(map(str, reversed(stage.size)))
