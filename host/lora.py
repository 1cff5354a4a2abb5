"""LoRAs decomposed with ComfyUI's progress bar, applied as its own loader does, and saved where it finds them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import comfy.model_management
import comfy.utils
import torch

from ..core.lora.decomposed import Decomposed, in_float32
from ..core.lora.file import write_lora
from ..core.lora.lora import Lora, LoraLayer
from ..core.lora.spectrum import LoraSpectrum, layer_spectrum, lora_spectrum
from ..core.lora.truncation import Choose, Cut, cut_layer, with_layers
from ..core.safetensors_file import SUFFIXES
from .comfyui import Clip, Model
from .files import output_place
from .lora_folder import FOLDER
from .older_comfyui import load_lora_for_models

Thing = TypeVar("Thing")
Done = TypeVar("Done")


def spectrum_of(lora: Lora) -> LoraSpectrum:
    return lora_spectrum(lora, each(lora.layers, layer_spectrum))


def decomposed(lora: Lora) -> Decomposed:
    """Every layer once, to be cut to many ranks."""
    return Decomposed(lora=lora, svds=tuple(each(lora.layers, lambda layer: in_float32(layer.svd()))))


def truncated(lora: Lora, choose: Choose, *, note: str, precision: torch.dtype | None = None) -> tuple[Lora, list[Cut]]:
    """Every layer cut to the rank that `choose` gives for its singular values; `note` goes into the metadata."""

    def cut(layer: LoraLayer) -> tuple[LoraLayer, Cut]:
        svd = layer.svd()
        return cut_layer(layer, svd, choose(svd.values), precision=precision)

    layers, cuts = zip(*each(lora.layers, cut), strict=True)
    return with_layers(lora, layers, note=note), list(cuts)


def applied(
    lora: Lora, model: Model | None, clip: Clip | None, strength_model: float, strength_clip: float
) -> tuple[Model | None, Clip | None]:
    """MODEL and CLIP, either may be None, as the stock loader gives them for the same tensors."""
    if strength_model == 0 and strength_clip == 0:
        return model, clip
    return load_lora_for_models(model, clip, dict(lora.tensors), strength_model, strength_clip, lora.metadata)


def save_numbered(lora: Lora, prefix: str) -> dict[str, str]:
    """Into output/loras under the next free number, where the stock loader finds it; gives the file's reference."""
    return output_place(f"{FOLDER}/{prefix}", SUFFIXES[0]).save(lambda draft: write_lora(lora, draft))


def saved_if_named(lora: Lora, prefix: str) -> list[dict[str, str]]:
    """Saves it where a name is given; the references of what was saved."""
    return [save_numbered(lora, prefix)] if prefix.strip() else []


def each(things: Sequence[Thing], work: Callable[[Thing], Done]) -> Iterator[Done]:
    """One after another, with progress; ComfyUI raises an interrupt from here."""
    progress = comfy.utils.ProgressBar(len(things))
    for thing in things:
        comfy.model_management.throw_exception_if_processing_interrupted()
        yield work(thing)
        progress.update(1)
