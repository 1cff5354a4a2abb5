"""Trajectories side by side, with the name of what differs and what is needed to decode them."""

from dataclasses import dataclass, replace

from .latent_space import LatentSpace
from .parameterization import PARAMETERIZATIONS
from .trajectory import Trajectory


@dataclass(frozen=True, kw_only=True, eq=False)
class Deck:
    """One or more trajectories of one model with latents of one shape.

    `varies` names what differs between them ("item", "guidance", ...), None for a single one. `sigma_data` is the
    spread of the model's finished latents (1 for Stable Diffusion), Karras et al. 2022, table 1.
    """

    trajectories: tuple[Trajectory, ...]
    model: str
    parameterization: str
    space: LatentSpace
    title: str = ""
    varies: str | None = None
    sigma_data: float = 1.0

    def __post_init__(self):
        if not self.trajectories:
            raise ValueError("a deck needs at least one trajectory")
        if self.parameterization not in PARAMETERIZATIONS:
            raise ValueError(
                f"parameterization must be one of {', '.join(PARAMETERIZATIONS)}, got {self.parameterization!r}"
            )
        if not self.sigma_data > 0:
            raise ValueError(f"sigma_data must be above 0, got {self.sigma_data}")
        shapes = {tuple(t.x.shape[1:]) for t in self.trajectories}
        if len(shapes) > 1:
            raise ValueError(f"all trajectories of a deck need latents of one shape, got {sorted(shapes)}")
        if self.latent_shape[0] != self.space.channels:
            raise ValueError(f"latents of {self.latent_shape[0]} channels do not fit a space of {self.space.channels}")

    @property
    def latent_shape(self) -> tuple[int, ...]:
        """[channel, (frame,) height, width]"""
        return tuple(self.trajectories[0].x.shape[1:])

    @property
    def frames(self) -> int:
        return self.trajectories[0].frames

    @property
    def bytes(self) -> int:
        return sum(t.bytes for t in self.trajectories)

    def trajectory(self, index: int) -> Trajectory:
        if not 0 <= index < len(self.trajectories):
            raise ValueError(f"trajectory must be 0..{len(self.trajectories) - 1}, got {index}")
        return self.trajectories[index]

    def only(self, index: int) -> "Deck":
        """A deck of one of the trajectories."""
        return replace(self, trajectories=(self.trajectory(index),), varies=None)
