"""Miniatures of SD 1.5's and SDXL's U-Nets with random weights, from ComfyUI's own classes, and CLIPs to go with."""

import comfy.model_patcher
import comfy.sd1_clip
import comfy.sdxl_clip
import comfy.supported_models
import torch

from denoiscope.tests.models.miniatures.networks import built

CPU = torch.device("cpu")
SHARED = {
    "image_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "model_channels": 32,
    "channel_mult": [1, 2],
    "num_res_blocks": [1, 1],
    "transformer_depth_middle": 1,
    "use_spatial_transformer": True,
    "use_temporal_attention": False,
    "legacy": False,
}
SD15 = {
    **SHARED,
    "transformer_depth": [1, 1],
    "transformer_depth_output": [1, 1, 1, 1],
    "context_dim": 24,
    "num_heads": 8,
    "num_head_channels": -1,
    "use_linear_in_transformer": False,
    "adm_in_channels": None,
}
SDXL = {
    **SHARED,
    "transformer_depth": [0, 2],
    "transformer_depth_output": [0, 0, 2, 2],
    "context_dim": 40,
    "num_heads": -1,
    "num_head_channels": 16,
    "use_linear_in_transformer": True,
    "adm_in_channels": 2816,
    "num_classes": "sequential",
}


class RandomClip:
    """A real tokenizer before an encoder in which each token has a random vector of its own, moved by its weight."""

    def __init__(self, tokenizer, width):
        self.tokenizer = tokenizer
        self.width = width

    def tokenize(self, text, return_word_ids=False, **kwargs):
        return self.tokenizer.tokenize_with_weights(text, return_word_ids, **kwargs)

    def encode_from_tokens_scheduled(self, tokens):
        chunks = next(iter(tokens.values()))
        vectors = torch.stack([self._vector(token, weight) for chunk in chunks for token, weight in chunk])
        return [[vectors[None], {"pooled_output": torch.zeros(1, 1280)}]]

    def _vector(self, token, weight):
        return weight * torch.randn(self.width, generator=torch.Generator().manual_seed(int(token)))


def sd15():
    return _built(comfy.supported_models.SD15, SD15), RandomClip(comfy.sd1_clip.SD1Tokenizer(), SD15["context_dim"])


def sdxl():
    return _built(comfy.supported_models.SDXL, SDXL), RandomClip(comfy.sdxl_clip.SDXLTokenizer(), SDXL["context_dim"])


def _built(kind, config):
    return comfy.model_patcher.ModelPatcher(built(kind, config), load_device=CPU, offload_device=CPU)
