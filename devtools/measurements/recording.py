"""What recording adds to the time of a run: none, x and x0, both predictions too, or numbers only, in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import comfy.conds
import comfy.latent_formats
import comfy.model_base
import comfy.model_patcher
import comfy.samplers
import comfy.supported_models_base
import torch

from ...core.diagnosing.watch import Watch
from ...core.recording.recording import Recording
from ...host.pocket import build_pocket_model
from ...host.recorder import Recorder, record
from ...pocket.autoencoder import LATENT_CHANNELS
from ..table import Row
from ._pairs import excess, in_turns, quartiles

AT_MOST = 2.0  # per cent at a real model's speed: DESIGN.md, "Cheap"
BUDGET = 2**30
STEPS = 20
GUIDANCE = 4.0
SD15_SECONDS = {64: 0.05, 128: 0.25}
"""How long one guided call (two predictions) of SD 1.5 takes on a fast consumer card,
by the latent's side: 512 and 1024 pixels."""


@dataclass(frozen=True)
class Subject:
    """A model to sample, and what to sample it with."""

    name: str
    model: object
    positive: list
    negative: list
    latent: torch.Tensor
    steps: int
    rounds: int
    target: float | None


def measure() -> Iterator[Row]:
    with torch.inference_mode():
        for subject in (pocket(), sd15(64, rounds=13, steps=STEPS), sd15(128, rounds=9, steps=10)):
            yield from overhead(subject)


def overhead(subject: Subject) -> Iterator[Row]:
    ways = (None, states_alone, states_and_predictions, numbers_alone)
    plain, states, both, numbers = in_turns([lambda way=way: run(subject, way) for way in ways], subject.rounds)
    yield Row(f"{subject.name}: one run of {subject.steps} steps", statistics.median(plain), "s")
    recorded = (
        ("x and x0", states, subject.target),
        ("x, x0 and both predictions", both, None),
        ("numbers only", numbers, subject.target),
    )
    for what, watched, target in recorded:
        extra = excess(plain, watched)
        yield Row(f"{subject.name}: recording {what}", statistics.median(extra), "%", target, quartiles(extra, "%"))
    with clocked_recorder() as clock:
        run(subject, states_and_predictions)
    share = 100 * clock.seconds / statistics.median(plain)
    yield Row(f"{subject.name}: spent inside the recorder, by its own clock", share, "%", subject.target)


@dataclass
class Clock:
    seconds: float = 0.0


@contextmanager
def clocked_recorder() -> Iterator[Clock]:
    """Adds up the processor time of all that the recorder does besides handing on to ComfyUI."""
    clock, filing = Clock(), Recorder._file

    def timed(*arguments):
        started = time.thread_time()
        filing(*arguments)
        clock.seconds += time.thread_time() - started

    Recorder._file = timed
    try:
        yield clock
    finally:
        Recorder._file = filing


def states_alone() -> Recording:
    return Recording(budget_bytes=BUDGET, keep_guidance=False, choose=range)


def states_and_predictions() -> Recording:
    return Recording(budget_bytes=BUDGET, choose=range)


def numbers_alone() -> Recording:
    return Watch(budget_bytes=BUDGET, choose=range)


def run(subject: Subject, recording: Callable[[], Recording] | None) -> torch.Tensor:
    """One run, recorded in a recording of its own; None leaves the model alone."""
    model = subject.model if recording is None else record(subject.model, recording())
    noise = torch.randn(subject.latent.shape, generator=torch.Generator().manual_seed(7))
    sampler = comfy.samplers.KSampler(model, subject.steps, torch.device("cpu"), "euler", "karras", 1.0)
    return sampler.sample(
        noise, subject.positive, subject.negative, GUIDANCE, latent_image=subject.latent, disable_pbar=True
    )


def pocket() -> Subject:
    model, clip, _ = build_pocket_model()
    positive, negative = (encode(clip, text) for text in ("a red lighthouse on a cliff", ""))
    latent = torch.zeros(1, LATENT_CHANNELS, 16, 16)
    return Subject("pocket model", model, positive, negative, latent, STEPS, 15, None)


def encode(clip, text: str) -> list:
    return clip.encode_from_tokens_scheduled(clip.tokenize(text))


def sd15(side: int, *, rounds: int, steps: int) -> Subject:
    config = Config({"dtype": torch.float32})
    model = comfy.model_base.BaseModel(config, device=torch.device("cpu"), unet_model=Work)
    model.diffusion_model.repeats = repeats_for(SD15_SECONDS[side])
    cpu = torch.device("cpu")
    patcher = comfy.model_patcher.ModelPatcher(model, load_device=cpu, offload_device=cpu)
    prompt = [[torch.zeros(1, 77, 768), {}]]
    name = f"SD 1.5's size, {side}x{side} latent, {SD15_SECONDS[side] * 1000:.0f} ms a call"
    return Subject(name, patcher, prompt, prompt, torch.zeros(1, 4, side, side), steps, rounds, AT_MOST)


class Work(torch.nn.Module):
    """Answers with the noise it is given, after as many matrix products as a real model would need time for."""

    def __init__(self, device=None, operations=None, **_):
        super().__init__()
        self.dtype = torch.float32
        self.repeats = 1
        self.matrix = torch.nn.Parameter(torch.eye(512), requires_grad=False)

    def forward(self, x, timesteps, context=None, **_):
        work(self.matrix, self.repeats)
        return x * 0.1


class Config(comfy.supported_models_base.BASE):
    unet_config = {}
    unet_extra_config = {}
    latent_format = comfy.latent_formats.SD15
    memory_usage_factor = 0.1


def work(matrix: torch.Tensor, repeats: int) -> torch.Tensor:
    product = matrix
    for _ in range(repeats):
        product = product @ matrix
    return product


def repeats_for(seconds: float) -> int:
    """How many products fill the time on this machine, measured now."""
    matrix, repeats, taken = torch.eye(512), 4, 0.0
    while taken < 0.2:
        repeats *= 2
        started = time.process_time()
        work(matrix, repeats)
        taken = time.process_time() - started
    return max(1, round(repeats * seconds / taken))
