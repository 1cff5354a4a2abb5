"""The autoencoder: shapes and scale, and how much of a picture the shipped one keeps."""

import numpy as np
import pytest
import torch

from denoiscope.pocket.autoencoder import DOWNSCALE, LATENT_CHANNELS, Autoencoder
from denoiscope.pocket.scenes import choose_scene, draw
from denoiscope.tests.pocket.shipped import autoencoder
from denoiscope.training.autoencoder import picture_loss, psnr, set_unit_variance

UNSEEN = range(10_000_000, 10_000_016)


def pictures(seeds=UNSEEN):
    drawn = np.stack([np.asarray(draw(choose_scene(seed))) for seed in seeds])
    return torch.from_numpy(drawn).movedim(-1, 1).float() / 127.5 - 1


def test_a_latent_is_an_eighth_as_wide_and_as_high_as_its_picture():
    model = Autoencoder().requires_grad_(False)
    latent = model.encode(torch.zeros(2, 3, 128, 192))
    assert latent.shape == (2, LATENT_CHANNELS, 128 // DOWNSCALE, 192 // DOWNSCALE)
    assert model.decode(latent).shape == (2, 3, 128, 192)


def test_latents_get_unit_variance_and_decode_to_what_they_decoded_to_before():
    model = Autoencoder().requires_grad_(False)
    raw = model.encode(pictures(range(6)))
    before = model.decode(raw)
    latents = set_unit_variance(model, raw)
    torch.testing.assert_close(latents.std((0, 2, 3)), torch.ones(LATENT_CHANNELS))
    torch.testing.assert_close(latents.mean((0, 2, 3)), torch.zeros(LATENT_CHANNELS), atol=1e-4, rtol=0)
    torch.testing.assert_close(model.encode(pictures(range(6))), latents)
    torch.testing.assert_close(model.decode(latents), before, atol=1e-4, rtol=1e-3)


def test_a_picture_has_no_loss_against_itself_and_more_the_more_it_is_blurred():
    clean = pictures(range(2))
    blurred = [torch.nn.functional.avg_pool2d(clean, k, 1, k // 2, count_include_pad=False) for k in (1, 3, 5)]
    losses = [picture_loss(picture, clean).item() for picture in blurred]
    assert losses[0] == 0
    assert losses == sorted(losses)


def test_the_shipped_autoencoder_keeps_unseen_scenes():
    assert psnr(autoencoder(), pictures()).mean() > 24.0


def test_the_shipped_autoencoder_gives_latents_of_unit_variance():
    with torch.no_grad():
        latents = autoencoder().encode(pictures(range(10_000_000, 10_000_064)))
    assert latents.std((0, 2, 3)).tolist() == pytest.approx([1.0] * LATENT_CHANNELS, abs=0.15)
