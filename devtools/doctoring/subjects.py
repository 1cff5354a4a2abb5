"""What the doctor is proved on: the pocket model, with LoRAs and without, and models known in closed form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import comfy.sd
import comfy.utils
import torch

from ...host.pocket import build_pocket_model
from ...pocket.autoencoder import LATENT_CHANNELS
from ...pocket.loras import FOUR_STEPS, file_of, word_of
from .wiener import CHANNELS, picture, wiener_model, wish

SIDE = 32
FRAMES = 3
ASK, NEGATIVE = 0.3, 0.0
"""How strongly a prompt of an analytic model pulls: guidance of 4 then gives pictures as wide as finished ones."""
PROMPTS = {
    "read": ("a red lighthouse on a cliff at dusk", "a house in the snow", "a boat on the sea at night"),
    "judged": ("a castle on a hill at dusk", "a sailboat on the sea at dawn", "a house in a meadow at night"),
}
"""Thresholds were read from runs of the first, and are judged on runs of the second."""


@dataclass(frozen=True)
class Subject:
    """A model to sample. `prompts` and `negative` are CONDITIONINGs; `vae` None where there is none."""

    name: str
    model: object
    prompts: tuple[list, ...]
    negative: list
    shape: tuple[int, ...]
    vae: object = None
    cfg: float = 4.0
    encode: Callable[[str], list] | None = None

    def empty(self) -> torch.Tensor:
        return torch.zeros(1, *self.shape)


def analytic(kind: str, half: str, *, video: bool = False) -> Subject:
    """Eps, v or flow; prompts are pictures, others in each half of the data."""
    first = {"read": 100, "judged": 300}[half]
    prompts = tuple(wish(first + index, SIDE, ASK) for index in range(3))
    shape = (CHANNELS, *([FRAMES] if video else []), SIDE, SIDE)
    name = f"analytic {kind}{', video' if video else ''}"
    return Subject(name, wiener_model(kind, video=video), prompts, wish(first, SIDE, NEGATIVE), shape)


def pocket(half: str) -> Subject:
    model, clip, vae = build_pocket_model()

    def encode(text: str) -> list:
        return clip.encode_from_tokens_scheduled(clip.tokenize(text))

    prompts = tuple(map(encode, PROMPTS[half]))
    return Subject("pocket", model, prompts, encode(""), (LATENT_CHANNELS, 16, 16), vae, encode=encode)


def with_lora(subject: Subject, name: str, half: str, strength: float = 1.0) -> Subject:
    """The pocket model under one of its LoRAs, asked with the LoRA's word."""
    tensors = comfy.utils.load_torch_file(str(file_of(name)))
    model, _ = comfy.sd.load_lora_for_models(subject.model, None, tensors, strength, 0.0)
    prompts = tuple(subject.encode(f"{text} {word_of(name)}".strip()) for text in PROMPTS[half])
    few = {"cfg": 1.0} if name == FOUR_STEPS else {}
    return replace(subject, name=f"pocket, {name}", model=model, prompts=prompts, **few)


def finished(subject: Subject, seed: int) -> torch.Tensor:
    """A picture to begin from, as a LATENT holds it: of an analytic model. [1, channel, (frame,) height, width]"""
    latent = picture(seed, *subject.shape[-2:])
    still = len(subject.shape) == len(latent.shape)
    return latent[None].clone() if still else latent[None, :, None].repeat(1, 1, FRAMES, 1, 1)
