"""Collects runs while a model is sampled, within a memory budget, and finds the run that made a latent."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..filled_sentence import filled
from ..fingerprint import fingerprint
from ..tensors import MEBIBYTE
from .chain import led_to
from .model_facts import ModelFacts
from .run import Run
from .sampling import Sampling
from .steps import ModelCall, Steps
from .trajectory import Settings

KINDS = (torch.float32, torch.float16, torch.bfloat16)
"""Number formats in which ComfyUI hands a LATENT on."""


@dataclass(kw_only=True, eq=False)
class Recording:
    """The handle that collects runs, as many as fit, so that a cached sampler still finds its own.

    budget_bytes   how much all runs may hold; older sealed runs give way first
    keep_guidance  whether cond and uncond are kept beside the guess
    choose         from the batch size to the items that are kept
    open           runs that are being sampled now, one inside the other
    runs           sealed runs, oldest first
    refusals       why the last run could not be recorded at all; empty when it could
    gone           fingerprints of the LATENTs whose runs were recorded and gave way
    """

    budget_bytes: int
    keep_guidance: bool = True
    choose: Callable[[int], tuple[int, ...]] = lambda size: tuple(range(size))
    open: list[Sampling] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def begin(self, *, model: ModelFacts, settings: Settings, schedule: tuple[float, ...], batch: int) -> Sampling:
        """Open a run; `finish` or `interrupt` closes it."""
        sampling = Sampling(
            model=model,
            settings=settings,
            steps=Steps(schedule),
            items=self.choose(batch),
            budget_bytes=self.budget_bytes,
            batch=batch,
        )
        if not self.keep_guidance:
            sampling.learn_why_no_guidance(
                "The two predictions behind guidance were not kept: turn on keep_guidance and run again."
            )
        self.open.append(sampling)
        self.refusals.clear()
        return sampling

    def add(self, sampling: Sampling, call: ModelCall) -> None:
        """Keep a call; when it no longer fits the budget, stop keeping and add a note that says so."""
        if sampling.stopped:
            return
        sampling.shelve()
        self._make_room(call.bytes)
        if self.bytes + call.bytes > self.budget_bytes:
            kept, asked = len(sampling.steps.states), len(sampling.steps.schedule) - 1
            sampling.stop(
                filled(
                    "The memory budget of {1} MB was full after {2} of {3} steps: later states were not kept. Raise the"
                    " budget, record fewer items, or leave the two guidance predictions out.",
                    self.budget_bytes // MEBIBYTE,
                    kept,
                    asked,
                )
            )
            return
        sampling.learn_repeats(call)
        sampling.steps.call(call)

    def finish(self, sampling: Sampling, result: Tensor) -> Run:
        """Seal a run that reached its end, with the LATENT's samples."""
        self.open.remove(sampling)
        return self._keep(sampling.finish(result))

    def interrupt(self, sampling: Sampling) -> Run:
        """Seal a run that was stopped on the way."""
        self.open.remove(sampling)
        return self._keep(sampling.interrupt())

    @property
    def bytes(self) -> int:
        return sum(run.bytes for run in self.open) + sum(run.bytes for run in self.runs)

    def refuse(self, sentence: str) -> None:
        """Remember why a run could not be recorded at all; Collect will say it."""
        self.refusals = [sentence]

    @property
    def held(self) -> tuple[Run, ...]:
        """The runs that can be looked at, in the order in which they were sampled."""
        return tuple(run for run in self.runs if run.steps_kept)

    def listed(self) -> str:
        """A line for each run that can be looked at, by its number."""
        return "\n".join(f"{number}: {run.in_words()}" for number, run in enumerate(self.held))

    def run_numbered(self, number: int) -> Run:
        """One of `held`, counted from 0; -1 is the newest. Raises ValueError where there are not so many."""
        count = len(self.held)
        if not -count <= number < count:
            raise ValueError(
                self._why_not(None)
                if not count
                else filled("run {1} was asked for; runs held: {2}", number, _holds(count))
            )
        return self.held[number]

    def run_of(self, latent: Tensor) -> Run:
        """The newest run that gave exactly this latent (LATENT samples, VAE space)."""
        if not isinstance(latent, Tensor):  # several in one (video with sound)
            raise ValueError(self._why_not(None))
        for run in reversed(self.runs):
            if run.result is not None and _same(run.result, latent):
                return run
        raise ValueError(self._why_not(latent))

    def way_to(self, last: Run) -> tuple[Run, ...]:
        """The runs that led to this one, which stands last: each was handed what the one before gave."""
        if not last.steps_kept:
            return (last,)
        decks = [(run.deck(), run) for run in self.runs[: self.runs.index(last) + 1] if run.steps_kept]
        way, _ = led_to(decks[-1][0], [deck for deck, _ in decks])
        return tuple(run for deck, run in decks if any(deck is one for one in way))

    def last_run(self) -> Run:
        """The newest run that reached its end, whatever became of its latent (a tiled sampler's, for one)."""
        for run in reversed(self.runs):
            if not run.interrupted:
                return run
        raise ValueError(self._why_not(None))

    def interrupted_run(self) -> Run:
        """The newest run that did not reach its end."""
        for run in reversed(self.runs):
            if run.interrupted and run.steps_kept:
                return run
        raise ValueError(
            filled(
                "no interrupted run is kept in this recording: stop a run in the middle, then collect it (a ComfyUI "
                "that was started with --cache-none keeps none)"
            )
        )

    def _keep(self, run: Run) -> Run:
        self.runs.append(run)
        return run

    def _make_room(self, needed: int) -> None:
        while self.runs and self.bytes + needed > self.budget_bytes:
            result = self.runs.pop(0).result
            if result is not None:
                self.gone.update(_name(result.to(kind)) for kind in KINDS)

    def _why_not(self, latent: Tensor | None) -> str:
        if latent is not None and _name(latent) in self.gone:
            return filled(
                "the run of this latent was recorded, and gave way to newer ones: the memory budget is {1} MB; "
                "runs held: {2}. Raise memory_mb in Record Denoising, record fewer items, or leave the two guidance "
                "predictions out, and run again",
                self.budget_bytes // MEBIBYTE,
                _holds(len(self.held)),
            )
        if self.refusals:
            return self.refusals[-1]
        if latent is None or not self.held:
            return filled(
                "nothing has been recorded here: connect the MODEL output of Record Denoising to the sampler that you "
                "collect from. If it is connected, ComfyUI has the sampler's result from its cache, while it dropped "
                "the recording to save memory: change the seed, and run again"
            )
        return filled(
            "none of the runs of this recording gave this latent of shape {1}: connect the sampler's first LATENT "
            "output itself (not denoised_output, nor a latent changed on the way), or choose “last run”, or a run by "
            "its number; runs held: {2}",
            list(latent.shape),
            _holds(len(self.held)),
        )


def _holds(count: int) -> str:
    return f"{count} (0..{count - 1})" if count else "0"


def _name(latent: Tensor) -> str:
    return fingerprint(latent.detach().cpu().nan_to_num())


def _same(result: Tensor, latent: Tensor) -> bool:
    if result.shape != latent.shape:
        return False
    latent = latent.detach().cpu()
    return torch.equal(result.to(latent.dtype).nan_to_num(), latent.nan_to_num())
