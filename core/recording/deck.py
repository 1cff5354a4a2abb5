"""Trajectories side by side, with the name of what differs and what is needed to decode them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch

from ..filled_sentence import filled
from ..fingerprint import fingerprint
from ..latent_space import LatentSpace
from ..parameterization import PARAMETERIZATIONS, Parameterization
from .model_facts import ModelFacts
from .trajectory import Trajectory

KINDS = ("run", "sweep", "walk", "forward")
"""How the trajectories came about: one sampler's batch, cells that differ in chosen settings, stops along a walk
through noise, or a picture that was noised.
"""

FLATTEST = 3
"""A picture of what has one axis is at most so many times as wide as high."""
WIDEST = 1e6
"""No model's finished latents are spread wider."""


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What differs along one side of a grid: the setting's name, and its values as they are to be read."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Deck:
    """One or more trajectories of one model with latents of one shape.

    `varies` names what differs between them ("item", "guidance", ...), None for a single one. `sigma_data` is the
    spread of the model's finished latents (1 for Stable Diffusion), Karras et al. 2022, table 1. With `axes` each
    trajectory has its place on them, the first axis across, the second down; a sweep that was stopped lacks some.
    """

    trajectories: tuple[Trajectory, ...]
    model: str
    parameterization: Parameterization
    space: LatentSpace
    title: str = ""
    varies: str | None = None
    sigma_data: float = 1.0
    kind: str = "run"
    axes: tuple[Axis, ...] = ()

    def __post_init__(self):
        if not self.trajectories:
            raise ValueError("a deck needs at least one trajectory")
        if self.parameterization not in PARAMETERIZATIONS:
            raise ValueError(
                f"parameterization must be one of {', '.join(PARAMETERIZATIONS)}, got {self.parameterization!r}"
            )
        if not 0 < self.sigma_data < WIDEST:
            raise ValueError(f"sigma_data must be above 0 and below {WIDEST:g}, got {self.sigma_data}")
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        self._check_places()
        shapes = {tuple(t.x.shape[1:]) for t in self.trajectories}
        if len(shapes) > 1:
            raise ValueError(f"all trajectories of a deck need latents of one shape, got {sorted(shapes)}")
        if self.latent_shape[0] != self.space.channels:
            raise ValueError(f"latents of {self.latent_shape[0]} channels do not fit a space of {self.space.channels}")

    def _check_places(self) -> None:
        sizes = [len(axis.values) for axis in self.axes]
        places = [t.place for t in self.trajectories]
        inside = all(len(p) == len(sizes) and all(0 <= i < n for i, n in zip(p, sizes, strict=True)) for p in places)
        if not inside:
            raise ValueError(f"every trajectory needs a place on axes of {sizes} values, got {places}")
        if sizes and len(set(places)) < len(places):
            raise ValueError("two trajectories of a deck stand at the same place")

    @property
    def latent_shape(self) -> tuple[int, ...]:
        """[channel, (frame,) height, width]"""
        return tuple(self.trajectories[0].x.shape[1:])

    @property
    def pixels(self) -> tuple[int, int]:
        """Height and width of a finished picture; of what has one axis, a row for each channel along it."""
        if self.space.axes == 1:
            return max(self.space.channels, self.latent_shape[-1] // FLATTEST), self.latent_shape[-1]
        return self.latent_shape[-2] * self.space.downscale, self.latent_shape[-1] * self.space.downscale

    @property
    def frames(self) -> int:
        return self.trajectories[0].frames

    @property
    def bytes(self) -> int:
        return sum(t.bytes for t in self.trajectories)

    @property
    def fingerprint(self) -> str:
        """Of where its runs ended: equal for the same deck, however it is handed on."""
        return fingerprint(torch.stack([t.x[-1] for t in self.trajectories]))

    def trajectory(self, index: int) -> Trajectory:
        if not 0 <= index < len(self.trajectories):
            raise ValueError(filled("trajectory must be 0..{1}, got {2}", len(self.trajectories) - 1, index))
        return self.trajectories[index]

    def only(self, index: int) -> "Deck":
        """A deck of one of the trajectories."""
        alone = replace(self.trajectory(index), place=())
        return replace(self, trajectories=(alone,), varies=None, axes=())


def noted(deck: Deck, notes: tuple[str, ...]) -> Deck:
    """The deck, every trajectory of which says these, too."""
    if not notes:
        return deck
    return replace(deck, trajectories=tuple(replace(t, notes=(*t.notes, *notes)) for t in deck.trajectories))


def differing(decks: Sequence[Deck | ModelFacts], whats: Iterable[str]) -> tuple[str, str] | None:
    """The first of the named properties that is not the same in all decks, and what came: "eps and flow"; None where
    they agree in all of them.
    """
    for what in whats:
        came = [getattr(deck, what) for deck in decks]
        other = next((value for value in came if value != came[0]), None)
        if other is not None:
            return what, " and ".join(str(getattr(value, "name", value)) for value in (came[0], other))
    return None
