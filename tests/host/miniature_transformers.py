"""The transformers that ComfyUI builds, one network a family, with few layers and random weights.

Each is made by ComfyUI's own class, and called as its model_base calls it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import comfy.ldm.anima.model
import comfy.ldm.aura.mmdit
import comfy.ldm.chroma.model
import comfy.ldm.cosmos.predict2
import comfy.ldm.flux.model
import comfy.ldm.hunyuan_video.model
import comfy.ldm.lumina.model
import comfy.ldm.qwen_image.model
import comfy.ldm.wan.model
import comfy.ops
import torch
from comfy.ldm.modules.diffusionmodules.mmdit import OpenAISignatureMMDITWrapper

BUILD = {"dtype": torch.float32, "device": None, "operations": comfy.ops.disable_weight_init}
CONTEXT = 16
"""Numbers of a token of the prompt."""
FLUX = {
    "in_channels": 4,
    "out_channels": 4,
    "vec_in_dim": None,
    "context_in_dim": CONTEXT,
    "hidden_size": 64,
    "mlp_ratio": 2.0,
    "num_heads": 2,
    "depth": 2,
    "depth_single_blocks": 2,
    "axes_dim": [8, 12, 12],
    "theta": 100,
    "patch_size": 2,
    "qkv_bias": True,
    "txt_ids_dims": [],
}
LUMINA = {
    "patch_size": 2,
    "in_channels": 4,
    "dim": 64,
    "n_layers": 4,
    "n_refiner_layers": 1,
    "n_heads": 2,
    "n_kv_heads": 1,
    "multiple_of": 32,
    "ffn_dim_multiplier": 2.0,
    "norm_eps": 1e-5,
    "qk_norm": True,
    "cap_feat_dim": CONTEXT,
    "axes_dims": [8, 12, 12],
    "axes_lens": [64, 64, 64],
}
COSMOS = {
    "max_img_h": 16,
    "max_img_w": 16,
    "max_frames": 4,
    "in_channels": 4,
    "out_channels": 4,
    "patch_spatial": 2,
    "patch_temporal": 1,
    "model_channels": 64,
    "num_blocks": 4,
    "num_heads": 2,
    "crossattn_emb_channels": CONTEXT,
    "pos_emb_cls": "rope3d",
    "pos_emb_interpolation": "crop",
    "min_fps": 1,
    "max_fps": 30,
    "concat_padding_mask": True,
    "use_adaln_lora": True,
    "adaln_lora_dim": 8,
}


@dataclass(frozen=True)
class Miniature:
    """`frames` of its latents, None for a picture; `more` beside latent, time and prompt."""

    build: Callable[[], torch.nn.Module]
    frames: int | None = None
    more: Callable[[int], dict] = lambda items: {}


def flux(**changes):
    return comfy.ldm.flux.model.Flux(**FLUX | {"guidance_embed": False} | changes, **BUILD)


def sd3():
    embedder = {"target": "torch.nn.Linear", "params": {"in_features": CONTEXT, "out_features": 64}}
    return OpenAISignatureMMDITWrapper(
        input_size=None,
        pos_embed_max_size=16,
        patch_size=2,
        in_channels=4,
        depth=1,
        num_blocks=4,
        qk_norm="rms",
        adm_in_channels=8,
        context_size=CONTEXT,
        context_embedder_config=embedder,
        **BUILD,
    )


def chroma():
    own = {"in_channels": 16, "out_channels": 16, "in_dim": 64, "out_dim": 64, "hidden_dim": 32, "n_layers": 1}
    return comfy.ldm.chroma.model.Chroma(**FLUX | own, **BUILD)


def hunyuan_video():
    own = {"patch_size": [1, 2, 2], "vec_in_dim": 8, "byt5": False, "meanflow": False, "vision_in_dim": None}
    own |= {"use_cond_type_embedding": False, "meanflow_sum": False, "guidance_embed": False}
    shared = {name: value for name, value in FLUX.items() if name != "txt_ids_dims"}
    return comfy.ldm.hunyuan_video.model.HunyuanVideo(**shared | own, **BUILD)


def qwen_image():
    return comfy.ldm.qwen_image.model.QwenImageTransformer2DModel(
        patch_size=2,
        in_channels=16,
        out_channels=4,
        num_layers=4,
        attention_head_dim=32,
        num_attention_heads=2,
        joint_attention_dim=CONTEXT,
        axes_dims_rope=(8, 12, 12),
        **BUILD,
    )


def z_image():
    own = {"z_image_modulation": True, "time_scale": 1000.0, "pad_tokens_multiple": 32, "dim": 256}
    return comfy.ldm.lumina.model.NextDiT(**LUMINA | own | {"n_heads": 8, "n_kv_heads": 8}, **BUILD)


def wan():
    return comfy.ldm.wan.model.WanModel(
        model_type="t2v", in_dim=4, out_dim=4, dim=96, ffn_dim=128, freq_dim=32, text_dim=CONTEXT, num_heads=2,
        num_layers=4, **BUILD,
    )  # fmt: skip


def aura():
    return comfy.ldm.aura.mmdit.MMDiT(
        in_channels=4, out_channels=4, patch_size=2, dim=64, n_layers=4, n_double_layers=2, n_heads=2,
        global_conddim=64, cond_seq_dim=CONTEXT, max_seq=64, **BUILD,
    )  # fmt: skip


def tokens(items: int) -> dict:
    return {"num_tokens": 5}


MINIATURES = {
    "SD3": Miniature(sd3, more=lambda items: {"y": torch.zeros(items, 8)}),
    "Flux": Miniature(flux),
    "Flux.2": Miniature(lambda: flux(global_modulation=True, mlp_silu_act=True, qkv_bias=False, ops_bias=False)),
    "Chroma": Miniature(chroma, more=lambda items: {"guidance": torch.zeros(items)}),
    "HunyuanVideo": Miniature(hunyuan_video, frames=3, more=lambda items: {"y": torch.zeros(items, 8)}),
    "Qwen-Image": Miniature(qwen_image, frames=1),
    "Lumina 2": Miniature(lambda: comfy.ldm.lumina.model.NextDiT(**LUMINA, **BUILD), more=tokens),
    "Z-Image": Miniature(z_image, more=tokens),
    "AuraFlow": Miniature(aura),
    "Wan": Miniature(wan, frames=3),
    "Cosmos-Predict2": Miniature(lambda: comfy.ldm.cosmos.predict2.MiniTrainDIT(**COSMOS, **BUILD), frames=3),
    "Anima": Miniature(lambda: comfy.ldm.anima.model.Anima(**COSMOS, **BUILD), frames=1),
}


def network(name: str) -> torch.nn.Module:
    """Weights drawn from one seed, the same each time."""
    made = MINIATURES[name].build()
    generator = torch.Generator().manual_seed(0)
    for weight in made.parameters():
        torch.nn.init.normal_(weight, std=0.05, generator=generator)
    return made.eval().requires_grad_(False)
