"""What all cells of a sweep or a walk begin with: a MODEL, its prompts, and one latent."""

from dataclasses import dataclass

import comfy.sample
from torch import Tensor

from ..core.comparing.cells import Cell
from ..core.filled_sentence import filled
from ..core.recording.trajectory import check_latents
from .comfyui import Conditioning, Model
from .embedded_guidance import with_guidance
from .empty_latent import fitted_samples
from .model_facts import facts_of
from .newer_comfyui import one_tensor


@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """What all cells begin with: the MODEL, the CONDITIONINGs, and a latent of one item as the model takes it.

    words  the prompt's own, where they are others than the graph says; None where they are not
    """

    model: Model
    positive: Conditioning
    negative: Conditioning
    after: Conditioning | None
    latent: Tensor
    batch_index: list[int] | None
    noise_mask: Tensor | None
    keep_guidance: bool
    words: str | None = None

    def prompt_of(self, cell: Cell) -> list:
        """The conditioning that the cell starts with."""
        first = self.after if cell.switch_at == 0 and self.after is not None else self.positive
        return with_guidance(first, cell.embedded_guidance)

    def noise_of(self, cell: Cell) -> Tensor:
        """[1, channel, ...]: the cell's own, or what the KSampler draws for its seed."""
        drawn = comfy.sample.prepare_noise(self.latent, cell.seed, self.batch_index)
        return drawn if cell.noise is None else cell.noise.to(drawn)


def start_from(
    model: Model,
    *,
    positive: Conditioning,
    negative: Conditioning,
    latent: dict,
    keep_guidance: bool,
    after: Conditioning | None = None,
) -> Start:
    """What a sampling node was given. Raises ValueError for a model or a LATENT that no cell can start from.

    after  the prompt that cells may switch to
    """
    facts_of(model)
    return Start(
        model=model,
        positive=positive,
        negative=negative,
        after=after,
        latent=_one_item(model, latent),
        batch_index=latent.get("batch_index"),
        noise_mask=_one_mask(latent),
        keep_guidance=keep_guidance,
    )


def _one_item(model, latent: dict):
    samples = one_tensor(latent["samples"], "sweep it")
    if samples.shape[0] != 1:
        raise ValueError(
            filled(
                "a sweep starts every cell from one latent, but this LATENT holds a batch of {1}: set batch_size to 1, "
                "or take one item with the node Latent From Batch",
                samples.shape[0],
            )
        )
    fitting = one_tensor(fitted_samples(model, latent), "sweep it")
    check_latents(fitting.shape)
    return fitting


def _one_mask(latent: dict):
    """The noise mask of the one item: ComfyUI takes the first of several."""
    mask = latent.get("noise_mask")
    if mask is None or latent["samples"].ndim == 5:
        return mask
    return mask.reshape(-1, 1, *mask.shape[-2:])[:1]
