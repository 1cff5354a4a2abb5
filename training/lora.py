"""Teach the finished model something new in an update of its weights, and write it as an ordinary LoRA file.

Each weight W becomes W + (alpha / rank) B A with thin matrices B and A, and only these learn (Hu et al. 2022); or, to
see what that leaves out, W + D with a D of its own size.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

from ..pocket.denoiser import SIGMA_DATA, schedule_sigmas
from .denoiser import choose_captions, denoising_loss, draw_timesteps
from .run import Recipe, Training

RECIPE = Recipe(steps=300, batch=32, seed=11, learning_rate=2e-3, vector_rate=2e-3, weight_decay=0.0, warm_up=20)
EVERY_WEIGHT_RECIPE = replace(RECIPE, vector_rate=2e-4)
ADAPTED = ("input_blocks.1", "input_blocks.2", "input_blocks.3", "middle_block", "output_blocks")
"""All convolutions and linear layers but the first, the last and the clock."""


class LowRank(nn.Module):
    """W [out, in, ...] to W + (alpha / rank) B A; B starts at zero, so that nothing is changed at first."""

    def __init__(self, weight: Tensor, rank: int, alpha: float):
        super().__init__()
        inputs = weight[0].numel()
        self.down = nn.Parameter(torch.randn(rank, inputs, device=weight.device) / inputs**0.5)
        self.up = nn.Parameter(torch.zeros(len(weight), rank, device=weight.device))
        self.scale, self.alpha = alpha / rank, alpha

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.scale * (self.up @ self.down).view_as(weight)

    def tensors(self, weight: Tensor) -> dict[str, Tensor]:
        """What a LoRA file holds for a layer of this weight."""
        kernel = weight.shape[2:]
        return {
            "lora_down.weight": self.down.view(-1, weight.shape[1], *kernel),
            "lora_up.weight": self.up.view(*self.up.shape, *(1 for _ in kernel)),
            "alpha": torch.tensor(self.alpha),
        }


class EveryWeight(nn.Module):
    """W to W + D, where every number of D learns: a fine-tune."""

    def __init__(self, weight: Tensor):
        super().__init__()
        self.difference = nn.Parameter(torch.zeros_like(weight))

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.difference

    def tensors(self, weight: Tensor) -> dict[str, Tensor]:
        return {"diff": self.difference}


@dataclass(frozen=True)
class Lesson:
    """Latents [picture, channel, row, column] of unit variance, and their tokens [picture, caption, place]."""

    latents: Tensor
    tokens: Tensor


def adapted_layers(unet: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for name, layer in unet.named_modules():
        if name.startswith(ADAPTED) and isinstance(layer, nn.Conv2d | nn.Linear) and "emb_layers" not in name:
            yield name, layer


def adapt(unet: nn.Module, rank: int, alpha: float, seed: int) -> None:
    """Put a low-rank update on every adapted layer; nothing else learns from here on."""
    with torch.random.fork_rng():
        torch.random.manual_seed(seed)
        _update(unet, partial(LowRank, rank=rank, alpha=alpha))


def adapt_every_weight(unet: nn.Module) -> None:
    """Put an update of full size on every adapted layer; nothing else learns from here on."""
    _update(unet, EveryWeight)


def _update(unet: nn.Module, made: Callable[[Tensor], nn.Module]) -> None:
    unet.requires_grad_(False)
    for _, layer in list(adapted_layers(unet)):
        parametrize.register_parametrization(layer, "weight", made(layer.weight))


def train(model: nn.ModuleDict, run: Training, lesson: Lesson) -> Iterator[float]:
    """Yields the loss after every step until the last."""
    sigmas = schedule_sigmas().to(lesson.latents.device)
    while run.progress < 1:
        numbers, batch = run.numbers(), run.recipe.batch
        index = torch.randint(len(lesson.latents), (batch,), generator=numbers)
        x0 = lesson.latents[index].float() * SIGMA_DATA
        noise = torch.randn(x0.shape, generator=numbers).to(x0.device)
        timesteps = draw_timesteps(batch, True, len(sigmas) - 1, numbers).to(x0.device)
        tokens = choose_captions(lesson.tokens[index], numbers).to(x0.device)
        yield run.learn(denoising_loss(model, x0, tokens, noise, timesteps, sigmas))


def as_file(unet: nn.Module) -> dict[str, Tensor]:
    """The tensors of an ordinary LoRA file, lora_unet_... for each layer, in half precision."""
    tensors = {}
    for name, layer in unet.named_modules():
        if parametrize.is_parametrized(layer, "weight"):
            parts = layer.parametrizations.weight[0].tensors(layer.weight)
            tensors |= {f"lora_unet_{name.replace('.', '_')}.{part}": tensor for part, tensor in parts.items()}
    return {key: tensor.detach().half().cpu().contiguous() for key, tensor in tensors.items()}


def write(file: Path, tensors: dict[str, Tensor], **facts) -> None:
    """A safetensors file that says in its header where it comes from."""
    unfinished = file.with_suffix(".part")
    save_file(tensors, unfinished, {"denoiscope": json.dumps(facts)})
    unfinished.chmod(0o644)  # safetensors writes for the owner alone
    unfinished.replace(file)
