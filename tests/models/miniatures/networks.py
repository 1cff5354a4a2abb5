"""SDXL, SD3, Flux and Wan in miniature: their own classes, latent formats and inputs, few layers, random weights.

What a network takes from outside is as wide as in the real one (text, pooled vectors, guidance), what lies inside is
narrow. The transformers are loaded as ComfyUI loads a file, so that its own detection finds out what they are.
"""

from collections.abc import Callable

import comfy.model_patcher
import comfy.sd
import comfy.supported_models
import torch

from .random_weights import with_random_weights

CPU = torch.device("cpu")
SDXL = {
    "image_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "model_channels": 32,
    "channel_mult": [1, 2],
    "num_res_blocks": [1, 1],
    "transformer_depth": [0, 2],
    "transformer_depth_middle": 1,
    "transformer_depth_output": [0, 0, 2, 2],
    "use_spatial_transformer": True,
    "use_temporal_attention": False,
    "use_linear_in_transformer": True,
    "context_dim": 2048,
    "num_heads": -1,
    "num_head_channels": 16,
    "adm_in_channels": 2816,
    "num_classes": "sequential",
    "legacy": False,
}
SD3 = {
    "in_channels": 16,
    "patch_size": 2,
    "depth": 2,  # of width 64 each
    "input_size": None,
    "adm_in_channels": 2048,
    "context_embedder_config": {"target": "torch.nn.Linear", "params": {"in_features": 4096, "out_features": 128}},
    "num_patches": 32**2,
    "pos_embed_max_size": 32,
    "pos_embed_scaling_factor": None,
    "qk_norm": "rms",
}
FLUX = {
    "image_model": "flux",
    "in_channels": 16,
    "out_channels": 16,
    "patch_size": 2,
    "vec_in_dim": 768,
    "context_in_dim": 4096,
    "hidden_size": 128,
    "num_heads": 1,
    "axes_dim": [16, 56, 56],
    "mlp_ratio": 4.0,
    "depth": 1,
    "depth_single_blocks": 1,
    "theta": 10000,
    "qkv_bias": True,
    "guidance_embed": True,
    "txt_ids_dims": [],
}
WAN = {
    "image_model": "wan2.1",
    "model_type": "t2v",
    "patch_size": (1, 2, 2),
    "in_dim": 16,
    "out_dim": 16,
    "dim": 128,
    "num_heads": 1,
    "ffn_dim": 256,
    "num_layers": 2,
    "text_dim": 4096,
}


def sdxl() -> comfy.model_patcher.ModelPatcher:
    """Too small for ComfyUI to detect: it knows SDXL by its widths."""
    return comfy.model_patcher.ModelPatcher(
        built(comfy.supported_models.SDXL, SDXL), load_device=CPU, offload_device=CPU
    )


def sd3() -> comfy.model_patcher.ModelPatcher:
    return detected(comfy.supported_models.SD3, SD3)


def flux() -> comfy.model_patcher.ModelPatcher:
    return detected(comfy.supported_models.Flux, FLUX)


def wan() -> comfy.model_patcher.ModelPatcher:
    return detected(comfy.supported_models.WAN21_T2V, WAN)


def built(kind, config: dict):
    """ComfyUI's model of this kind, at this size, in float32 on the CPU."""
    model = kind({**config, "dtype": torch.float32}).get_model({}, "", device=CPU)
    with_random_weights(model.diffusion_model)
    return model


def detected(kind, config: dict) -> comfy.model_patcher.ModelPatcher:
    """What Load Diffusion Model makes of a file with these weights. Raises ValueError where it finds another kind."""
    found = comfy.sd.load_diffusion_model_state_dict(built(kind, config).diffusion_model.state_dict())
    if found is None or type(found.model.model_config) is not kind:
        raise ValueError(f"ComfyUI did not find a {kind.__name__} in the miniature: it may detect by other shapes now")
    return found


NETWORKS: dict[str, Callable] = {"SDXL": sdxl, "SD3": sd3, "Flux": flux, "Wan": wan}
