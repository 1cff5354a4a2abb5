"""The pocket model as ComfyUI's MODEL, CLIP and VAE, so that stock nodes use it like any other."""

from pathlib import Path

import comfy.latent_formats
import comfy.model_base
import comfy.model_management
import comfy.model_patcher
import comfy.sd
import comfy.sd1_clip
import comfy.supported_models_base
import torch
from comfy.ldm.modules.diffusionmodules.openaimodel import UNetModel
from torch import Tensor

from ..core.safetensors_file import FLOATS, BrokenFileError, opened
from ..pocket.autoencoder import DOWNSCALE, LATENT_CHANNELS, Autoencoder
from ..pocket.denoiser import (
    SCHEDULE,
    SIDE,
    SIGMA_DATA,
    UNET,
    noise_from_raw,
    schedule_sigmas,
    sigma_at,
    with_coordinates,
)
from ..pocket.text import END, PAD, PROMPT_LENGTH, START, TOKEN_OF, TextEncoder, frame, read_words
from .prompt_words import tell, weighted_words

WEIGHTS = Path(__file__).parent.parent / "pocket" / "weights" / "pocket.safetensors"
PARTS = ("diffusion_model", "text_encoder", "autoencoder", "preview")
Weights = dict[str, dict[str, Tensor]]


class PocketUNet(UNetModel):
    """ComfyUI's U-Net, told where each place is, answering with the noise it sees."""

    def __init__(self, **config):
        super().__init__(**config)
        self.register_buffer("sigmas", schedule_sigmas(), persistent=False)

    def raw(self, scaled: Tensor, timesteps: Tensor, context: Tensor, **rest) -> Tensor:
        """The network's own answer F, before it is turned into noise; training compares this."""
        return super()._forward(with_coordinates(scaled), timesteps, context, **rest)

    def _forward(self, x: Tensor, timesteps: Tensor, context: Tensor, *args, **rest) -> Tensor:
        names = ("y", "control", "transformer_options")
        raw = self.raw(x, timesteps, context, **dict(zip(names, args, strict=False)), **rest)
        return noise_from_raw(raw, x, sigma_at(timesteps, self.sigmas)).to(x.dtype)


class PocketLatent(comfy.latent_formats.LatentFormat):
    latent_channels = LATENT_CHANNELS
    spacial_downscale_ratio = DOWNSCALE
    scale_factor = SIGMA_DATA


class PocketConfig(comfy.supported_models_base.BASE):
    unet_extra_config: dict = {}
    sampling_settings = SCHEDULE
    latent_format = PocketLatent
    memory_usage_factor = 0.1
    made_for = SIDE * DOWNSCALE


class PocketModel(comfy.model_base.BaseModel):
    def __init__(self, config: PocketConfig, device: torch.device):
        super().__init__(config, model_type=comfy.model_base.ModelType.EPS, device=device, unet_model=PocketUNet)
        self.model_sampling.sigma_data = SIGMA_DATA


class PocketTextModel(torch.nn.Module, comfy.sd1_clip.ClipTokenWeightEncoder):
    """What ComfyUI asks of a text encoder; prompt weights as in Stable Diffusion: z_empty + w (z - z_empty)."""

    special_tokens = {"start": START, "end": END, "pad": PAD}

    def __init__(
        self, device: torch.device | None = None, dtype: torch.dtype | None = None, model_options: dict | None = None
    ):
        super().__init__()
        self.pocket = TextEncoder().to(device=device, dtype=dtype)
        self.dtypes = {dtype}

    def set_clip_options(self, options: dict) -> None:
        """One layer, no options: nothing to choose."""

    def reset_clip_options(self) -> None:
        """One layer, no options: nothing to choose."""

    def encode(self, tokens: list[list[int]]) -> tuple[Tensor, None]:
        return self.pocket(torch.tensor(tokens, device=self.pocket.place.device)), None

    def load_sd(self, weights: dict[str, Tensor]) -> object:
        return self.pocket.load_state_dict(weights)


