"""A shortcut asked at a reference's own states: what one call of it gets wrong, without the drift of calls before."""

import comfy.samplers
import torch
from torch import Tensor

from ..core.recording.trajectory import Trajectory
from .comfyui import Conditioning, Model
from .mirror import Asking

NO_PROMPT = "the one-step error asks the model with the prompt of the other run: connect positive"
NO_NEGATIVE = "the other run had cfg {cfg:g}, and asked without the prompt as well: connect negative"


def guesses_along(
    reference: Trajectory, model: Model, positive: Conditioning | None, negative: Conditioning | None, cfg: float
) -> Tensor:
    """The model's guided guess at each state of the reference that has a guess, like its x0.

    In one pass and in the reference's order, as a sampler asks, so that a cache does what it would do there.
    Raises ValueError where a prompt is missing.
    """
    if positive is None:
        raise ValueError(NO_PROMPT)
    if negative is None and cfg != 1:
        raise ValueError(NO_NEGATIVE.format(cfg=cfg))
    guesses: list[Tensor] = []

    @torch.no_grad()
    def ask(net, x, sigmas, extra_args=None, callback=None, disable=None):
        for state, sigma in zip(reference.x[: reference.guesses], sigmas[:-1], strict=True):
            guess = net(state[None].to(x), sigma * x.new_ones([1]), **(extra_args or {}))
            guesses.append(guess[0].detach().to("cpu", copy=True))
        return x

    nothing = torch.zeros_like(reference.x[:1])
    levels = torch.cat([reference.sigmas[: reference.guesses], reference.sigmas.new_zeros(1)]).float()
    guider = Asking(model=model, positive=positive, negative=negative, cfg=cfg).guider()
    guider.sample(
        nothing, nothing, comfy.samplers.KSAMPLER(ask), levels, disable_pbar=True, seed=reference.settings.seed
    )
    return torch.stack(guesses)
