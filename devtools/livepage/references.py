"""What the JavaScript model is held to: numbers of the real nodes, on the real ComfyUI, as one small safetensors file.

Run in ComfyUI's environment by `python dev.py live --references`.
"""

import json
from itertools import product
from pathlib import Path

import comfy.sample
import torch
from safetensors.torch import save
from torch import Tensor

from ...core.comparing.noise_walk import slerp
from ...core.lora.file import load_lora
from ...core.lora.truncation import to_rank
from ...host.lora import applied, truncated
from ...host.pocket import build_pocket_model
from ...host.prompt_words import weighted_parts
from ...pocket.loras import file_of
from ...pocket.text import tokenize

FILE = Path(__file__).parents[2] / "tests" / "js" / "pocket" / "references.safetensors"

PROMPT, NEGATIVE = "a red lighthouse on a cliff at dusk, oil painting", "snow"
SEED, STEPS, GUIDANCE = 7, 4, 5.0
SAMPLERS = ("euler", "heun", "dpmpp_2m", "ddim", "euler_ancestral", "lcm")
SCHEDULERS = ("karras", "normal", "simple", "exponential")
SEEDS = (0, 7, 2**32 - 1, 2**32 + 5, 2**64 - 1)
WEIGHTED = (
    "a (red:1.4) house",
    "((a windmill)) at (dusk:0.5)",
    "(a (green:1.2) hill) with clouds",
    r"a \(red\) boat, (moon",
    "a tree) in (the snow:x)",
    "(:1.2) (stars:) ((sun:2)",
    " ".join(["a red house and"] * 12),
)
LORA, LORA_RANK, LORA_STRENGTH = "blueprint, rank 8", 3, 0.8


def everything() -> dict[str, Tensor]:
    parts = build_pocket_model()
    return {f"noise.{seed}": noise(seed) for seed in SEEDS} | of_parts(*parts) | of_runs(*parts)


def write() -> Path:
    made = {name: tensor.contiguous() for name, tensor in everything().items()}
    FILE.write_bytes(save(made, {"asked": json.dumps(words())}))
    return FILE


def words() -> dict:
    """What was asked, and how ComfyUI reads prompts."""
    return {
        "prompt": PROMPT, "negative": NEGATIVE, "seed": SEED, "steps": STEPS, "guidance": GUIDANCE,
        "samplers": SAMPLERS, "schedulers": SCHEDULERS, "seeds": [str(seed) for seed in SEEDS],
        "weighted": {text: weighted_parts(text) for text in WEIGHTED},
        "tokens": tokenize(PROMPT),
        "lora": {"file": file_of(LORA).name, "rank": LORA_RANK, "strength": LORA_STRENGTH},
    }  # fmt: skip


def noise(seed: int, size=(1, 8, 16, 16)) -> Tensor:
    return comfy.sample.prepare_noise(torch.zeros(size), seed)


def encoded(clip, text: str):
    return clip.encode_from_tokens_scheduled(clip.tokenize(text))


def of_parts(model, clip, vae) -> dict[str, Tensor]:
    """Each part alone: text, one guess, decoder, encoder, a stop between two noises."""
    parts = {f"text.{i}": encoded(clip, text)[0][0] for i, text in enumerate((PROMPT, *WEIGHTED))}
    latent = noise(3)
    picture = vae.decode(latent)
    with torch.no_grad():
        x, context = noise(11) * 4, encoded(clip, PROMPT)[0][0]
        parts["guess"] = model.model.apply_model(x, torch.tensor([3.7]), c_crossattn=context)
    parts |= {"decoded": picture.half(), "encoded": vae.encode(picture.half().float())}
    return parts | {"between": slerp(noise(1), noise(2), 0.3)}


def of_runs(model, clip, vae) -> dict[str, Tensor]:
    """Finished latents: every sampler with every scheduler, and the ways to begin, to switch and to adapt."""
    cond, uncond = encoded(clip, PROMPT), encoded(clip, NEGATIVE)

    def run(
        sampler="euler", scheduler="normal", *, start=None, model=model, cfg=GUIDANCE, steps=STEPS, **options
    ) -> Tensor:
        latent = torch.zeros(1, 8, 16, 16) if start is None else start
        asked = (steps, cfg, sampler, scheduler, cond, uncond, latent)
        return comfy.sample.sample(model, noise(SEED), *asked, seed=SEED, disable_pbar=True, **options)

    start = vae.encode(vae.decode(noise(5)))
    mask = torch.zeros(1, 1, 16, 16)
    mask[..., 4:12, 6:14] = 1
    lora, _ = truncated(load_lora(file_of(LORA)), to_rank(LORA_RANK), note="")
    runs = {f"run.{a}.{b}": run(a, b) for a, b in product(SAMPLERS, SCHEDULERS)}
    runs["run.20 steps"] = run(steps=20)
    runs["run.unguided"] = run(cfg=1.0)
    runs["run.from a picture"] = run(start=start, denoise=0.6)
    runs["run.masked"] = run(start=start, denoise=0.8, noise_mask=mask)
    runs["run.masked ddim"] = run("ddim", start=start, denoise=0.8, noise_mask=mask)
    runs["run.lora"] = run(model=applied(lora, model, None, LORA_STRENGTH, 0.0)[0])
    return runs | {"start": start, "mask": mask}


if __name__ == "__main__":
    write()
