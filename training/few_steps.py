"""Teach a low-rank update to take four strides where the model takes twenty steps, and to need no guidance.

The teacher walks 20 guided steps of a deterministic sampler. At every fifth state the student is asked for the guess
from which one Euler step lands where the teacher will be five steps on: it learns the road, not the map (the idea of
progressive distillation, Salimans and Ho 2022, with all halvings at once).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import comfy.samplers
import torch
from torch import Tensor, nn

from ..pocket.captions import write_caption
from ..pocket.denoiser import SIGMA_DATA, raw_wanted
from ..pocket.text import tokenize
from .data import training_scenes
from .denoiser import raw_answer
from .run import Recipe, Training
from .sampling import How, Pocket, noise_of, sample

RECIPE = Recipe(steps=800, batch=32, seed=17, learning_rate=2e-3, vector_rate=2e-3, weight_decay=0.0, warm_up=20)
RANK, ALPHA = 32, 32.0
STRIDES, STEPS_EACH = 4, 5
TEACHER = How(steps=STRIDES * STEPS_EACH, sampler="dpmpp_2m", scheduler="sgm_uniform")
"""With sgm_uniform every fifth of 20 noise levels is one of 4."""
FIRST_SCENE, FIRST_NOISE = 30_000_000, 50_000


@dataclass(frozen=True)
class Walks:
    """states: [picture, stride, channel, row, column], the last the end; sigmas: [stride]; tokens: [picture, place]."""

    states: Tensor
    sigmas: Tensor
    tokens: Tensor


@torch.no_grad()
def walk(pocket: Pocket, prompts: list[str], noise: Tensor) -> Tensor:
    """The teacher's states at the start of every stride and at the end: [picture, stride, channel, row, column]."""
    states = []

    def remember(step: int, x0: Tensor, x: Tensor, total: int) -> None:
        if step % STEPS_EACH == 0:
            states.append(x.clone())

    end = sample(pocket, prompts, noise, TEACHER, watch=remember)
    return torch.stack([*states, end * SIGMA_DATA], 1)


def walks(pocket: Pocket, number: int, batch: int = 32) -> Iterator[Walks]:
    """`number` walks from other scenes' captions and other noise than the evaluation's, a batch at a time."""
    scenes, sampling = training_scenes(FIRST_SCENE), pocket[0].get_model_object("model_sampling")
    sigmas = comfy.samplers.calculate_sigmas(sampling, TEACHER.scheduler, STRIDES)
    for first in range(0, number, batch):
        prompts = [write_caption(next(scenes), Random(first + i)) for i in range(batch)]
        states = walk(pocket, prompts, noise_of(batch, FIRST_NOISE + first))
        yield Walks(states, sigmas, torch.tensor([tokenize(prompt) for prompt in prompts]))


def guess_wanted(here: Tensor, there: Tensor, ratio: Tensor) -> Tensor:
    """The x0 guess from which one Euler step leads from `here` to `there`; ratio: sigma there / sigma here."""
    ratio = ratio.view(-1, 1, 1, 1)
    return (there - ratio * here) / (1 - ratio)


def train(model: nn.ModuleDict, run: Training, taught: Walks, timestep_of) -> Iterator[float]:
    """Yields the loss after every step until the last. `timestep_of`: sigma to the network's clock."""
    levels = torch.cat([taught.sigmas[:STRIDES], torch.zeros(1)])
    while run.progress < 1:
        numbers, batch = run.numbers(), run.recipe.batch
        picture = torch.randint(len(taught.states), (batch,), generator=numbers)
        stride = torch.arange(batch) % STRIDES
        here, there = taught.states[picture, stride], taught.states[picture, stride + 1]
        sigma = levels[stride]
        wanted = guess_wanted(here, there, levels[stride + 1] / sigma)
        across = sigma.view(-1, 1, 1, 1)
        scaled = here / (across**2 + SIGMA_DATA**2).sqrt()
        raw = raw_answer(model, scaled, timestep_of(sigma), taught.tokens[picture])
        yield run.learn((raw - raw_wanted(wanted, (here - wanted) / across, sigma)).square().mean())
