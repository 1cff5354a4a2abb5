"""Recorded runs of a subject, through ComfyUI's own KSampler, each with what the graph would say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import comfy.sample
import torch

from ...core.diagnosing.diagnose import diagnose
from ...core.diagnosing.evidence import Decoded
from ...core.diagnosing.finding import Diagnosis
from ...core.diagnosing.static_facts import GraphFacts, ModelState
from ...core.recording.deck import Deck
from ...core.recording.recording import Recording
from ...core.recording.trajectory import Trajectory
from ...host.recorder import record
from .subjects import Subject

BUDGET = 2**30


@dataclass(frozen=True)
class Setting:
    """How a run is made. `start` and `end` as KSamplerAdvanced has them; `leave` keeps the noise at the end."""

    seed: int
    sampler: str = "euler"
    scheduler: str = "normal"
    steps: int = 12
    cfg: float | None = None
    denoise: float = 1.0
    prompt: int = 0
    start: int | None = None
    end: int | None = None
    leave: bool = False
    add_noise: bool = True

    @property
    def words(self) -> str:
        return f"{self.sampler}, {self.scheduler}, {self.steps} steps, seed {self.seed}"


@dataclass(frozen=True)
class Case:
    """What a diagnosis is made of."""

    deck: Deck
    reference: Deck | None = None
    graph: GraphFacts | None = None
    model: ModelState | None = None
    decode: Callable[[Trajectory], Decoded] | None = None

    def diagnosis(self) -> Diagnosis:
        given = {"reference": self.reference, "graph": self.graph, "model": self.model, "decode": self.decode}
        return diagnose(self.deck, **given)


def sampled(
    subject: Subject, setting: Setting, *, latent: torch.Tensor | None = None, noise: torch.Tensor | None = None, **more
) -> tuple[Deck, torch.Tensor]:
    """The deck of a run, and its LATENT's samples. `more`: positive, negative, noise_mask, sigmas."""
    recording = Recording(budget_bytes=BUDGET)
    latent = subject.empty() if latent is None else latent
    drawn = comfy.sample.prepare_noise(latent, setting.seed) if noise is None else noise
    result = comfy.sample.sample(
        record(subject.model, recording),
        drawn if setting.add_noise else torch.zeros_like(drawn),
        setting.steps,
        subject.cfg if setting.cfg is None else setting.cfg,
        setting.sampler,
        setting.scheduler,
        more.pop("positive", subject.prompts[setting.prompt % len(subject.prompts)]),
        more.pop("negative", subject.negative),
        latent,
        denoise=setting.denoise,
        disable_noise=not setting.add_noise,
        start_step=setting.start,
        last_step=setting.end,
        force_full_denoise=not setting.leave,
        disable_pbar=True,
        seed=setting.seed,
        **more,
    )
    return recording.last_run().deck(), result


def altered(subject: Subject, model) -> Subject:
    return replace(subject, model=model)
