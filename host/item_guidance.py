"""A guidance scale for each item of a batch, each guess equal to that of a run alone."""

from collections.abc import Sequence

import torch

from .comfyui import Model


def with_item_guidance(model: Model, scales: Sequence[float]) -> Model:
    """A clone that guides item i by scales[i]; it must be sampled with a cfg that is not 1, so that uncond is asked.

    A sampler_cfg_function would not do: ComfyUI hands it x - cond and takes its answer from x again, which rounds. So
    the guess is made anew, in ComfyUI's own words for one scale, before any other post-CFG function sees it.
    """
    patched = model.clone()

    def guide(args):
        cond, uncond = args["cond_denoised"], args["uncond_denoised"]
        scale = torch.tensor(scales, device=cond.device).view(-1, *[1] * (cond.ndim - 1))
        return uncond + ((cond - uncond) * scale).to(cond.dtype)  # Ho & Salimans 2022, eq. 6

    others = patched.model_options.get("sampler_post_cfg_function", [])
    patched.model_options["sampler_post_cfg_function"] = [guide, *others]
    return patched