class PocketTokenizer:
    def __init__(self, embedding_directory: str | None = None, tokenizer_data: dict | None = None):
        """Neither textual inversions nor tokenizer files: the vocabulary is in the code."""

    def tokenize_with_weights(self, text: str, return_word_ids: bool = False, **kwargs) -> list[list[tuple]]:
        """Chunks of PROMPT_LENGTH (token, weight) pairs, with each word's number appended if asked for."""
        if not return_word_ids:  # these are asked for by those who look for words, not by those who encode
            tell(text)
        words = weighted_words(text)
        read = read_words([word for word, _ in words])
        known = [(TOKEN_OF[word], weight) for word, (_, weight) in zip(read, words, strict=True) if word]
        pairs = [
            (token, weight, i + 1) if return_word_ids else (token, weight) for i, (token, weight) in enumerate(known)
        ]
        edge = (1.0, 0) if return_word_ids else (1.0,)
        room = PROMPT_LENGTH - 2
        chunks = [pairs[i : i + room] for i in range(0, max(1, len(pairs)), room)]
        return [frame(chunk, (START, *edge), (END, *edge), (PAD, *edge)) for chunk in chunks]

    def state_dict(self) -> dict:
        return {}


class PocketVAE(comfy.sd.VAE):
    def __init__(self, weights: dict[str, Tensor]):
        super().__init__(sd={"pixel_space_vae": torch.tensor(1.0)}, dtype=torch.float32)
        self.first_stage_model = Autoencoder().train(False).requires_grad_(False)
        self.first_stage_model.load_state_dict(weights)
        self.first_stage_model.to(device=comfy.model_management.vae_offload_device(), dtype=self.vae_dtype)
        self.downscale_ratio = self.upscale_ratio = DOWNSCALE
        self.latent_channels = LATENT_CHANNELS
        self.size = None
        self.memory_used_encode = lambda shape, dtype: 600 * shape[2] * shape[3]
        self.memory_used_decode = lambda shape, dtype: 600 * shape[2] * shape[3] * DOWNSCALE**2
        self.patcher = comfy.model_patcher.ModelPatcher(
            self.first_stage_model, load_device=self.device, offload_device=comfy.model_management.vae_offload_device()
        )


class TextTarget:
    """What comfy.sd.CLIP is told to build."""

    params: dict = {}
    clip = PocketTextModel
    tokenizer = PocketTokenizer


def read_weights(file: Path = WEIGHTS) -> Weights:
    """The tensors of the file by part, float32; one sentence says what is wrong if they cannot be had."""
    again = "Install Denoiscope again to get the pocket model back."
    try:
        with opened(file, FLOATS) as weights:
            tensors = weights.tensors()
    except BrokenFileError as damage:
        raise ValueError(f"The pocket model's weights cannot be had: {damage}. {again}") from None
    parts: Weights = {part: {} for part in PARTS}
    for key, tensor in tensors.items():
        part, _, name = key.partition(".")
        parts.setdefault(part, {})[name] = tensor.float()
    if absent := [part for part in PARTS if not parts[part]]:
        raise ValueError(f"The pocket model's weights in {file.name} lack the {' and the '.join(absent)}. {again}")
    return parts


def build_model(weights: Weights) -> comfy.model_patcher.ModelPatcher:
    load, offload = comfy.model_management.get_torch_device(), comfy.model_management.unet_offload_device()
    model = PocketModel(PocketConfig({**UNET, "dtype": torch.float32}), device=offload)
    model.diffusion_model.load_state_dict(weights["diffusion_model"])
    model.latent_format.latent_rgb_factors = weights["preview"]["factors"].tolist()
    model.latent_format.latent_rgb_factors_bias = weights["preview"]["bias"].tolist()
    return comfy.model_patcher.ModelPatcher(model, load_device=load, offload_device=offload)


def build_clip(weights: Weights) -> comfy.sd.CLIP:
    return comfy.sd.CLIP(
        TextTarget, state_dict=[weights["text_encoder"]], disable_dynamic=True, model_options={"dtype": torch.float32}
    )


def build_pocket_model(file: Path = WEIGHTS) -> tuple[comfy.model_patcher.ModelPatcher, comfy.sd.CLIP, comfy.sd.VAE]:
    weights = read_weights(file)
    return build_model(weights), build_clip(weights), PocketVAE(weights["autoencoder"])
