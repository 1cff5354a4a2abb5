"""Starting noise as ComfyUI draws it: for the seeds of a walk, and as the NOISE of a whole walk."""

from collections.abc import Iterable
from dataclasses import dataclass

import comfy.sample
import torch
from torch import Tensor

from ..core.comparing.noise_walk import Stop, Walk
from ..core.filled_sentence import filled
from ..core.recording.trajectory import check_latents
from .comfyui import Model
from .empty_latent import fitted_samples
from .newer_comfyui import one_tensor


def fitted(model: Model, latent: dict) -> dict:
    """A LATENT of one item as the model takes it: an empty one gets the model's channels and size."""
    check_one_item(latent)
    fitting = one_tensor(fitted_samples(model, latent), "mix such noise")
    check_latents(fitting.shape)
    return {**latent, "samples": fitting}


def starting_noises(latent: dict, seeds: Iterable[int]) -> dict[int, Tensor]:
    """What the stock KSampler draws for each seed, [1, channel, ...], given a LATENT of one item."""
    check_one_item(latent)
    index = latent.get("batch_index")
    return {seed: comfy.sample.prepare_noise(latent["samples"], seed, index) for seed in dict.fromkeys(seeds)}


def check_one_item(latent: dict) -> None:
    """Raises ValueError for several items, and for latents that pack several tensors."""
    samples = one_tensor(latent["samples"], "mix such noise")
    if samples.shape[0] != 1:
        raise ValueError(
            filled(
                "a walk starts from a latent of one item, since each stop becomes an item, but this one has {1}: set "
                "its batch size to 1, or pick one with Latent From Batch",
                samples.shape[0],
            )
        )


def repeated(latent: dict, count: int) -> dict:
    """A LATENT of one item as a batch of `count` equal ones; all of them draw the noise of that item."""
    check_one_item(latent)
    samples = latent["samples"]
    again = {**latent, "samples": samples.repeat(count, *[1] * (samples.ndim - 1))}
    return {**again, "batch_index": latent["batch_index"] * count} if "batch_index" in latent else again


@dataclass(frozen=True, kw_only=True)
class WalkNoise:
    """ComfyUI's NOISE: the first item starts at the walk's first stop, the second at its second, and so on."""

    walk: Walk
    stops: tuple[Stop, ...]

    @property
    def seed(self) -> int:
        """What a sampler seeds the noise with that it adds on its way."""
        return self.walk.seeds[0]

    def generate_noise(self, latent: dict) -> Tensor:
        """[stop, channel, ...] on the CPU. Raises ValueError unless the latent has one item a stop."""
        samples = latent["samples"]
        if not samples.is_nested and samples.shape[0] != len(self.stops):
            raise ValueError(
                filled(
                    "this noise has {1} stops, one for each item of a batch, but the latent has {2}: connect the "
                    "latent that came out of Seed Walk Noise",
                    len(self.stops),
                    samples.shape[0],
                )
            )
        noises = starting_noises(_first_item(latent), self.walk.seeds)
        return torch.cat([self.walk.noise(stop, noises) for stop in self.stops])


def _first_item(latent: dict) -> dict:
    index = latent.get("batch_index")
    return {"samples": latent["samples"][:1], "batch_index": index and index[:1]}
