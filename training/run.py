"""What trainings share: two optimisers, a learning rate that falls at the end, an average, a file to go on from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Matrices learn by Muon at `learning_rate`, everything else by AdamW at `vector_rate`.

    Both rates stay until the last share `falling` of the steps and then fall in a line to nothing: a longer training
    can go on from before the fall (Hägele et al. 2024).
    """

    steps: int
    batch: int
    seed: int
    learning_rate: float = 0.02
    vector_rate: float = 1.2e-3
    weight_decay: float = 0.01
    warm_up: int = 100
    falling: float = 0.3
    averaging: float = 0.999


def quick(device: torch.device) -> torch.autocast:
    """Layers compute in bfloat16 where that is quicker. A processor without AVX-512 imitates it: the classifier then
    takes nine times as long as in float32.
    """
    imitated = device.type == "cpu" and torch.backends.cpu.get_cpu_capability() in ("DEFAULT", "AVX2")
    return torch.autocast(device.type, torch.bfloat16, enabled=not imitated)


EVERYTHING = ("",)
"""As `plain` of a Training: all weights learn by AdamW."""


class Training:
    """Weights under training, their average, and how many steps are done.

    Weights of two and more dimensions are matrices, one row for each output, except those named in `plain` (the first
    and last layers, embeddings): Muon (Jordan et al. 2024) makes each step of a matrix orthogonal, so that no direction
    is left behind.
    """

    def __init__(self, model: nn.Module, recipe: Recipe, plain: tuple[str, ...] = ()):
        self.recipe, self.steps, self.recent_loss = recipe, 0, 0.0
        named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        self.weights = [p for _, p in named]
        self.average = [p.detach().clone() for p in self.weights]
        self.buffers = list(model.buffers())
        self.matrices = [p for name, p in named if p.ndim > 1 and not name.startswith(plain)]
        self.views = [p.detach().flatten(1) for p in self.matrices]
        mine = {id(p) for p in self.matrices}
        vectors = [p for p in self.weights if id(p) not in mine]
        decay, betas = recipe.weight_decay, (0.9, 0.99)
        self.optimisers = {}
        if self.views:
            self.optimisers["muon"] = torch.optim.Muon(self.views, lr=recipe.learning_rate, weight_decay=decay)
        if vectors:
            rate = recipe.vector_rate
            self.optimisers["adam"] = torch.optim.AdamW(vectors, lr=rate, betas=betas, weight_decay=decay, foreach=True)
        self.rates = {"muon": recipe.learning_rate, "adam": recipe.vector_rate}

    @property
    def progress(self) -> float:
        """0 at the start, 1 at the end."""
        return min(1.0, self.steps / self.recipe.steps)

    @property
    def share_of_rate(self) -> float:
        left = (1 - self.progress) / self.recipe.falling
        return min(1.0, (self.steps + 1) / self.recipe.warm_up, left)

    def numbers(self) -> torch.Generator:
        """The random numbers of this step, the same after a restart."""
        return torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.steps)

    def learn(self, loss: Tensor) -> float:
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        for view, matrix in zip(self.views, self.matrices, strict=True):
            view.grad = None if matrix.grad is None else matrix.grad.flatten(1)
        for name, optimiser in self.optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = self.rates[name] * self.share_of_rate
            optimiser.step()
        for weight in self.weights:
            weight.grad = None
        keep = min(self.recipe.averaging, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.average, [p.detach() for p in self.weights], 1 - keep)
        value = loss.item()
        self.recent_loss += (value - self.recent_loss) / min(self.steps + 1, 100)
        self.steps += 1
        return value

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Inside, the model holds its averaged weights."""
        own = [p.detach().clone() for p in self.weights]
        self.put(self.average)
        try:
            yield
        finally:
            self.put(own)

    @torch.no_grad()
    def put(self, values: list[Tensor]) -> None:
        for parameter, value in zip(self.weights, values, strict=True):
            parameter.copy_(value)

    def save(self, file: Path) -> None:
        """All that `resume` needs; a kill while it writes leaves the file before."""
        state = {
            "weights": [p.detach() for p in self.weights],
            "average": self.average,
            "buffers": self.buffers,
            "optimisers": {name: optimiser.state_dict() for name, optimiser in self.optimisers.items()},
            "steps": self.steps,
            "recent_loss": self.recent_loss,
        }
        unfinished = file.with_suffix(".part")
        torch.save(state, unfinished)
        unfinished.replace(file)

    def resume(self, file: Path) -> None:
        state = torch.load(file, weights_only=True, map_location="cpu")
        self.put(state["weights"])
        for kept, values in ((self.average, state["average"]), (self.buffers, state["buffers"])):
            for mine, value in zip(kept, values, strict=True):
                mine.copy_(value)
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self.steps, self.recent_loss = state["steps"], state["recent_loss"]
