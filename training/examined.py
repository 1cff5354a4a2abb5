"""What is examined, by whom, and on how many pictures; what was painted once is not painted again."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..pocket.scenes import Scene, draw
from .classifier import Classifier
from .data import Dataset
from .sampling import NOISE_SEED, How, Pocket, captions, noise_of, sample_all, scenes_to_draw


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many pictures each figure rests on. The defaults take less than ten minutes on two idle cores."""

    judged: int = 96
    pairs: int = 48
    each_sky: int = 40
    likeness: int = 192
    diverse: int = 12
    seeds: int = 6
    guessed: int = 64
    walks: int = 12
    converging: int = 3
    reference_steps: int = 200
    edited: int = 12
    looking: int = 200
    coded: int = 300
    taught: int = 64
    repeats: int = 5


@dataclass(frozen=True)
class Examined:
    """The finished weights as a user has them, the judge, and scenes of which the last were held back from training."""

    file: Path
    pocket: Pocket
    judge: Classifier
    data: Dataset
    sizes: Sizes
    painted: dict[tuple[How, bool], Tensor] = field(default_factory=dict)

    def latents(self, number: int, how: How, held_out: bool = False) -> Tensor:
        """Latents for the first `number` of the scenes to draw, each from its own seed."""
        kept = self.painted.get((how, held_out))
        first = 0 if kept is None else len(kept)
        if first < number:
            prompts, noise = (
                captions(scenes_to_draw(number, held_out)[first:]),
                noise_of(number - first, NOISE_SEED + first),
            )
            more = sample_all(self.pocket, prompts, noise, how)
            self.painted[how, held_out] = kept = more if kept is None else torch.cat([kept, more])
        return kept[:number]

    def held_back(self, number: int) -> slice:
        """Where in the data the first `number` scenes lie that no training saw."""
        first = self.data.for_training
        return slice(first, min(first + number, len(self.data.scenes)))


def drawn(scenes: tuple[Scene, ...]) -> Tensor:
    """The scenes by the program itself: [picture, rgb, row, column] in -1..1."""
    pictures = np.stack([np.asarray(draw(scene)) for scene in scenes])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
