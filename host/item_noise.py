"""Noise of its own for each item of a batch: where it starts, and what the sampler adds on its way."""

from collections.abc import Callable, Sequence

import comfy.patcher_extension
import comfy.samplers
import torch
from comfy.k_diffusion.sampling import BrownianTreeNoiseSampler, default_noise_sampler
from torch import Tensor

from .comfyui import Model

SAMPLER_SAMPLE = comfy.patcher_extension.WrappersMP.SAMPLER_SAMPLE
Draw = Callable[[Tensor, Tensor], Tensor]
"""From the noise levels of a step's start and end to that step's noise, [item, channel, ...]."""


def plain(noise: Tensor, sigmas: Tensor, seed: int) -> Draw:
    """Independent draws, one a step."""
    return default_noise_sampler(noise, seed=seed)


def brownian(noise: Tensor, sigmas: Tensor, seed: int, *, cpu: bool = True) -> Draw:
    """Increments of one Brownian path, so that the noise does not depend on the steps that are taken."""
    return BrownianTreeNoiseSampler(noise, sigmas[sigmas > 0].min(), sigmas.max(), seed=seed, cpu=cpu)


def brownian_on_device(noise: Tensor, sigmas: Tensor, seed: int) -> Draw:
    return brownian(noise, sigmas, seed, cpu=False)


STEP_NOISE = {
    **dict.fromkeys(
        (
            *("euler", "euler_cfg_pp", "heun", "heunpp2", "exp_heun_2_x0", "dpm_2", "lms", "dpm_fast"),
            *("dpmpp_2m", "dpmpp_2m_cfg_pp", "ipndm", "ipndm_v", "deis", "res_multistep", "res_multistep_cfg_pp"),
            *("gradient_estimation", "gradient_estimation_cfg_pp", "ddim", "uni_pc", "uni_pc_bh2"),
        ),
        None,
    ),
    **dict.fromkeys(
        (
            *("euler_ancestral", "euler_ancestral_cfg_pp", "exp_heun_2_x0_sde", "dpm_2_ancestral", "ddpm", "lcm"),
            *("dpmpp_2s_ancestral", "dpmpp_2s_ancestral_cfg_pp", "res_multistep_ancestral"),
            *("res_multistep_ancestral_cfg_pp", "er_sde", "seeds_2", "seeds_3", "sa_solver", "sa_solver_pece"),
        ),
        plain,
    ),
    **dict.fromkeys(("dpmpp_sde", "dpmpp_2m_sde", "dpmpp_2m_sde_heun", "dpmpp_3m_sde"), brownian),
    **dict.fromkeys(
        ("dpmpp_sde_gpu", "dpmpp_2m_sde_gpu", "dpmpp_2m_sde_heun_gpu", "dpmpp_3m_sde_gpu"), brownian_on_device
    ),
}
"""What each sampler adds at its steps, None for nothing. One that is not here is sampled alone: what it draws is not
known (another pack's, a newer ComfyUI's), or its items are not independent (dpm_adaptive pools its error over them).
"""


WITHOUT_NOISE = ("dpm_adaptive",)
"""Of those that are not in STEP_NOISE: as the KSampler calls it."""


def with_item_noise(model: Model, sampler_name: str, seeds: Sequence[int]) -> Model:
    """A clone under which item i is given the step noise that it would draw in a batch of one with seeds[i]."""
    make = STEP_NOISE[sampler_name]
    if make is None:
        return model
    patched = model.clone()

    def sample(executor, guider, sigmas, extra_args, callback, noise, *args, **kwargs):
        sampler = executor.class_obj
        if len(sigmas) < 2:
            return executor(guider, sigmas, extra_args, callback, noise, *args, **kwargs)
        draws = [make(noise[i : i + 1], sigmas, seed) for i, seed in enumerate(seeds)]
        options = sampler.extra_options
        sampler.extra_options = {
            **options,
            "noise_sampler": lambda start, end: torch.cat([draw(start, end) for draw in draws]),
        }
        try:
            return executor(guider, sigmas, extra_args, callback, noise, *args, **kwargs)
        finally:
            sampler.extra_options = options

    patched.add_wrapper_with_key(SAMPLER_SAMPLE, "denoiscope.item_noise", sample)
    return patched


def adds_noise(sampler_name: str) -> bool:
    """Whether the sampler adds noise on its way. Of samplers that are not known here: yes, they may."""
    return sampler_name not in WITHOUT_NOISE and STEP_NOISE.get(sampler_name, plain) is not None


def draws_for_the_mask(sampler_name: str) -> bool:
    """Whether the sampler puts fresh noise, one draw for the whole batch, outside of a noise mask (ddim)."""
    return bool(comfy.samplers.sampler_object(sampler_name).inpaint_options.get("random", False))
