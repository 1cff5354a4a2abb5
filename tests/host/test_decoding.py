"""Which decoder serves which view, and that it decodes what the stock decoder would."""

import copy
from dataclasses import replace

import comfy.sample
import pytest
import torch

from denoiscope.core.latent_space import PIXELS
from denoiscope.core.recording.recording import Recording
from denoiscope.core.showing.views import DECODED, VIEWS
from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.host.decoding import TRANSPARENCY, decoders, raw_decoder, vae_decoder
from denoiscope.host.pocket import build_pocket_model
from denoiscope.host.recorder import record
from denoiscope.host.showing import show_deck


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
    deck, latent = run(model, latent_of(vae), *conditions)
    final = deck.trajectories[0].x[-1:]
    torch.testing.assert_close(vae_decoder(deck, vae).decode(final)[:, 0], vae.decode(latent), atol=1e-4, rtol=1e-4)


def test_the_approximation_of_a_pocket_picture_is_like_the_picture(pocket, conditions):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)
    final = deck.trajectories[0].x[-1:]
    exact, soft = (d.decode(final)[0, 0] for d in (vae_decoder(deck, vae), decoders(deck, None)(VIEWS["x0"])))
    small = torch.nn.functional.avg_pool2d(exact.permute(2, 0, 1), 8).permute(1, 2, 0)
    assert (small - soft).abs().mean() < 0.12


def test_an_image_vae_decodes_each_frame_of_a_video_latent(pocket):
    _, _, vae = pocket
    model = analytic_model("eps", video=True)
    model.model.latent_format.latent_channels = vae.latent_channels
    model.model.latent_format.latent_rgb_factors = None
    deck, _ = run(model, (vae.latent_channels, 3, 16, 16), prompt(0.5), prompt(0.0))
    latents = deck.trajectories[0].x[-2:]
    pictures = vae_decoder(deck, vae).decode(latents)
    assert pictures.shape == (2, 3, 128, 128, 3)
    second = vae.decode(deck.space.to_vae(latents)[:, :, 1])
    torch.testing.assert_close(pictures[:, 1], second, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("choice", DECODED)
def test_the_choice_says_what_the_vae_decodes(pocket, conditions, choice):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)
    sources = {name: decoders(deck, vae, choice)(view).source for name, view in VIEWS.items() if view.kind == "picture"}
    assert {name for name, source in sources.items() if source == "vae"} == set(DECODED[choice])


def test_a_vae_of_other_channels_is_refused(pocket, conditions):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)
    vae.latent_channels, before = 16, vae.latent_channels
    try:
        with pytest.raises(ValueError, match=f"this VAE reads latents of 16 channels, but the deck's have {before}"):
            decoders(deck, vae)
    finally:
        vae.latent_channels = before


def test_the_raw_picture_is_the_decoders_own_and_cut_off_it_is_the_stock_picture(pocket, conditions):
    model, _, vae = pocket
    deck, latent = run(model, latent_of(vae), *conditions)
    reader = raw_decoder(deck, vae)
    bright = deck.trajectories[0].x[-1:] * 3
    raw = reader.decode(bright)
    assert reader.exact and reader.uncut and float(raw.max()) > 1 and float(raw.min()) < 0
    own = vae.first_stage_model.decode(deck.space.to_vae(bright)).movedim(1, -1)
    torch.testing.assert_close(raw[:, 0], (own + 1) / 2, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(raw[:, 0].clamp(0, 1), vae.decode(deck.space.to_vae(bright)), atol=1e-4, rtol=1e-4)


def test_the_vae_itself_is_left_as_it_was(pocket, conditions):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)
    before = vae.process_output
    raw_decoder(deck, vae).decode(deck.trajectories[0].x[-1:])
    assert vae.process_output is before


def test_a_vae_that_ends_in_a_line_of_its_own_is_decoded_but_not_uncut(pocket, conditions):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)
    other = copy.copy(vae)
    other.process_output = lambda image: image
    reader = raw_decoder(deck, other)
    assert reader.exact and not reader.uncut


def test_without_a_vae_pictures_are_approximate_and_pixels_are_what_they_are(pocket, conditions):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)
    assert not raw_decoder(deck, None).exact
    assert raw_decoder(replace(deck, space=replace(deck.space, rgb_factors=())), None) is None
    final = deck.trajectories[0].x[:, :3]
    thin = replace(deck.trajectories[0], x=final, x0=deck.trajectories[0].x0[:, :3], cond=None, uncond=None)
    pixels = raw_decoder(replace(deck, trajectories=(thin,), space=PIXELS), vae)
    assert pixels.exact and pixels.uncut
    torch.testing.assert_close(pixels.decode(final)[:, 0], (final.permute(0, 2, 3, 1) + 1) / 2)


def latent_of(vae) -> tuple[int, int, int]:
    return (vae.latent_channels, 16, 16)


@pytest.fixture
def layered(pocket):
    """A VAE that gives transparency as a fourth channel, as Qwen-Image-Layered's does."""
    vae = copy.copy(pocket[2])
    plain = vae.decode

    def decode(latents):
        pictures = plain(latents)
        return torch.cat([pictures, torch.full_like(pictures[..., :1], 0.5)], dim=-1)

    vae.decode, vae.output_channels = decode, 4
    return vae


def test_of_a_vae_with_transparency_the_colours_are_shown_and_measured(pocket, conditions, layered):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)
    final = deck.trajectories[0].x[-1:]
    for with_four, with_three in [
        (vae_decoder(deck, layered), vae_decoder(deck, vae)),
        (raw_decoder(deck, layered), raw_decoder(deck, vae)),
    ]:
        wanted = with_three.decode(final).clamp(0, 1)
        torch.testing.assert_close(with_four.decode(final).clamp(0, 1), wanted, rtol=0, atol=0)


def test_a_viewer_of_such_pictures_says_that_transparency_is_left_out(pocket, conditions, layered):
    model, _, vae = pocket
    deck, _ = run(model, latent_of(vae), *conditions)

    def notes(vae, choice="everything"):
        payload = show_deck(deck, vae, choice, lambda view, sheet: None, longest=64)
        return payload["trajectories"][0]["notes"]

    assert TRANSPARENCY in notes(layered)
    assert TRANSPARENCY not in notes(vae)
    assert TRANSPARENCY not in notes(layered, "nothing")
