"""Whether one run goes on from another, told by what they hold and never by their order."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d, cosine_similarity

from ..latent_space import LatentSpace
from ..parameterization import PROCESSES
from ..tensors import rms, rms_between
from .deck import Deck
from .stage import Join
from .trajectory import Trajectory

SAME = 2e-3
"""Relative distance up to which two latents are one: float16 between two samplers makes 3e-4, bfloat16 1.7e-3."""
SAME_LEVEL = 1e-3
"""Relative distance of two noise levels that are one."""
ALIKE = {"size": 0.7, "change": 0.95}
"""Likeness from which on a latent was made of another of another size, or of the same. Measured once, on the pictures
that it was set on: 15 of 3 prompts of the pocket model. Latents enlarged by ComfyUI's methods are 0.77 alike at least,
pictures enlarged between decoding and encoding 0.73, decoded and encoded alone 0.97; pictures of other seeds 0.92 at
most, which is why the likest of all runs is taken.
"""
POOL = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}


@dataclass(frozen=True, kw_only=True)
class Link:
    """How the later of two runs begins. `off`: relative distance of its beginning to the other's end, where both have
    one size; `likeness`: from 0 for strangers to 1 for the same.
    """

    join: Join
    off: float | None
    likeness: float = 1.0

    @property
    def closeness(self) -> tuple[bool, float]:
        """Larger where it is surer."""
        return self.join in ("on", "noise", "level"), self.likeness


def link(before: tuple[Deck, Trajectory], after: tuple[Deck, Trajectory]) -> Link | None:
    """None where the later run does not go on from the earlier one, or where that cannot be told."""
    begin, end = taken_up(*after), handed_on(*before)
    if begin is None or end is None or begin.shape[0] != end.shape[0] or begin.ndim != end.ndim:
        return None
    off = rms_between(begin, end) / max(rms(end), torch.finfo(torch.float32).tiny) if begin.shape == end.shape else None
    if off is not None and off <= SAME:
        return Link(join=_same_latent(before[1], after[1]), off=off)
    join: Join = "size" if off is None else "change"
    near, source = (0.0 if one is None else likeness(before[0].space, one, begin) for one in (end, before[1].source))
    return Link(join=join, off=off, likeness=near) if near >= ALIKE[join] and near > source else None


def taken_up(deck: Deck, run: Trajectory) -> Tensor | None:
    """The latent that a run began from, in the model's space; None for a start from noise alone, and where it was not
    kept.
    """
    if run.source is not None or run.noise:
        return run.source
    return _as_latent(deck, run, 0)


def handed_on(deck: Deck, run: Trajectory) -> Tensor | None:
    """The latent that a run gave, in the model's space; None for one that did not come to its end."""
    return _as_latent(deck, run, -1) if run.complete and run.guesses < run.states else None


def likeness(space: LatentSpace, *latents: Tensor) -> float:
    """Cosine of the angle between two latents [channel, ...] in their approximate colours, each colour's mean taken
    off, at the size that both have room for; in their channels where there are no colours. What a VAE makes of an
    enlarged picture is like in colour, and hardly so in numbers.
    """
    size = tuple(map(min, *(latent.shape[1:] for latent in latents)))
    small = (_pooled(_colours(space, latent), size).flatten(1) for latent in latents)
    a, b = ((flat - flat.mean(1, keepdim=True)).flatten() for flat in small)
    return float(cosine_similarity(a, b, dim=0).nan_to_num())


def _pooled(colours: Tensor, size: tuple[int, ...]) -> Tensor:
    pool: Callable = POOL[len(size)]
    return pool(colours[None], size)[0]


def _as_latent(deck: Deck, run: Trajectory, state: int) -> Tensor | None:
    """Flow samplers divide a noisy state by 1 - sigma when they hand it on."""
    factor = float(PROCESSES[deck.parameterization].picture_factor(run.sigmas[state]))
    return run.x[state] / factor if factor > 0 else None


def _same_latent(before: Trajectory, after: Trajectory) -> Join:
    if after.noise:
        return "noise"
    one, other = float(before.sigmas[-1]), float(after.sigmas[0])
    return "on" if abs(one - other) <= SAME_LEVEL * max(one, other) else "level"


def _colours(space: LatentSpace, latent: Tensor) -> Tensor:
    """[colour, (frame,) height, width], not cut off at black and white; the latent where a cell has no single one."""
    if len(space.rgb_factors) != len(latent) or space.colours_a_side != 1:
        return latent.float()
    return torch.einsum("c...,ck->k...", latent.float(), torch.tensor(space.rgb_factors))
