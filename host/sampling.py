"""ComfyUI's own KSampler, called as its node calls it."""

import comfy.sample
import comfy.samplers
import comfy.utils
import latent_preview

from .comfyui import Conditioning, Model
from .empty_latent import fitted_samples


def samplers() -> list[str]:
    """Sampler names of the ComfyUI that runs."""
    return list(comfy.samplers.KSampler.SAMPLERS)


def schedulers() -> list[str]:
    """Scheduler names of the ComfyUI that runs."""
    return list(comfy.samplers.KSampler.SCHEDULERS)


def sample(
    model: Model,
    *,
    seed: int,
    steps: int,
    cfg: float,
    sampler_name: str,
    scheduler: str,
    positive: Conditioning,
    negative: Conditioning,
    latent: dict,
    denoise: float,
) -> dict:
    """Sample a LATENT and give the new one; equal to the stock KSampler to the bit."""
    start = fitted_samples(model, latent)
    samples = comfy.sample.sample(
        model,
        comfy.sample.prepare_noise(start, seed, latent.get("batch_index")),
        steps,
        cfg,
        sampler_name,
        scheduler,
        positive,
        negative,
        start,
        denoise=denoise,
        noise_mask=latent.get("noise_mask"),
        callback=latent_preview.prepare_callback(model, steps),
        disable_pbar=not comfy.utils.PROGRESS_BAR_ENABLED,
        seed=seed,
    )
    kept = {key: value for key, value in latent.items() if not key.startswith("downscale_ratio_")}
    return {**kept, "samples": samples}
