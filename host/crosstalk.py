"""Whether patches inside a network let the items of a batch feel each other: measured, by asking it."""

import logging
from collections.abc import Callable
from functools import partial

import comfy.model_management
import comfy.sample
import comfy.samplers
import comfy.utils
import torch
from torch import Tensor

from ..core.comparing.cells import Cell
from .batch_size import is_out_of_memory
from .comfyui import Model
from .prompt_switch import schedule_of
from .start import Start

SAME = 1e-4
"""Share of what the network changes, root mean square. Beside another neighbour an item of a batch comes out the same,
to the bit on most hardware.
"""
ROUNDING, LAST_PLACES = 1e-3, 8
"""Alone it may differ by the order of sums: this share, or so many of the last places of the model's numbers."""
HARMLESS = {"model_sampling", "latent_format"}
"""Parts of a model that work item by item, whoever replaced them."""
KNOWN = {"wrappers", "callbacks"}
"""Entries of transformer_options that are not patches, or that are looked at elsewhere."""


def is_patched(model: Model) -> bool:
    """Whether anything inside the network is not as ComfyUI loaded it, but for weights: all items share those."""
    options = model.model_options.get("transformer_options", {})
    inside = [name for name, value in options.items() if value and name not in KNOWN]
    replaced = [name for name in model.object_patches if name not in HARMLESS]
    return bool(inside or replaced or getattr(model, "injections", None))


def items_feel_each_other(start: Start, cell: Cell) -> bool:
    """Ask for one item beside two different neighbours, and alone, at the start and in the middle of a run.

    A network that draws random numbers as it goes counts as well: in a batch an item would draw others. Where the
    asking itself fails, the answer is yes: every cell then runs as it would by itself.
    """
    found: list[bool] = []

    @torch.no_grad()
    def ask(net, x, sigmas, extra_args=None, callback=None, disable=None):
        for sigma in (sigmas[0], sigmas[(len(sigmas) - 1) // 2]):
            found.append(
                _differs(partial(_guess, net, sigma, extra_args or {}), x * (sigma / sigmas[0]), _places(start))
            )
        return x

    try:
        _sample_three(start, cell, comfy.samplers.KSAMPLER(ask))
    except comfy.model_management.InterruptProcessingException:  # an Exception in some versions of ComfyUI
        raise
    except Exception as error:
        if not is_out_of_memory(error):
            logging.exception("Denoiscope asked this model for several cells at once, which failed: each runs alone")
        return True
    return any(found)


def _sample_three(start: Start, cell: Cell, sampler) -> None:
    """One pass of ComfyUI's guider over three items with noises of their own."""
    guider = comfy.samplers.CFGGuider(start.model)
    guider.set_conds(start.prompt_of(cell), start.negative)
    guider.set_cfg(cell.cfg)
    noise = torch.cat([comfy.sample.prepare_noise(start.latent, seed, start.batch_index) for seed in range(3)])
    latent = comfy.utils.repeat_to_batch_size(start.latent, len(noise))
    guider.sample(noise, latent, sampler, schedule_of(start.model, cell), disable_pbar=True, seed=cell.noise_seed)


def _guess(net, sigma: Tensor, extra_args: dict, x: Tensor) -> Tensor:
    comfy.model_management.throw_exception_if_processing_interrupted()
    return net(x, sigma * x.new_ones([len(x)]), **extra_args)


def _differs(guess: Callable[[Tensor], Tensor], x: Tensor, places: float) -> bool:
    item, one, other = x.split(1)
    drawn = _random_states(x.device)
    beside_one, beside_other = (guess(torch.cat([neighbour, item]))[1] for neighbour in (one, other))
    alone = guess(item)[0]
    if any(not torch.equal(*pair) for pair in zip(drawn, _random_states(x.device), strict=True)):
        return True
    whole = _size(item[0] - alone)
    same = _size(beside_one - beside_other) <= SAME * whole and _size(beside_one - alone) <= places * whole
    return not same  # true as well if a size is NaN


def _size(tensor: Tensor) -> float:
    return float(tensor.float().square().mean().sqrt())


def _places(start: Start) -> float:
    return max(ROUNDING, LAST_PLACES * torch.finfo(start.model.model_dtype()).eps)


def _random_states(device: torch.device) -> list[Tensor]:
    """States of the random generators that a network draws from when it is not given one."""
    state_of = getattr(getattr(torch, device.type, None), "get_rng_state", None)
    return [torch.get_rng_state(), *([state_of()] if state_of and device.type != "cpu" else [])]
