"""One sampler's finished or interrupted pass over a batch, and the deck that is made of it."""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from ..filled_sentence import filled
from ..tensors import bytes_of
from .deck import Deck
from .model_facts import ModelFacts
from .trajectory import Trajectory


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """A sealed run: nothing is added to it any more. `Sampling` makes it.

    items         which items of the batch were kept
    schedule      the noise levels that the sampler was handed, the end included
    trajectories  one for each kept item; none when the model was never called
    stopped       why the recording ended before the run did, one sentence; empty when it did not
    result        the LATENT's samples [item, channel, ...], the whole batch; None when the run was interrupted
    """

    model: ModelFacts
    items: tuple[int, ...]
    schedule: tuple[float, ...]
    trajectories: tuple[Trajectory, ...]
    stopped: str
    result: Tensor | None

    @property
    def interrupted(self) -> bool:
        return self.result is None

    @property
    def steps(self) -> int:
        """The steps that were asked for."""
        return len(self.schedule) - 1

    @property
    def steps_kept(self) -> int:
        return self.trajectories[0].guesses if self.trajectories else 0

    @cached_property
    def bytes(self) -> int:
        return sum(trajectory.bytes for trajectory in self.trajectories) + bytes_of([self.result])

    def in_words(self) -> str:
        """What tells it from others: "euler, seed 5, 10 steps, sigma 14.6 to 1.2, 16 x 16, interrupted"."""
        run = self.trajectories[0]
        words = (
            run.settings.sampler,
            None if run.settings.seed is None else f"seed {run.settings.seed}",
            f"{run.steps} steps",
            f"sigma {float(run.sigmas[0]):.4g} to {float(run.sigmas[-1]):.4g}",
            " x ".join(map(str, reversed(run.x.shape[2:]))),
            f"{len(self.items)} items" if len(self.items) > 1 else None,
            "interrupted" if self.interrupted else None,
        )
        return ", ".join(word for word in words if word)

    def deck(self, *, title: str = "") -> Deck:
        """The run as a deck, one trajectory an item; a batch varies by item."""
        if not self.trajectories:
            raise ValueError(
                filled("Nothing of this run was kept, so there is nothing to look at.")
                + " "
                + (self.stopped or filled("Were there 0 steps, or was the sampler stopped at once?"))
            )
        return Deck(
            trajectories=self.trajectories,
            model=self.model.name,
            parameterization=self.model.parameterization,
            space=self.model.space,
            sigma_data=self.model.sigma_data,
            title=title,
            varies="item" if len(self.items) > 1 else None,
        )
