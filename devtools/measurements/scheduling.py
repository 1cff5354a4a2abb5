"""Whether SIGMAS read from a run beat the schedulers that are there: how far n steps end from a long run's latent.

Euler leaves out how the direction (x - x0) / sigma turns within a step: its error grows with the step's length squared
times that turning. Steps at which the root of the turning adds up evenly share the error evenly (de Boor 1973). The
turning is read from runs of other seeds than those that are judged.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

import comfy.sample
import comfy.samplers
import numpy as np
import torch
from comfy_extras.nodes_align_your_steps import AlignYourStepsScheduler
from torch import Tensor

from ...core.tensors import rms_between
from ...host.pocket import build_pocket_model
from ..table import Row
from .recording import GUIDANCE, encode
from .sweeping import no_bars

PROMPTS = ("an oil painting of a red lighthouse on a cliff at dusk", "a flat illustration of a windmill on a hill at noon")
READ, JUDGED = range(1, 5), range(101, 107)
SAMPLERS = ("euler", "dpmpp_2m")
STEPS = (6, 10, 20)
STOCK = ("normal", "karras", "exponential", "simple", "sgm_uniform", "beta")
RUN, LONG = 20, 200
FROM_A_RUN = "read from runs"


def measure() -> Iterator[Row]:
    with torch.inference_mode(), no_bars():
        pocket = Pocket()
        for sampler in SAMPLERS:
            for steps in STEPS:
                yield from compared(pocket, sampler, steps)


class Pocket:
    def __init__(self):
        self.model, clip, _ = build_pocket_model()
        self.negative = encode(clip, "")
        self.positives = [encode(clip, text) for text in PROMPTS]
        self.sampling = self.model.get_model_object("model_sampling")
        self.turning = turning(self)
        self.ends = {(p, seed): self.sample("dpmpp_2m", self.sigmas("karras", LONG), p, seed) for p, seed in self.runs()}

    def runs(self) -> Iterator[tuple[int, int]]:
        return ((prompt, seed) for prompt in range(len(PROMPTS)) for seed in JUDGED)

    def sigmas(self, scheduler: str, steps: int) -> Tensor:
        return comfy.samplers.calculate_sigmas(self.sampling, scheduler, steps)

    def sample(self, sampler: str, sigmas: Tensor, prompt: int, seed: int, heard: Callable | None = None) -> Tensor:
        empty = torch.zeros(1, 8, 16, 16)
        noise = comfy.sample.prepare_noise(empty, seed)
        return comfy.sample.sample_custom(
            self.model, noise, GUIDANCE, comfy.samplers.sampler_object(sampler), sigmas, self.positives[prompt],
            self.negative, empty, callback=heard, disable_pbar=True,
        )  # fmt: skip


def compared(pocket: Pocket, sampler: str, steps: int) -> Iterator[Row]:
    ways = {name: pocket.sigmas(name, steps) for name in STOCK}
    ways["align-your-steps"] = AlignYourStepsScheduler().get_sigmas("SD1", steps, 1.0)[0]
    ways[FROM_A_RUN] = evenly(*pocket.turning, steps)
    for name, sigmas in ways.items():
        far = [relative(pocket.sample(sampler, sigmas, *run), pocket.ends[run]) for run in pocket.runs()]
        spread = f"{min(far):.2g} to {max(far):.2g}, {len(far)} runs"
        yield Row(f"{sampler}, {steps} steps, {name}: distance to {LONG} steps", statistics.mean(far), "", None, spread)


def relative(latent: Tensor, end: Tensor) -> float:
    return float(rms_between(latent, end) / end.std())


def turning(pocket: Pocket) -> tuple[np.ndarray, np.ndarray]:
    """Middles of the steps of a run, and how fast its direction turns there: the mean over the runs that are read."""
    sigmas = pocket.sigmas("karras", RUN)
    rows = []
    for prompt in range(len(PROMPTS)):
        for seed in READ:
            directions: list[Tensor] = []

            def hear(step, x0, x, total, directions=directions):
                directions.append((x - x0) / sigmas[step])

            pocket.sample("euler", sigmas, prompt, seed, hear)
            turned = [float((b - a).square().mean().sqrt()) for a, b in zip(directions, directions[1:], strict=False)]
            rows.append(np.array(turned) / -np.diff(sigmas[:RUN].numpy()))
    return (sigmas[: RUN - 1].numpy() + sigmas[1:RUN].numpy()) / 2, np.mean(rows, axis=0)


def evenly(at: np.ndarray, turning: np.ndarray, steps: int) -> Tensor:
    """Sigmas between which the root of the turning adds up to the same, from the first to the last of a Karras run."""
    fine = np.geomspace(0.0292, 14.61, 2000)
    root = np.sqrt(np.interp(np.log(fine), np.log(at[::-1]), turning[::-1]))
    sums = np.concatenate([[0], np.cumsum((root[1:] + root[:-1]) / 2 * np.diff(fine))])
    inner = np.interp(np.linspace(sums[-1], 0, steps), sums, fine)
    return torch.tensor([*inner, 0.0], dtype=torch.float32)
