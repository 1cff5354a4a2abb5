"""The noise levels that ComfyUI's KSampler would walk, without sampling."""

import comfy.samplers
from torch import Tensor

from ..core.comparing.schedules import Reading, Request, Schedule
from .comfyui import Model
from .model_facts import parameterization_of
from .model_name import name_of


def sigmas_of(model: Model, scheduler: str, steps: int, denoise: float) -> Tensor:
    """[state], from most noise to none; below denoise 1 the last part of a longer schedule. An unknown scheduler would
    silently become the first of the list: check the name before.
    """
    sampler = comfy.samplers.KSampler(
        model, steps=steps, device="cpu", sampler="euler", scheduler=scheduler, denoise=denoise
    )
    return sampler.sigmas.cpu()


def reading_of(model: Model) -> Reading:
    """How the sigmas of a MODEL are to be read."""
    sampling = model.get_model_object("model_sampling")
    return Reading(
        parameterization=parameterization_of(sampling),
        sigma_data=float(getattr(sampling, "sigma_data", 1.0)),
        model=name_of(model),
    )


def schedules_of(model: Model, requests: tuple[Request, ...], denoise: float) -> tuple[Schedule, ...]:
    """What a MODEL makes of each request."""
    return tuple(
        Schedule(
            label=request.label,
            sigmas=sigmas_of(model, request.scheduler, request.steps, denoise),
            asked=request.steps,
            group=request.group,
            variant=request.variant,
        )
        for request in requests
    )
