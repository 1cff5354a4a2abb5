"""A run whose prompt changes on the way: asked with one until a noise level, with another from there on."""

from typing import Any

import comfy.model_management
import comfy.samplers
import torch
from torch import Tensor

from ..core.comparing.cells import Cell
from ..core.recording.steps import SAME_SIGMA
from .comfyui import Conditioning, Model
from .newer_comfyui import tell_latent_shapes
from .older_comfyui import intermediate_dtype


class SwitchingGuider(comfy.samplers.CFGGuider):
    """CFG with two positive conditionings, each prepared with the negative one as a run of its own prepares it.

    The model is asked with `after` at every noise level at or below `sigma`. Samplers that call the model several times
    a step thereby end the step before with a look ahead that is already asked with `after`.
    """

    conds: dict
    first: dict | None
    second: dict

    def __init__(self, model_patcher: Model, *, sigma: float):
        super().__init__(model_patcher)
        self.sigma = sigma

    def set_conds(self, positive: Conditioning, negative: Conditioning, *, after: Conditioning) -> None:
        """ComfyUI loads ControlNets and hooks of all three."""
        self.inner_set_conds({"positive": positive, "negative": negative, "after": after})

    def inner_sample(
        self,
        noise: Tensor,
        latent_image: Tensor,
        device: torch.device,
        sampler: Any,
        sigmas: Tensor,
        denoise_mask: Tensor | None,
        *args,
        **kwargs,
    ) -> Tensor:
        asked = self.conds
        second = {"positive": asked["after"], "negative": asked["negative"]}
        tell_latent_shapes(self.inner_model, kwargs)
        self.first, self.second = None, self._process(second, noise, latent_image, device, denoise_mask, args, kwargs)
        self.conds = {"positive": asked["positive"], "negative": asked["negative"]}
        try:
            return super().inner_sample(noise, latent_image, device, sampler, sigmas, denoise_mask, *args, **kwargs)
        finally:
            self.conds = asked  # ComfyUI tidies up after the ControlNets it finds here

    def outer_predict_noise(self, x: Tensor, timestep: Tensor, *args, **kwargs) -> Tensor:
        self.first = self.first or self.conds  # as super().inner_sample made it
        self.conds = self.second if float(timestep.flatten()[0]) <= self.sigma * (1 + SAME_SIGMA) else self.first
        return super().outer_predict_noise(x, timestep, *args, **kwargs)

    def _process(self, conds, noise, latent, device, denoise_mask, args, kwargs):
        """As CFGGuider.inner_sample does it; `args` are its callback, disable_pbar and seed."""
        if torch.count_nonzero(latent) > 0:
            latent = self.inner_model.process_latent_in(latent)
        return comfy.samplers.process_conds(
            self.inner_model, noise, conds, device, latent, denoise_mask, args[2], **kwargs
        )


def sample_switching(
    model: Model,
    noise: Tensor,
    cell: Cell,
    *,
    positive: Conditioning,
    negative: Conditioning,
    after: Conditioning,
    latent: Tensor,
    **options,
) -> Tensor:
    """comfy.sample.sample of one cell, with `after` in place of `positive` from the cell's step `switch_at` on.

    `options` are the callback, disable_pbar and denoise_mask of ComfyUI's guiders.
    """
    if cell.switch_at is None:
        raise ValueError(f"{cell.label}: name the step at which the prompt is switched")
    sigmas = schedule_of(model, cell)
    guider = SwitchingGuider(model, sigma=float(sigmas[min(cell.switch_at, len(sigmas) - 1)]))
    guider.set_conds(positive, negative, after=after)
    guider.set_cfg(cell.cfg)
    sampler = comfy.samplers.sampler_object(cell.sampler_name)
    samples = guider.sample(noise, latent, sampler, sigmas, seed=cell.noise_seed, **options)
    return samples.to(device=comfy.model_management.intermediate_device(), dtype=intermediate_dtype())


def schedule_of(model: Model, cell: Cell) -> Tensor:
    """The sigmas that the stock KSampler walks for this cell; [state]."""
    return comfy.samplers.KSampler(
        model,
        steps=cell.steps,
        device=model.load_device,
        sampler=cell.sampler_name,
        scheduler=cell.scheduler,
        denoise=cell.denoise,
        model_options=model.model_options,
    ).sigmas
