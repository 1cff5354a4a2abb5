"""Prompts to pictures through ComfyUI's own sampling: all that is measured is measured on these."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, islice

import comfy.sample
import comfy.samplers
import torch
from torch import Tensor

from ..pocket.autoencoder import LATENT_CHANNELS
from ..pocket.captions import full_caption
from ..pocket.denoiser import SIGMA_DATA
from ..pocket.scenes import Scene, choose_scene

STEPS, SAMPLER, SCHEDULER, GUIDANCE = 20, "dpmpp_2m", "karras", 4.0
SCENE_SEED, NOISE_SEED = 10_000_000, 1000
BATCH = 32
PLACES = 16
"""Places of a latent along each side."""

Pocket = tuple
"""ComfyUI's MODEL, CLIP and VAE of the pocket model."""
Watch = Callable[[int, Tensor, Tensor, int], None]

log = logging.getLogger("pocket")


@dataclass(frozen=True, kw_only=True)
class How:
    """The settings of a KSampler. A strength below 1 keeps something of the latents it starts from."""

    guidance: float = GUIDANCE
    steps: int = STEPS
    sampler: str = SAMPLER
    scheduler: str = SCHEDULER
    strength: float = 1.0


def seed_noise(seeds: range, rows: int = PLACES, columns: int = PLACES) -> Tensor:
    """The noise that a KSampler starts from at each seed."""
    shape = torch.zeros(1, LATENT_CHANNELS, rows, columns)
    return torch.cat([comfy.sample.prepare_noise(shape, seed) for seed in seeds])


def noise_of(number: int, first: int = NOISE_SEED) -> Tensor:
    return seed_noise(range(first, first + number))


def scenes_to_draw(number: int, held_out: bool = False) -> tuple[Scene, ...]:
    """Scenes whose seeds no training came near."""
    return tuple(islice((s for s in map(choose_scene, count(SCENE_SEED)) if s.held_out == held_out), number))


def captions(scenes: tuple[Scene, ...]) -> list[str]:
    return [full_caption(scene) for scene in scenes]


def vectors(clip, prompts: list[str]) -> Tensor:
    """[prompt, word, channel]"""
    return torch.cat([clip.encode_from_tokens(clip.tokenize(prompt)) for prompt in prompts])


def conditionings(clip, prompts: list[str]) -> tuple[list, list]:
    """What a sampler is told with the prompts, and without them."""
    return [[vectors(clip, prompts), {}]], [[vectors(clip, [""]), {}]]


def sample(
    pocket: Pocket,
    prompts: list[str],
    noise: Tensor,
    how: How,
    *,
    start: Tensor | None = None,
    mask: Tensor | None = None,
    watch: Watch | None = None,
) -> Tensor:
    """Finished latents of unit variance, one for each prompt, all in one batch.

    start: latents of pictures to begin from. mask: [picture, 1, row, column], 1 where it may paint.
    """
    model, clip, _ = pocket
    positive, negative = conditionings(clip, prompts)
    return comfy.sample.sample(
        *(model, noise, how.steps, how.guidance, how.sampler, how.scheduler, positive, negative),
        latent_image=torch.zeros_like(noise) if start is None else start,
        denoise=how.strength,
        noise_mask=mask,
        callback=watch,
        disable_pbar=True,
        seed=0,
    )


def sample_all(pocket: Pocket, prompts: list[str], noise: Tensor, how: How, **more: Tensor) -> Tensor:
    """The same in batches, for any number of prompts."""
    done = []
    for i in range(0, len(prompts), BATCH):
        these = slice(i, i + BATCH)
        rest = {name: tensor[these] for name, tensor in more.items()}
        done.append(sample(pocket, prompts[these], noise[these], how, **rest))
        if len(prompts) > BATCH:
            log.info("painted at guidance %g: %d of %d", how.guidance, sum(map(len, done)), len(prompts))
    return torch.cat(done)


@torch.no_grad()
def decode(pocket: Pocket, latents: Tensor) -> Tensor:
    """[picture, rgb, row, column], -1..1 and what the decoder overshoots: a VAE node would cut it off."""
    return torch.cat([pocket[2].first_stage_model.decode(part) for part in latents.split(BATCH)])


@torch.no_grad()
def encode(pocket: Pocket, pictures: Tensor) -> Tensor:
    """Latents of unit variance."""
    return torch.cat([pocket[2].first_stage_model.encode(part) for part in pictures.split(BATCH)])


@torch.no_grad()
def paint(pocket: Pocket, prompts: list[str], noise: Tensor, guidance: float, sampler: str = SAMPLER) -> Tensor:
    """One picture per prompt: [picture, rgb, row, column] in -1..1."""
    how = How(guidance=guidance, sampler=sampler)
    return decode(pocket, sample_all(pocket, prompts, noise, how)).clamp(-1, 1)


@dataclass(frozen=True)
class Watched:
    """A sampler's states and guesses in the model's space, where finished latents have a spread of SIGMA_DATA.

    sigmas: [step]; x and guesses: [step, picture, channel, row, column]; final: [picture, channel, row, column].
    """

    sigmas: Tensor
    x: Tensor
    guesses: Tensor
    final: Tensor

    @property
    def shrunk(self) -> Tensor:
        """x at the spread of finished latents, whatever noise it holds: x / sqrt(1 + (sigma / SIGMA_DATA)^2)."""
        return self.x / (1 + (self.sigmas / SIGMA_DATA) ** 2).sqrt().view(-1, 1, 1, 1, 1)


def watched(pocket: Pocket, prompts: list[str], noise: Tensor, how: How) -> Watched:
    """One batch, with everything that the sampler reported; only samplers that call the model once a step."""
    xs, guesses = [], []

    def keep(step: int, x0: Tensor, x: Tensor, steps: int) -> None:
        xs.append(x.clone())
        guesses.append(x0.clone())

    final = sample(pocket, prompts, noise, how, watch=keep) * SIGMA_DATA
    schedule = pocket[0].get_model_object("model_sampling")
    sigmas = comfy.samplers.calculate_sigmas(schedule, how.scheduler, how.steps)[:-1]
    return Watched(sigmas, torch.stack(xs), torch.stack(guesses), final)
