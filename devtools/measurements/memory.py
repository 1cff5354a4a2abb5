"""How many bytes a recorded state takes, in memory and in a deck file, against the bytes of its tensors."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import comfy.samplers
import torch

from ...core.recording.deck_file import save_deck
from ...core.recording.recording import Recording
from ...host.recorder import record
from ..table import Row
from .recording import BUDGET, GUIDANCE, STEPS, Subject, pocket

FLOAT32 = 4


def measure() -> Iterator[Row]:
    with torch.inference_mode():
        for keep_guidance, what, tensors in ((False, "x and x0", 2), (True, "x, x0 and both predictions", 4)):
            recording, latent = recorded(keep_guidance)
            kept = recording.run_of(latent)
            bytes_of_tensors = latent[0].numel() * FLOAT32 * tensors * STEPS + latent[0].numel() * FLOAT32
            yield Row(f"{what}: kept in memory for each state", kept.bytes / (STEPS + 1), "bytes")
            yield Row(f"{what}: memory against the tensors' own bytes", kept.bytes / bytes_of_tensors, "x")
            yield Row(f"{what}: deck file against the tensors' own bytes", file_size(kept) / bytes_of_tensors, "x")


def recorded(keep_guidance: bool, subject: Subject | None = None) -> tuple[Recording, torch.Tensor]:
    """One run of the pocket model, or of another subject."""
    subject = subject or pocket()
    recording = Recording(budget_bytes=BUDGET, keep_guidance=keep_guidance, choose=range)
    model = record(subject.model, recording)
    noise = torch.randn(subject.latent.shape, generator=torch.Generator().manual_seed(7))
    sampler = comfy.samplers.KSampler(model, STEPS, torch.device("cpu"), "euler", "karras", 1.0)
    samples = sampler.sample(
        noise, subject.positive, subject.negative, GUIDANCE, latent_image=subject.latent, disable_pbar=True
    )
    return recording, samples


def file_size(kept) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.safetensors"
        save_deck(kept.deck(), path)
        return path.stat().st_size
