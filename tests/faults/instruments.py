"""The instruments that sample, each as its node calls it: a small run of a model whose answers are known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import comfy.model_management
import torch

from denoiscope.core.lora.lora import lora_of
from denoiscope.core.recording.deck import Deck
from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.host import pocket
from denoiscope.nodes.attention import DenoiscopeAttention
from denoiscope.nodes.forward import DenoiscopeForward
from denoiscope.nodes.lora_rank_sweep import DenoiscopeLoraRankSweep
from denoiscope.nodes.record import DenoiscopeCollect, DenoiscopeKSampler, DenoiscopeRecord
from denoiscope.nodes.seed_walk import DenoiscopeSeedWalk
from denoiscope.nodes.sweep import DenoiscopeSweep

from ..core.loras import layer

LATENT = {"samples": torch.zeros(1, 4, 8, 8)}
PICTURE = {"samples": torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3))}
RUN = {"steps": 2, "cfg": 3.0, "sampler_name": "heun", "scheduler": "normal"}
ASKED = {"positive": prompt(0.5), "negative": prompt(-0.2)}
KEPT = {"keep_guidance": True, "memory_mb": 64}
LORA = lora_of("two", (layer((2.0, 1.0), "diffusion_model.layer", rows=4, columns=4),))
CELLS = {**RUN, **ASKED, **KEPT, "latent_image": LATENT}


def ksampler(model) -> Deck:
    return DenoiscopeKSampler.execute(model, seed=5, denoise=1.0, items="", **CELLS).result[1]


def record(model) -> Deck:
    """Interrupted, it hands over what it has, as Collect does on the next run."""
    watched, recording = DenoiscopeRecord.execute(model, items="", **KEPT).result
    try:
        DenoiscopeKSampler.execute(watched, seed=5, denoise=1.0, items="", **CELLS)
    except BaseException as stop:
        stop.interrupted = _collected(recording)
        raise
    return DenoiscopeCollect.execute("last run", "", recording).result[0]


def attention(model) -> Deck:
    clip = pocket.build_clip(pocket.read_weights())
    watched, asked, _ = DenoiscopeAttention.execute(model, clip, "a red house", "house").result
    empty = torch.zeros(1, model.get_model_object("latent_format").latent_channels, 8, 8)
    told = {**CELLS, "positive": asked, "negative": clip.encode_from_tokens_scheduled(clip.tokenize(""))}
    told |= {"latent_image": {"samples": empty}, "items": ""}
    return DenoiscopeKSampler.execute(watched, seed=5, denoise=1.0, **told).result[1]


def sweep(model) -> Deck:
    axes = {"axis": {"axis": "guidance", "guidance_values": "1, 4"}, "second_axis": {"second_axis": "none"}}
    return DenoiscopeSweep.execute(model, seed=5, denoise=1.0, cells_at_once=1, **axes, **CELLS).result[0]


def sweep_in_batches(model) -> Deck:
    axes = {"axis": {"axis": "seed", "seeds": "1..4"}, "second_axis": {"second_axis": "none"}}
    return DenoiscopeSweep.execute(model, seed=5, denoise=1.0, cells_at_once=2, **axes, **CELLS).result[0]


def seed_walk(model, vae=None) -> Deck:
    walk = {"seeds": "1, 2", "frames_between": 1, "loop": False, "mixing": "spherical", "ease": "even"}
    return DenoiscopeSeedWalk.execute(model, **walk, spacing="equal angles", cells_at_once=1, vae=vae, **CELLS).result[
        1
    ]


def rank_sweep(model) -> Deck:
    model.model.diffusion_model.layer = torch.nn.Linear(4, 4)  # which nothing asks, but a LoRA may change it
    told = {"lora": LORA, "ranks": "1, full", "strength": 1.0, "left_out": {"left_out": "not sampled"}, **CELLS}
    return DenoiscopeLoraRankSweep.execute(model, seed=5, denoise=1.0, **told).result[0]


def forward(model) -> Deck:
    told = {"seed": 5, "schedule": "flow", "mirror": "guess and regenerate", "latent": PICTURE, **RUN, **ASKED}
    return DenoiscopeForward.execute(model=model, **told).result[0]


INSTRUMENTS: dict[str, Callable[[object], Deck]] = {
    "KSampler with Deck": ksampler,
    "Record": record,
    "Attention of a Word": attention,
    "Sweep": sweep,
    "Sweep in batches": sweep_in_batches,
    "Seed Walk": seed_walk,
    "LoRA Rank Sweep": rank_sweep,
    "Forward": forward,
}


def model_for(name: str):
    """Attention is looked for in a model that has some."""
    return pocket.build_model(pocket.read_weights()) if name == "Attention of a Word" else analytic_model()


@dataclass
class Calls:
    """How often the model has been asked."""

    count: int = 0


@contextmanager
def answering(model, answer: Callable[[int, torch.Tensor], torch.Tensor]) -> Iterator[Calls]:
    """In the block the model's answer to its n-th call, counted from 0, goes through `answer`, which may raise."""
    calls, plain = Calls(), model.model._apply_model

    def apply(x, *args, **kwargs):
        calls.count += 1
        return answer(calls.count - 1, plain(x, *args, **kwargs))

    model.model._apply_model = apply
    try:
        yield calls
    finally:
        model.model._apply_model = plain


def calls_of(name: str) -> tuple[Deck, int]:
    """What an instrument gives undisturbed, and how often it asks the model for that."""
    model = model_for(name)
    with answering(model, lambda n, answer: answer) as calls, torch.inference_mode():
        deck = INSTRUMENTS[name](model)
    return deck, calls.count


def raising(at: int, error: Callable[[], BaseException]):
    """From that call on: who asks again gets the same."""

    def answer(n: int, given: torch.Tensor) -> torch.Tensor:
        if n >= at:
            raise error()
        return given

    return answer


def _collected(recording) -> Deck | None:
    comfy.model_management.interrupt_current_processing(False)
    found = DenoiscopeCollect.execute("last interrupted", "", recording).result[0]
    return found if isinstance(found, Deck) else None  # else why there is none
