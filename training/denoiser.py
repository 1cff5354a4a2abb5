"""Teach the U-Net and the text encoder together to see the noise in a noisy latent, given what a caption says of it."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ..pocket.denoiser import SIGMA_DATA, UNET, raw_wanted, schedule_sigmas, sigma_at
from ..pocket.text import TextEncoder, tokenize
from .data import CAPTIONS_PER_SCENE, Dataset
from .run import Recipe, Training, quick
from .word_maps import listening, looking_loss, slots_of_words

RECIPE = Recipe(steps=3000, batch=64, seed=0)
LOOKING_WEIGHT = 0.02
NO_CAPTION = 0.1
EARLY = 0.6
"""Half of a batch gets timesteps above this share of the schedule: only there must the words decide the layout, and
evenly drawn timesteps leave them so little to learn that position words stay without effect."""
EVEN_END = 0.85
"""From this share of the training on, timesteps are drawn evenly."""

ZERO_AT_FIRST = ("out_layers.3", "proj_out", "out.2")
"""Layers that start at zero, so that every block starts as the identity."""
PLAIN = ("diffusion_model.input_blocks.0.", "diffusion_model.out.", "text_encoder.word", "text_encoder.place")
"""Weights that are no matrix between two inner spaces."""


class Layers:
    """Plain torch layers where ComfyUI would put its own, which start uninitialised."""

    Conv2d, Linear, GroupNorm, LayerNorm = nn.Conv2d, nn.Linear, nn.GroupNorm, nn.LayerNorm

    @staticmethod
    def conv_nd(dimensions: int, *args, **options) -> nn.Module:
        assert dimensions == 2
        return nn.Conv2d(*args, **options)


def new_model(seed: int) -> nn.ModuleDict:
    """The U-Net and the text encoder, untrained. Needs ComfyUI."""
    from ..host.pocket import PocketUNet

    with torch.random.fork_rng():
        torch.random.manual_seed(seed)
        unet = PocketUNet(**UNET, dtype=torch.float32, operations=Layers)
        model = nn.ModuleDict({"diffusion_model": unet, "text_encoder": TextEncoder()})
    for name, layer in unet.named_modules():
        if name.endswith(ZERO_AT_FIRST):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
    return model


def draw_timesteps(batch: int, early_half: bool, last: int, numbers: torch.Generator) -> Tensor:
    """One timestep per picture, spread over the schedule; every second one early (noisy) if asked for."""
    share = (torch.arange(batch) + torch.rand(batch, generator=numbers)) / batch
    early = early_half & (torch.arange(batch) % 2 == 1)
    return torch.where(early, EARLY + (1 - EARLY) * share, share) * last


def choose_captions(tokens: Tensor, numbers: torch.Generator) -> Tensor:
    """One of each scene's captions, sometimes none at all: guidance needs a model that also works unprompted."""
    batch = len(tokens)
    chosen = tokens[torch.arange(batch), torch.randint(CAPTIONS_PER_SCENE, (batch,), generator=numbers)].long()
    silent = torch.rand(batch, generator=numbers) < NO_CAPTION
    return torch.where(silent[:, None], torch.tensor(tokenize("")), chosen)


def raw_answer(model: nn.ModuleDict, scaled: Tensor, timesteps: Tensor, tokens: Tensor) -> Tensor:
    with quick(scaled.device):
        context = model["text_encoder"](tokens)
        return model["diffusion_model"].raw(scaled, timesteps, context, transformer_options={}).float()


def denoising_loss(
    model: nn.ModuleDict, x0: Tensor, tokens: Tensor, noise: Tensor, timesteps: Tensor, sigmas: Tensor
) -> Tensor:
    """Squared error of the raw answer, every noise level weighing the same (Karras et al. 2022, eq. 8)."""
    sigma = sigma_at(timesteps, sigmas)
    scale = (sigma**2 + SIGMA_DATA**2).sqrt().view(-1, 1, 1, 1)
    scaled = (x0 + sigma.view(-1, 1, 1, 1) * noise) / scale
    return (raw_answer(model, scaled, timesteps, tokens) - raw_wanted(x0, noise, sigma)).square().mean()


def train(model: nn.ModuleDict, run: Training, latents: Tensor, data: Dataset) -> Iterator[float]:
    """Yields the loss after every step until the last. latents: [scene, channel, row, column], unit variance."""
    device, slots = latents.device, slots_of_words()
    sigmas = schedule_sigmas().to(device)
    while run.progress < 1:
        numbers, batch = run.numbers(), run.recipe.batch
        index = torch.randint(data.for_training, (batch,), generator=numbers)
        x0 = latents[index.to(device)].float() * SIGMA_DATA
        noise = torch.randn(x0.shape, generator=numbers).to(device)
        timesteps = draw_timesteps(batch, run.progress < EVEN_END, len(sigmas) - 1, numbers).to(device)
        tokens = choose_captions(data.tokens[index], numbers)
        with listening(model["diffusion_model"]) as listener:
            loss = denoising_loss(model, x0, tokens.to(device), noise, timesteps, sigmas)
        looking = looking_loss(listener, data.maps(index.numpy()).to(device), slots[tokens].to(device))
        run.learn(loss + LOOKING_WEIGHT * looking)
        yield loss.item()


@torch.no_grad()
def noise_errors(model: nn.ModuleDict, latents: Tensor, tokens: Tensor, seed: int = 1) -> dict[int, float]:
    """Mean squared error of the predicted noise on unseen scenes at a few timesteps."""
    sigmas, numbers = schedule_sigmas().to(latents.device), torch.Generator().manual_seed(seed)
    x0, errors = latents.float() * SIGMA_DATA, {}
    for t in (100, 300, 500, 700, 900):
        noise = torch.randn(x0.shape, generator=numbers).to(x0.device)
        timesteps = torch.full((len(x0),), float(t), device=x0.device)
        loss = denoising_loss(model, x0, tokens.long().to(x0.device), noise, timesteps, sigmas)
        errors[t] = (loss * SIGMA_DATA**2 / (sigmas[t] ** 2 + SIGMA_DATA**2)).item()
    return errors
