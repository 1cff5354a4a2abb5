"""Teach the autoencoder to keep what matters of a picture; then polish the decoder alone, latents untouched."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..autoencoder import LATENT_CHANNELS, Autoencoder
from .data import Dataset
from .run import Recipe, Run

RECIPE = Recipe(seconds=12 * 60, learning_rate=2e-3, batch=24, seed=0, beta2=0.98, lowest=0.02, averaging=0.998)
POLISH = Recipe(
    seconds=9 * 60, learning_rate=8e-4, batch=24, seed=3, beta2=0.98, lowest=0.02, averaging=0.998, warm_up=50
)
KL_WEIGHT = 1e-3
FEATURE_WEIGHT = 0.05


def edges(picture: Tensor) -> tuple[Tensor, Tensor]:
    return picture[..., 1:] - picture[..., :-1], picture[..., 1:, :] - picture[..., :-1, :]


def edge_loss(made: Tensor, wanted: Tensor) -> Tensor:
    return sum(edge.abs().mean() for edge in edges(made - wanted))


def picture_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """L1 of the pictures, and of their edges and halved copies: layout counts beside detail."""
    loss = (made - wanted).abs().mean() + 0.5 * edge_loss(made, wanted)
    for _ in range(2):
        made, wanted = F.avg_pool2d(made, 2), F.avg_pool2d(wanted, 2)
        loss = loss + 0.5 * (edge_loss(made, wanted) + (made - wanted).abs().mean())
    return loss


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """From the standard normal distribution, per latent number (Kingma and Welling 2014, appendix B)."""
    return 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()


def batch_of(data: Dataset, run: Run) -> tuple[Tensor, torch.Generator]:
    numbers = run.numbers()
    index = torch.randint(data.for_training, (run.recipe.batch,), generator=numbers).sort().values
    return data.images(index.numpy()).contiguous(memory_format=torch.channels_last), numbers


def sample(mean: Tensor, log_variance: Tensor, numbers: torch.Generator) -> Tensor:
    return mean + torch.randn(mean.shape, generator=numbers) * (0.5 * log_variance).exp()


def train(model: Autoencoder, run: Run, data: Dataset) -> Iterator[float]:
    """Yields the loss after every step until the time is over."""
    while run.progress < 1:
        pictures, numbers = batch_of(data, run)
        with torch.autocast("cpu", torch.bfloat16):
            mean, log_variance = (half.float() for half in model.posterior(pictures))
            made = model.decoder(sample(mean, log_variance, numbers)).float()
        yield run.learn(picture_loss(made, pictures) + KL_WEIGHT * kl_divergence(mean, log_variance))


def polish_decoder(model: Autoencoder, run: Run, data: Dataset, eye: nn.Module) -> Iterator[float]:
    """The encoder is frozen; `eye` gives feature maps in which a blur shows that L1 forgives (perceptual loss)."""
    while run.progress < 1:
        pictures, numbers = batch_of(data, run)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                latents = sample(*(half.float() for half in model.posterior(pictures)), numbers)
                wanted = eye(pictures)
            made = model.decoder(latents).float()
            seen = eye(made)
        features = sum(
            (a.float() - b.float()).abs().mean() / (b.float().abs().mean() + 1e-3)
            for a, b in zip(seen, wanted, strict=True)
        )
        halved = edge_loss(F.avg_pool2d(made, 2), F.avg_pool2d(pictures, 2))
        sharp = (made - pictures).abs().mean() + 0.5 * (edge_loss(made, pictures) + halved)
        yield run.learn(sharp + FEATURE_WEIGHT * features)


@torch.no_grad()
def encode_all(model: Autoencoder, data: Dataset, batch: int = 100) -> Tensor:
    """Latents of every picture: [scene, channel, row, column]."""
    starts = range(0, len(data.scenes), batch)
    return torch.cat([model.encode(data.images(slice(i, i + batch))) for i in starts])


def set_unit_variance(model: Autoencoder, latents: Tensor) -> Tensor:
    """Store each channel's mean and spread in the model; return the latents as it will give them from now on."""
    mean, std = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    model.mean.copy_(mean.view(LATENT_CHANNELS, 1, 1))
    model.std.copy_(std.view(LATENT_CHANNELS, 1, 1))
    return (latents - model.mean) / model.std


@torch.no_grad()
def psnr(model: Autoencoder, pictures: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture after the round trip, in dB."""
    made = model.decode(model.encode(pictures)).clamp(-1, 1)
    return -10 * torch.log10(((made - pictures) / 2).square().mean((1, 2, 3)))
