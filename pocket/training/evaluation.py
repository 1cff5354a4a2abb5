"""Measure the finished model through ComfyUI's own sampling: does it draw what the prompt says, how sharp, how fast?"""

import time
from collections.abc import Iterator
from itertools import count, islice

import comfy.sample
import torch
from PIL import Image
from torch import Tensor

from ..captions import full_caption
from ..scenes import HELD_OUT, Scene, choose_scene
from .classifier import Classifier, judge

STEPS, SAMPLER, SCHEDULER = 20, "dpmpp_2m", "karras"
SCENE_SEED, NOISE_SEED = 10_000_000, 1000
GUIDANCE = (1.0, 4.0, 7.0, 20.0)


def seed_noise(seeds: range) -> Tensor:
    """The noise that a KSampler starts from at each seed."""
    shape = torch.zeros(1, 4, 16, 16)
    return torch.cat([comfy.sample.prepare_noise(shape, seed) for seed in seeds])


def encode_prompts(clip, prompts: list[str]) -> list:
    return [[torch.cat([clip.encode_from_tokens(clip.tokenize(prompt)) for prompt in prompts]), {}]]


@torch.no_grad()
def paint(pocket, prompts: list[str], noise: Tensor, guidance: float, sampler: str = SAMPLER) -> Tensor:
    """One picture per prompt: [picture, rgb, row, column] in -1..1."""
    model, clip, vae = pocket
    positive, negative = encode_prompts(clip, prompts), encode_prompts(clip, [""])
    latent = torch.zeros_like(noise)
    done = comfy.sample.sample(
        model, noise, STEPS, guidance, sampler, SCHEDULER, positive, negative, latent, disable_pbar=True, seed=0
    )
    return vae.decode(done).movedim(-1, 1) * 2 - 1


def scenes_to_draw(number: int, held_out: bool = False) -> tuple[Scene, ...]:
    """Scenes whose seeds no training came near."""
    return tuple(islice((s for s in map(choose_scene, count(SCENE_SEED)) if s.held_out == held_out), number))


def follow_prompts(pocket, classifier: Classifier, scenes: tuple[Scene, ...], guidance: float) -> dict[str, float]:
    noise = seed_noise(range(NOISE_SEED, NOISE_SEED + len(scenes)))
    pictures = paint(pocket, [full_caption(scene) for scene in scenes], noise, guidance)
    return judge(classifier, pictures, scenes)


def prompt_following(pocket, classifier: Classifier, number: int = 48) -> Iterator[tuple[str, dict[str, float]]]:
    """Scores at each guidance scale, then for pairs that were never seen together in training."""
    for guidance in GUIDANCE:
        yield f"guidance {guidance:g}", follow_prompts(pocket, classifier, scenes_to_draw(number), guidance)
    names = " and ".join(sorted(" in ".join(pair) for pair in HELD_OUT))
    yield f"never seen: {names}", follow_prompts(pocket, classifier, scenes_to_draw(number // 2, held_out=True), 4.0)


def seconds_per_picture(pocket, repeats: int = 5) -> float:
    """Time of one picture of 20 guided steps, decoded; the fastest of several."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        paint(pocket, ["a red house on a hill at noon"], seed_noise(range(1)), 4.0)
        times.append(time.perf_counter() - start)
    return min(times)


def contact_sheet(pictures: Tensor, columns: int, gap: int = 2) -> Image.Image:
    """All pictures, in order, on white."""
    height, width = pictures.shape[-2:]
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) + gap, rows * (height + gap) + gap), "white")
    for i, picture in enumerate(((pictures.clamp(-1, 1) + 1) * 127.5).round().byte().movedim(1, -1)):
        sheet.paste(
            Image.fromarray(picture.numpy()), (gap + i % columns * (width + gap), gap + i // columns * (height + gap))
        )
    return sheet
