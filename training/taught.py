"""What the LoRAs brought: how well each sees its variant through noise, and what four strides make of twenty steps."""

from dataclasses import replace
from pathlib import Path

import comfy.sample
import comfy.samplers
import comfy.sd
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from ..pocket.captions import full_caption
from ..pocket.denoiser import schedule_sigmas
from ..pocket.loras import FOUR_STEPS, TAUGHT, file_name
from ..pocket.scenes import Scene
from ..pocket.variants import VARIANTS
from .convergence import distance
from .data import PER_VARIANT, VARIANT_SEED, as_tensor
from .examined import Examined
from .few_steps import STRIDES, TEACHER
from .obedience import scored
from .sampling import How, Pocket, captions, conditionings, decode, encode, noise_of, sample_all, scenes_to_draw

TIMESTEPS = (200, 500, 800)
STRIDING = How(steps=STRIDES, guidance=1.0, sampler="euler", scheduler=TEACHER.scheduler)


def measure(it: Examined) -> dict:
    words = dict.fromkeys(word for word, _ in TAUGHT.values())
    names = {word: [None, *(name for name, taught in TAUGHT.items() if taught[0] == word)] for word in words}
    return {
        "pictures": it.sizes.taught,
        "guesses": {word: {name or "none": misses(it, word, name) for name in names[word]} for word in words},
        "bytes": {name: lora_file(it, name).stat().st_size for name in (*TAUGHT, FOUR_STEPS)},
        "strides": strides(it),
    }


def lora_file(it: Examined, name: str) -> Path:
    return it.file.parent / "loras" / file_name(name)


def with_lora(it: Examined, name: str | None) -> Pocket:
    """The pocket model with one of its LoRAs as the stock loader applies it; without one for None."""
    model, *rest = it.pocket
    if name is None:
        return it.pocket
    changed, _ = comfy.sd.load_lora_for_models(model, None, load_file(lora_file(it, name)), 1.0, 0.0)
    return changed, *rest


def unseen(word: str, number: int) -> list[Scene]:
    """Scenes of a variant that no LoRA learned from."""
    return [VARIANTS[word].choose(VARIANT_SEED + PER_VARIANT + i) for i in range(number)]


def misses(it: Examined, word: str, name: str | None) -> float:
    """Root mean square of guess less picture over that of the picture, mean over unseen pictures and noise levels."""
    scenes, variant = unseen(word, it.sizes.taught), VARIANTS[word]
    latents = encode(it.pocket, as_tensor(np.stack([np.asarray(variant.draw(scene)) for scene in scenes])))
    prompts = [variant.tell(full_caption(scene)) for scene in scenes]
    pocket, sigmas = with_lora(it, name), schedule_sigmas()
    found = [distance(guess(pocket, prompts, latents, float(sigmas[t])), latents) for t in TIMESTEPS]
    return sum(found) / len(found)


def guess(pocket: Pocket, prompts: list[str], latents: Tensor, sigma: float) -> Tensor:
    """What the model takes noised latents for: one Euler step from sigma to 0, at guidance 1."""
    model, clip, _ = pocket
    positive, negative = conditionings(clip, prompts)
    sampler, sigmas = comfy.samplers.sampler_object("euler"), torch.tensor([sigma, 0.0])
    return comfy.sample.sample_custom(
        *(model, noise_of(len(latents)), 1.0, sampler, sigmas, positive, negative, latents), disable_pbar=True, seed=0
    )


def strides(it: Examined) -> dict:
    """The teacher's guided steps, four steps of the student, and four of the bare model: what the judge reads."""
    asked = scenes_to_draw(it.sizes.taught)
    ways = {
        "teacher": (None, TEACHER),
        "student": (FOUR_STEPS, STRIDING),
        "bare": (None, STRIDING),
        "bare, guided": (None, replace(STRIDING, guidance=TEACHER.guidance)),
    }
    noise, prompts = noise_of(len(asked)), captions(asked)
    ends = {name: sample_all(with_lora(it, lora), prompts, noise, how) for name, (lora, how) in ways.items()}
    return {
        name: {**scored(it, decode(it.pocket, end), asked), "distance": distance(end, ends["teacher"])}
        for name, end in ends.items()
    }
