"""Collects runs while a model is sampled, within a memory budget, and finds the run that made a latent."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .model_facts import ModelFacts
from .run import Run
from .steps import ModelCall, Steps
from .trajectory import Settings

KEPT_RUNS = 16
"""Finished runs a recording keeps, newest first, so that a cached sampler still finds its run."""


@dataclass(kw_only=True, eq=False)
class Recording:
    """The handle that collects runs.

    budget_bytes   how much all kept runs may hold; older finished runs give way first
    keep_guidance  whether cond and uncond are kept beside the guess
    choose         from the batch size to the items that are kept
    """

    budget_bytes: int
    keep_guidance: bool = True
    choose: Callable[[int], tuple[int, ...]] = lambda size: tuple(range(size))
    runs: list[Run] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def begin(self, *, model: ModelFacts, settings: Settings, schedule: tuple[float, ...], batch: int) -> Run:
        run = Run(
            model=model,
            settings=settings,
            steps=Steps(schedule),
            items=self.choose(batch),
            budget_bytes=self.budget_bytes,
        )
        if not self.keep_guidance:
            run.no_guidance = "The two predictions behind guidance were not kept: turn on keep_guidance and run again."
        self.runs.append(run)
        self.refusals.clear()
        del self.runs[:-KEPT_RUNS]
        return run

    def add(self, run: Run, call: ModelCall) -> None:
        """Keep a call, or stop the run's recording with a note when it no longer fits the budget."""
        if run.stopped:
            return
        run.shelve()
        self._make_room(run, call.bytes)
        if self.bytes + call.bytes > self.budget_bytes:
            kept, asked = len(run.steps.states), len(run.steps.schedule) - 1
            run.stop(
                f"The memory budget of {self.budget_bytes // 2**20} MB was full after {kept} of {asked} steps: "
                f"later states "
                "were not kept. Raise the budget, record fewer items, or leave the two guidance predictions out."
            )
            return
        run.steps.call(call)

    @property
    def bytes(self) -> int:
        return sum(run.bytes for run in self.runs)

    def refuse(self, sentence: str) -> None:
        """A run that cannot be recorded at all; Collect will say why."""
        self.refusals = [sentence]

    def run_of(self, latent: Tensor) -> Run:
        """The newest run that gave exactly this latent (LATENT samples, VAE space)."""
        for run in reversed(self.runs):
            if run.result is not None and _same(run.result, latent):
                return run
        raise ValueError(self._why_not(latent))

    def last_run(self) -> Run:
        """The newest run that reached its end, whatever became of its latent (a tiled sampler's, for one)."""
        for run in reversed(self.runs):
            if run.result is not None:
                return run
        raise ValueError(self._why_not(None))

    def interrupted_run(self) -> Run:
        """The newest run that did not reach its end."""
        for run in reversed(self.runs):
            if run.result is None and run.steps.states:
                return run
        raise ValueError(
            "no interrupted run is kept in this recording: stop a run in the middle, then collect it (a ComfyUI that "
            "was started with --cache-none keeps none)"
        )

    def _make_room(self, current: Run, needed: int) -> None:
        while len(self.runs) > 1 and self.bytes + needed > self.budget_bytes:
            oldest = next((run for run in self.runs if run is not current), None)
            if oldest is None:
                return
            self.runs.remove(oldest)

    def _why_not(self, latent: Tensor | None) -> str:
        if self.refusals:
            return self.refusals[-1]
        if latent is None or not any(run.steps.states for run in self.runs):
            return (
                "nothing has been recorded yet: connect the MODEL output of the Record node to the sampler "
                "whose LATENT you "
                "collect, and let it run"
            )
        return (
            f"no kept run of this recording gave this latent of shape {list(latent.shape)}: connect the "
            f"sampler's first LATENT output "
            'itself (not denoised_output, nor a latent changed on the way), or choose "last run"'
        )


def _same(result: Tensor, latent: Tensor) -> bool:
    if result.shape != latent.shape:
        return False
    latent = latent.detach().cpu()
    return torch.equal(result.to(latent.dtype).nan_to_num(), latent.nan_to_num())
