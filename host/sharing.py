"""Which cells may share a batch: only those whose items cannot feel each other."""

from collections.abc import Callable, Iterable

from torch import Tensor

from ..core.comparing.cells import Cell
from .comfyui import Model
from .guidance_functions import foreign_functions
from .item_noise import STEP_NOISE, draws_for_the_mask

NOT_SHARED = (
    *("unclip_conditioning", "noise_augmentation", "minimax_visual_cond_noise_aug", "minimax_audio_cond_noise_aug"),
    "hooks",
)
"""Conditioning for which ComfyUI's models draw noise from the run's one seed (comfy/model_base.py), and hooks, which
may bring wrappers along.
"""
OWN = "denoiscope."


def must_run_alone(model: Model, conditionings: Iterable[list], *, masked: bool) -> Callable[[Cell], bool]:
    """Whether a cell's result could depend on what else is in its batch.

    A function or wrapper of another pack may pool over the batch (Mahiro's guidance and EasyCache do), a conditioning
    may hold one entry an item, or noise that is drawn from the seed: then nothing is shared. Patches inside the network
    are another matter (crosstalk.py).
    """
    pooled = _is_wrapped(model) or any(map(_is_not_for_sharing, conditionings))

    def alone(cell: Cell) -> bool:
        name = cell.sampler_name
        return pooled or name not in STEP_NOISE or (masked and draws_for_the_mask(name))

    return alone


def _is_wrapped(model) -> bool:
    options = model.model_options
    inside = options.get("transformer_options", {}).get("wrappers", {})
    foreign = foreign_functions(options) or options.get("model_function_wrapper") or options.get("context_handler")
    return bool(foreign) or _holds_foreign(model.wrappers) or _holds_foreign(inside)


def _holds_foreign(wrappers: dict) -> bool:
    keys = [key for by_key in wrappers.values() for key, functions in by_key.items() if functions]
    return any(key is None or not key.startswith(OWN) for key in keys)


def _is_not_for_sharing(conditioning: list) -> bool:
    return any(
        any(name in settings for name in NOT_SHARED) or _items((embedding, settings)) > 1
        for embedding, settings in conditioning
    )


def _items(value) -> int:
    """The most items that any tensor in a conditioning holds, those of its ControlNets included."""
    if isinstance(value, Tensor):
        return value.shape[0] if value.ndim > 1 else 1
    if isinstance(value, dict):
        return max(map(_items, value.values()), default=1)
    if isinstance(value, (list, tuple)):
        return max(map(_items, value), default=1)
    hint = getattr(value, "cond_hint_original", None)
    return 1 if hint is None else max(_items(hint), _items(getattr(value, "previous_controlnet", None)))
