"""What the autoencoder loses: decibels of the round trip, over whole pictures, by style, and on small things."""

from collections import defaultdict

import numpy as np
import torch
from torch import Tensor

from ..pocket.painting import SIZE
from ..pocket.scenes import ATTRIBUTES, SKY, draw_with_masks
from .autoencoder import psnr
from .examined import Examined
from .sampling import BATCH, decode, encode


def measure(it: Examined) -> dict:
    """PSNR in dB, the mean over scenes held back from training; of a thing in the sky, over its own pixels alone."""
    index = it.held_back(it.sizes.coded)
    scenes = it.data.scenes[index]
    pictures = it.data.images(index)
    whole = torch.cat([psnr(it.pocket[2].first_stage_model, part) for part in pictures.split(BATCH)])
    styles = {name: whole[[s.style == name for s in scenes]] for name in ATTRIBUTES["style"]}
    error = (decode(it.pocket, encode(it.pocket, pictures)).clamp(-1, 1) - pictures).square().mean(1)
    small = defaultdict(list)
    for scene, wrong in zip(scenes, error, strict=True):
        for name, mask in small_things(scene).items():
            small[name].append(decibels_within(wrong, mask))
    return {
        "pictures": len(scenes),
        "all": whole.mean().item(),
        "styles": {name: values.mean().item() for name, values in styles.items() if len(values)},
        "small things": {name: torch.stack(small[name]).mean().item() for name in SKY if small[name]},
    }


def small_things(scene) -> dict[str, Tensor]:
    """The share of each pixel that shows each thing in the scene's sky, where any of it is to be seen."""
    masks = draw_with_masks(scene, cells=SIZE)[1] if scene.sky else {}
    return {name: torch.from_numpy(np.asarray(masks[name])).float() for name in scene.sky if masks[name].any()}


def decibels_within(error: Tensor, mask: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of the pixels a mask shows. error: [row, column], squares of differences in -1..1."""
    return -10 * torch.log10((error * mask).sum() / mask.sum() / 4)
