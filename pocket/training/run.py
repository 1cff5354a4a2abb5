"""What trainings share: a clock that ends them, a falling learning rate, a running average, a file to go on from."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Recipe:
    seconds: float
    learning_rate: float
    batch: int
    seed: int
    beta2: float = 0.99
    weight_decay: float = 1e-4
    warm_up: int = 100
    lowest: float = 0.01
    averaging: float = 0.999


class Run:
    """Weights under training, their average, and how much of the time is spent."""

    def __init__(self, weights: nn.Module, recipe: Recipe):
        self.recipe, self.steps, self.spent, self.recent_loss = recipe, 0, 0.0, 0.0
        self.weights = [p for p in weights.parameters() if p.requires_grad]
        self.average = [p.detach().clone() for p in self.weights]
        self.buffers = list(weights.buffers())
        self.optimiser = torch.optim.AdamW(
            self.weights, lr=0.0, betas=(0.9, recipe.beta2), weight_decay=recipe.weight_decay, foreach=True
        )
        self.last_tick = time.monotonic()

    @property
    def progress(self) -> float:
        """0 at the start, 1 when the time is over."""
        return min(1.0, self.spent / self.recipe.seconds)

    @property
    def learning_rate(self) -> float:
        r = self.recipe
        cosine = 0.5 * (1 + math.cos(math.pi * self.progress))
        return r.learning_rate * min(1.0, (self.steps + 1) / r.warm_up) * (r.lowest + (1 - r.lowest) * cosine)

    def numbers(self) -> torch.Generator:
        """The random numbers of this step, the same after a restart."""
        return torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.steps)

    def learn(self, loss: Tensor) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        keep = min(self.recipe.averaging, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.average, [p.detach() for p in self.weights], 1 - keep)
        value = loss.item()
        self.recent_loss += (value - self.recent_loss) / min(self.steps + 1, 100)
        self.steps += 1
        self.tick()
        return value

    def tick(self) -> None:
        now = time.monotonic()
        self.spent, self.last_tick = self.spent + now - self.last_tick, now

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Inside, the model holds its averaged weights; the time this takes is not counted."""
        own = [p.detach().clone() for p in self.weights]
        self.put(self.average)
        try:
            yield
        finally:
            self.put(own)
            self.last_tick = time.monotonic()

    @torch.no_grad()
    def put(self, values: list[Tensor]) -> None:
        for parameter, value in zip(self.weights, values, strict=True):
            parameter.copy_(value)

    def save(self, file: Path) -> None:
        state = {
            "weights": [p.detach() for p in self.weights],
            "average": self.average,
            "buffers": self.buffers,
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
            "spent": self.spent,
            "recent_loss": self.recent_loss,
        }
        unfinished = file.with_suffix(".part")
        torch.save(state, unfinished)
        unfinished.replace(file)

    def resume(self, file: Path) -> None:
        state = torch.load(file, weights_only=True)
        self.put(state["weights"])
        for buffer, value in zip(self.buffers, state["buffers"], strict=True):
            buffer.copy_(value)
        self.average, self.steps = state["average"], state["steps"]
        self.spent, self.recent_loss = state["spent"], state["recent_loss"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.last_tick = time.monotonic()
