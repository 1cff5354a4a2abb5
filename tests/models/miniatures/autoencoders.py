"""VAEs for the miniatures: ComfyUI's classes with few random weights, 8 pixels a latent cell as in the real ones."""

from collections.abc import Callable
from functools import partial

import comfy.ldm.models.autoencoder
import comfy.ldm.wan.vae
import comfy.sd
import torch

from .random_weights import with_random_weights


def picture_vae(channels: int) -> comfy.sd.VAE:
    """The autoencoder of Stable Diffusion, which SD3 and Flux also use, with this many latent channels."""
    shape = {"z_channels": channels, "double_z": True, "in_channels": 3, "out_ch": 3, "resolution": 64, "dropout": 0.0}
    size = {"ch": 32, "ch_mult": [1, 1, 1, 1], "num_res_blocks": 1, "attn_resolutions": []}
    params = {"ddconfig": {**shape, **size}, "embed_dim": channels}
    weights = with_random_weights(comfy.ldm.models.autoencoder.AutoencoderKL(**params)).state_dict()
    vae = comfy.sd.VAE(sd=weights, config={"params": params}, dtype=torch.float32)
    vae.latent_channels = channels
    return vae


def video_vae() -> comfy.sd.VAE:
    """Wan's, which ComfyUI finds by its weights: 4 frames for each latent one after the first."""
    size = {"dim": 8, "z_dim": 16, "dim_mult": [1, 2, 4, 4], "num_res_blocks": 2, "attn_scales": []}
    network = comfy.ldm.wan.vae.WanVAE(**size, temperal_downsample=[False, True, True], dropout=0.0)
    return comfy.sd.VAE(sd=with_random_weights(network).state_dict(), dtype=torch.float32)


AUTOENCODERS: dict[str, Callable] = {
    "SDXL": partial(picture_vae, 4),
    "SD3": partial(picture_vae, 16),
    "Flux": partial(picture_vae, 16),
    "Wan": video_vae,
}
