"""How many cells fit into one batch: within free memory, and no more than the hardware gains from."""

import comfy.model_management
import torch

from .comfyui import Model
from .older_comfyui import is_oom

COMFYUI_RESERVE = 1.5
"""ComfyUI asks for this much more than it reckons before it joins cond and uncond (comfy/samplers.py)."""
PREDICTIONS = 2
AT_ONCE_ON_CPU = 8
"""Measured on two cores (devtools/measurements/sweeping.py): against one by one the pocket model needs 0.83 of the time
with 2 at once, 0.67 with 4, 0.63 with 8, and 0.73 with 16, whose numbers no longer fit the processor's cache. A network
as large as SD 1.5's gains next to nothing there, and loses nothing.
"""
AT_ONCE = 16
"""On a graphics card, where memory is what counts: so that a large sweep shows its first cells before its last."""


def cells_at_once(model: Model, item_shape: tuple[int, ...]) -> int:
    """How many cells fit into one batch for latents of [channel, ...]; at least 1."""
    cap = AT_ONCE_ON_CPU if comfy.model_management.is_device_cpu(model.load_device) else AT_ONCE
    room = _room(model)
    fits = (n for n in range(cap, 1, -1) if _needed(model, n, item_shape) < room)
    return next(fits, 1)


def load_for_one(model: Model, item_shape: tuple[int, ...]) -> None:
    """Bring the model to its device, and leave the room that ComfyUI leaves there to sample one latent."""
    needed = model.memory_required([PREDICTIONS, *item_shape])
    comfy.model_management.load_models_gpu([model], memory_required=needed, minimum_memory_required=needed)


def is_out_of_memory(error: Exception) -> bool:
    """Whether memory ran out, on a device or in main memory.

    Where torch knows no device of its own, ComfyUI's OOM_EXCEPTION is Exception itself, which says nothing.
    """
    if comfy.model_management.OOM_EXCEPTION is not Exception and is_oom(error):
        return True
    said = str(error).lower()
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or (
        isinstance(error, RuntimeError) and ("out of memory" in said or "can't allocate memory" in said)
    )


def _needed(model, items: int, item_shape: tuple[int, ...]) -> float:
    """Bytes that one guided call takes."""
    return model.memory_required([items * PREDICTIONS, *item_shape]) * COMFYUI_RESERVE


def _room(model) -> float:
    """Bytes free on the model's device once ComfyUI has made way for the whole of this model there."""
    device = model.load_device
    loaded = [m for m in comfy.model_management.loaded_models() if m is not None and m.load_device == device]
    movable = sum(m.loaded_size() for m in loaded)
    return comfy.model_management.get_free_memory(device) + movable - model.model_size()
