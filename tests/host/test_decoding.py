"""Which decoder serves which view, and that it decodes what the stock decoder would."""

import comfy.sample
import pytest
import torch

from denoiscope.core.recording import Recording
from denoiscope.core.views import VIEWS
from denoiscope.host.decoding import DECODED, decoders, vae_decoder
from denoiscope.host.pocket import build_pocket_model
from denoiscope.host.recorder import record

from .analytic_model import analytic_model, prompt


@pytest.fixture(scope="module")
def pocket():
    return build_pocket_model()


@pytest.fixture(scope="module")
def conditions(pocket):
    _, clip, _ = pocket
    return [clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a house on a hill at noon", "")]


def run(model, shape, positive, negative):
    recording = Recording(budget_bytes=2**28)
    latent = torch.zeros(1, *shape)
    noise = comfy.sample.prepare_noise(latent, 1)
    watched = record(model, recording)
    out = comfy.sample.sample(
        watched, noise, 3, 2.0, "euler", "normal", positive, negative, latent, disable_pbar=True, seed=1
    )
    return recording.run_of(out).deck(), out


def test_the_last_guess_decodes_to_the_stock_decoders_picture(pocket, conditions):
    model, _, vae = pocket
    deck, latent = run(model, (4, 16, 16), *conditions)
    final = deck.trajectories[0].x[-1:]
    torch.testing.assert_close(vae_decoder(deck, vae).decode(final)[:, 0], vae.decode(latent), atol=1e-4, rtol=1e-4)


def test_the_approximation_of_a_pocket_picture_is_like_the_picture(pocket, conditions):
    model, _, vae = pocket
    deck, _ = run(model, (4, 16, 16), *conditions)
    final = deck.trajectories[0].x[-1:]
    exact, soft = (d.decode(final)[0, 0] for d in (vae_decoder(deck, vae), decoders(deck, None)(VIEWS["x0"])))
    small = torch.nn.functional.avg_pool2d(exact.permute(2, 0, 1), 8).permute(1, 2, 0)
    assert (small - soft).abs().mean() < 0.12


def test_an_image_vae_decodes_each_frame_of_a_video_latent(pocket):
    _, _, vae = pocket
    deck, _ = run(analytic_model("eps", video=True), (4, 3, 16, 16), prompt(0.5), prompt(0.0))
    latents = deck.trajectories[0].x[-2:]
    pictures = vae_decoder(deck, vae).decode(latents)
    assert pictures.shape == (2, 3, 128, 128, 3)
    second = vae.decode(deck.space.to_vae(latents)[:, :, 1])
    torch.testing.assert_close(pictures[:, 1], second, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("choice", DECODED)
def test_the_choice_says_what_the_vae_decodes(pocket, conditions, choice):
    model, _, vae = pocket
    deck, _ = run(model, (4, 16, 16), *conditions)
    sources = {name: decoders(deck, vae, choice)(view).source for name, view in VIEWS.items() if view.kind == "picture"}
    assert {name for name, source in sources.items() if source == "vae"} == set(DECODED[choice])


def test_a_vae_of_other_channels_is_refused(pocket, conditions):
    model, _, vae = pocket
    deck, _ = run(model, (4, 16, 16), *conditions)
    vae.latent_channels, before = 16, vae.latent_channels
    try:
        with pytest.raises(ValueError, match="this VAE reads latents of 16 channels, but the deck's have 4"):
            decoders(deck, vae)
    finally:
        vae.latent_channels = before
