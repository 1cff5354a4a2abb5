"""A checkpoint that ComfyUI takes for SD 1.5's: its own classes, a network of one level, random weights.

The network's outer widths (320 channels, words of 768 numbers) are those by which ComfyUI knows the model. The text
encoder has its true size, with layers of zeros: what comes of a word is its own random vector. The decoder is tiny.
"""

from collections.abc import Mapping
from pathlib import Path

import comfy.sd1_clip
import comfy.taesd.taesd
import torch
from comfy.ldm.modules.diffusionmodules.openaimodel import UNetModel
from safetensors.torch import save_file
from torch import Tensor

NETWORK = {
    "image_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "model_channels": 320,
    "channel_mult": [1],
    "num_res_blocks": [1],
    "transformer_depth": [1],
    "transformer_depth_output": [0, 0],
    "transformer_depth_middle": -1,
    "use_spatial_transformer": True,
    "num_heads": 8,
    "num_head_channels": -1,
    "context_dim": 768,
    "legacy": False,
}
KEPT = torch.float16


def write_checkpoint(path: Path) -> None:
    """About 300 MB, most of it zeros."""
    generator = torch.Generator().manual_seed(0)
    with torch.device("meta"):
        network = UNetModel(**NETWORK).state_dict()
        words = comfy.sd1_clip.SD1ClipModel().state_dict()
        decoder = comfy.taesd.taesd.TAESD(latent_channels=4).state_dict()
    tensors = _renamed(_random(network, generator), "", "model.diffusion_model.")
    tensors |= _renamed(_random(decoder, generator), "", "first_stage_model.")
    tensors |= _renamed(_only_words(words, generator), "clip_l.", "cond_stage_model.")
    save_file(tensors, path)


def _renamed(tensors: Mapping[str, Tensor], before: str, after: str) -> dict[str, Tensor]:
    return {after + name.removeprefix(before): tensor for name, tensor in tensors.items()}


def _random(shapes: Mapping[str, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
    return {name: _weight(tensor.shape, generator) for name, tensor in shapes.items()}


def _weight(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Matrices and kernels keep the size of what goes through them; scales and shifts stay near 1 and small."""
    if len(shape) < 2:
        return torch.ones(shape, dtype=KEPT)
    return (torch.randn(shape, generator=generator) / shape[1:].numel() ** 0.5).to(KEPT)


def _only_words(shapes: Mapping[str, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
    zeros = {name: torch.zeros(tensor.shape, dtype=KEPT) for name, tensor in shapes.items()}
    (table,) = (name for name in zeros if name.endswith("token_embedding.weight"))
    (last,) = (name for name in zeros if name.endswith("final_layer_norm.weight"))
    return zeros | {table: _weight(shapes[table].shape, generator), last: torch.ones(shapes[last].shape, dtype=KEPT)}
