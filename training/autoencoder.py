"""Teach the autoencoder to keep what matters of a picture; then polish the decoder alone, latents untouched."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..pocket.autoencoder import LATENT_CHANNELS, Autoencoder
from .data import Dataset, as_tensor
from .run import Recipe, Training, quick
from .word_maps import SLOTS

RECIPE = Recipe(steps=1600, batch=16, seed=0, averaging=0.998)
POLISH = Recipe(steps=800, batch=16, seed=3, learning_rate=0.005, averaging=0.998, warm_up=50)
PLAIN = ("encoder.1.", "encoder.8.", "decoder.0.", "decoder.13.")
"""First and last layers: what they connect are pictures and latents, no inner spaces."""
KL_WEIGHT = 1e-2
FEATURE_WEIGHT, SMALL_WEIGHT = 0.05, 4.0
"""Stars and birds cover a hundredth of a picture: without a weight of their own to blur them costs next to nothing."""
BLUNTNESS = 0.15
"""A denoiser's latents are a little off; so are those that the decoder is polished with, by up to this much of their
spread, that it may learn to draw a whole star all the same."""


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


class Batch(NamedTuple):
    """pictures: [picture, rgb, row, column] in -1..1: first those of the scenes in `index`, then variants."""

    pictures: Tensor
    index: Tensor
    numbers: torch.Generator


def batch_of(data: Dataset, run: Training, device: torch.device) -> Batch:
    """One picture in eight is a variant: what the denoiser is never shown, the autoencoder must keep all the same."""
    numbers, others = run.numbers(), run.recipe.batch // 8
    index = torch.randint(data.for_training, (run.recipe.batch - others,), generator=numbers).sort().values
    varied = torch.randint(len(data.variants), (others,), generator=numbers).sort().values
    pictures = torch.cat([data.images(index.numpy()), as_tensor(data.variants[varied.numpy()])])
    return Batch(pictures.to(device), index, numbers)


def small_things(data: Dataset, batch: Batch) -> Tensor:
    """[picture, 1, row, column]: 1 where the sky has a thing; of variants nothing is known."""
    things = data.maps(batch.index.numpy())[:, SLOTS.index("sun") :].amax(1, keepdim=True)
    unknown = torch.zeros(len(batch.pictures) - len(things), 1, *things.shape[2:])
    return F.interpolate(torch.cat([things, unknown]), size=batch.pictures.shape[-2:]).to(batch.pictures.device)


def sample(mean: Tensor, log_variance: Tensor, numbers: torch.Generator) -> Tensor:
    return mean + torch.randn(mean.shape, generator=numbers).to(mean) * (0.5 * log_variance).exp()


def train(model: Autoencoder, run: Training, data: Dataset) -> Iterator[float]:
    """Yields the loss after every step until the last."""
    device = model.mean.device
    while run.progress < 1:
        pictures, _, numbers = batch_of(data, run, device)
        with quick(device):
            mean, log_variance = (half.float() for half in model.posterior(pictures))
            made = model.paint(sample(mean, log_variance, numbers)).float()
        yield run.learn(picture_loss(made, pictures) + KL_WEIGHT * kl_divergence(mean, log_variance))


def polish_decoder(model: Autoencoder, run: Training, data: Dataset, eye: nn.Module) -> Iterator[float]:
    """The encoder is frozen; `eye` gives feature maps in which a blur shows that L1 forgives (perceptual loss)."""
    device = model.mean.device
    while run.progress < 1:
        batch = batch_of(data, run, device)
        pictures, _, numbers = batch
        with quick(device):
            with torch.no_grad():
                latents, wanted = blunt(model, pictures, numbers), eye(pictures)
            made = model.paint(latents).float()
            seen = eye(made)
        features = sum(
            (a.float() - b.float()).abs().mean() / (b.float().abs().mean() + 1e-3)
            for a, b in zip(seen, wanted, strict=True)
        )
        sky = ((made - pictures).abs() * small_things(data, batch)).mean()
        yield run.learn(picture_loss(made, pictures) + FEATURE_WEIGHT * features + SMALL_WEIGHT * sky)


def blunt(model: Autoencoder, pictures: Tensor, numbers: torch.Generator) -> Tensor:
    """Latents of pictures, each picture's with its own share of noise, 0 to BLUNTNESS of the channels' spread."""
    mean = model.posterior(pictures)[0].float()
    share = BLUNTNESS * torch.rand((len(mean), 1, 1, 1), generator=numbers)
    noise = torch.randn(mean.shape, generator=numbers) * share
    return mean + noise.to(mean) * model.std


@torch.no_grad()
def encode_all(model: Autoencoder, data: Dataset, batch: int = 100) -> Tensor:
    """Latents of every picture: [scene, channel, row, column]."""
    starts = range(0, len(data.scenes), batch)
    return torch.cat([model.encode(data.images(slice(i, i + batch)).to(model.mean)).cpu() for i in starts])


def set_unit_variance(model: Autoencoder, latents: Tensor) -> Tensor:
    """Store each channel's mean and spread in the model; return the latents as it will give them from now on."""
    mean, std = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    model.mean.copy_(mean.view(LATENT_CHANNELS, 1, 1))
    model.std.copy_(std.view(LATENT_CHANNELS, 1, 1))
    return (latents - mean.view(1, -1, 1, 1)) / std.view(1, -1, 1, 1)


@torch.no_grad()
def psnr(model: Autoencoder, pictures: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture after the round trip, in dB."""
    made = model.decode(model.encode(pictures)).clamp(-1, 1)
    return -10 * torch.log10(((made - pictures) / 2).square().mean((1, 2, 3)))
