"""What a deck keeps of where a run came from, read from ComfyUI when the run begins."""

import hashlib
from collections.abc import Callable, Iterator

import comfy.ldm.modules.attention
import comfy.model_management
import torch
from torch import Tensor

from ..core.fingerprint import fingerprint
from ..core.recording.origin import Origin
from .comfyui import Guider

DIGITS = 8
GLANCE = 64
"""Numbers of a patch that its fingerprint reads."""
PLAIN = (str, int, float, bool, type(None))
NEW_EACH_TIME = ("uuid",)
"""Parts of a conditioning that differ between two runs of the same graph."""


def origins_of(guider: Guider, source: Tensor, mask: Tensor | None, items: tuple[int, ...]) -> tuple[Origin, ...]:
    """One for each kept item of the batch; `source` is the latent that noise is added to, [item, channel, ...]."""
    patcher = guider.model_patcher
    shared = {
        "comfyui": _comfyui(),
        "torch": str(torch.__version__),
        "device": comfy.model_management.get_torch_device_name(patcher.load_device),
        "dtype": str(patcher.model_dtype()).removeprefix("torch."),
        "attention": comfy.ldm.modules.attention.optimized_attention.__name__,
        "patches": patches_in_words(patcher.patches),
        "weights": _weights(patcher),
        "conditioning": tuple((name, conditioning_fingerprint(conds)) for name, conds in sorted(guider.conds.items())),
        "masked": mask is not None,
        "largest_sigma": _largest_sigma(patcher),
    }
    return tuple(Origin(**shared, source=_source(source[min(item, len(source) - 1)])) for item in items)


def conditioning_fingerprint(conds: list) -> str:
    """Eight hex digits, equal where all tensors and plain values are; what ComfyUI makes anew each time is left out."""
    return _short("\n".join(_parts(conds)))


def patches_in_words(patches: dict) -> str:
    """How many weights are changed, and a fingerprint of which, how strongly and by what; empty for none."""
    if not patches:
        return ""
    return f"{len(patches)} weights, {_short(chr(10).join(_parts(patches, _glance)))}"


def _parts(value, name_of: Callable[[Tensor], str] = fingerprint) -> Iterator[str]:
    if isinstance(value, Tensor):
        yield f"{value.dtype}{list(value.shape)}{name_of(value)}"
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            if key not in NEW_EACH_TIME:
                yield str(key)
                yield from _parts(value[key], name_of)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _parts(part, name_of)
    elif isinstance(value, PLAIN):
        yield repr(value)
    else:
        yield type(value).__name__
        yield from _parts(getattr(value, "weights", getattr(value, "cond", None)), name_of)


def _glance(weight: Tensor) -> str:
    """A LoRA of a large model has hundreds of megabytes: of each tensor the first numbers are read."""
    return fingerprint(weight.detach().flatten()[:GLANCE].float())


def _weights(patcher) -> str:
    """Of the first vector that nothing is laid over: of a bias or a norm, which is small wherever it lies."""
    vectors = (
        weight
        for key, weight in patcher.model.named_parameters()
        if weight.ndim == 1 and key not in patcher.patches and weight.is_floating_point() and not weight.is_meta
    )
    weight = next(vectors, None)
    return "" if weight is None else _glance(weight)


def _source(latent: Tensor) -> str:
    return fingerprint(latent) if bool(latent.any()) else ""


def _largest_sigma(patcher) -> float | None:
    largest = getattr(patcher.get_model_object("model_sampling"), "sigma_max", None)
    return None if largest is None else float(largest)


def _comfyui() -> str:
    try:
        from comfyui_version import __version__
    except ImportError:
        return ""
    return __version__


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
