"""Latents of one axis, as sound has: recorded, kept, measured, shown as rows, and handed on as they came."""

import comfy.latent_formats
import comfy.sample
import pytest
import torch

from denoiscope.core.comparing.cells import Cell
from denoiscope.core.measuring.measures import Wanted, measure
from denoiscope.core.recording.chain import chained
from denoiscope.core.recording.continuing import guess_latent, latent_to_continue, remaining_sigmas
from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.core.recording.recording import Recording
from denoiscope.core.telling.deck import show
from denoiscope.devtools.driving.analytic_model import Format, analytic_model, gaussian_guess, prompt
from denoiscope.devtools.driving.equal_decks import equal
from denoiscope.host.cells import sample_cells
from denoiscope.host.decoding import decoders, raw_decoder
from denoiscope.host.model_facts import latent_space_of
from denoiscope.host.recorder import record
from denoiscope.host.start import start_from

STEPS, LENGTH = 5, 40


class SoundFormat(Format):
    latent_dimensions = 1
    latent_rgb_factors = None


@pytest.fixture
def model():
    made = analytic_model("flow")
    made.model.latent_format = SoundFormat()
    return made


def sampled(model, latent=None, *, noise=True, batch=2, **more):
    latent = torch.zeros(batch, 4, LENGTH) if latent is None else latent
    start = comfy.sample.prepare_noise(latent, 3) if noise else torch.zeros_like(latent)
    settings = (STEPS, 2.0, "euler", "normal", prompt(0.5), prompt(-0.2), latent)
    return comfy.sample.sample(model, start, *settings, disable_pbar=True, seed=3, **more)


def recorded(model):
    recording = Recording(budget_bytes=2**28)
    return record(model, recording), recording


def test_a_sweep_of_rows_gives_each_cell_its_latent(model):
    latent = {"samples": torch.zeros(1, 4, LENGTH)}
    start = start_from(model, positive=prompt(0.5), negative=prompt(-0.2), latent=latent, keep_guidance=True)
    cells = [
        Cell(label=str(cfg), place=(i,), seed=1, steps=3, cfg=cfg, sampler_name="euler", scheduler="normal")
        for i, cfg in enumerate((1.0, 4.0))
    ]
    finished = list(sample_cells(start, cells, budget_bytes=2**26))
    assert [batch.latents.shape[1:] for batch in finished] == [(4, LENGTH)] * len(finished)
    assert all(run.x.shape[1:] == (4, 1, LENGTH) for batch in finished for run in batch.trajectories)


def test_a_row_is_recorded_without_changing_a_bit_and_found_by_its_latent(model):
    watched, recording = recorded(model)
    latent = sampled(watched)
    assert torch.equal(latent, sampled(model)) and latent.shape == (2, 4, LENGTH)
    deck = recording.run_of(latent).deck()
    assert deck.latent_shape == (4, 1, LENGTH) and deck.space.axes == 1
    first = deck.trajectories[0]
    assert torch.equal(deck.space.as_latent(deck.space.to_vae(first.x[-1:])), latent[:1])
    sigma = first.sigmas[2].float()
    cond = gaussian_guess(first.x[2], sigma, 0.5, "flow")
    torch.testing.assert_close(first.cond[2], cond, atol=2e-5, rtol=1e-4)


def test_a_picked_state_goes_on_as_the_row_that_it_was(model):
    watched, recording = recorded(model)
    deck = recording.run_of(sampled(watched, batch=1)).deck()
    run = deck.trajectories[0]
    taken = latent_to_continue(deck, run, 2)
    assert taken.shape == (1, 4, LENGTH) == guess_latent(deck, run, 2).shape
    rest = remaining_sigmas(run, 2)
    again = sampled(model, taken, noise=False, sigmas=rest)
    torch.testing.assert_close(again, deck.space.as_latent(deck.space.to_vae(run.x[-1:])), atol=1e-4, rtol=1e-4)


def test_two_samplers_of_sound_are_one_way(model):
    watched, recording = recorded(model)
    first = sampled(watched, batch=1, last_step=2)
    second = sampled(watched, first, noise=False, start_step=2, force_full_denoise=True)
    way = chained([run.deck() for run in recording.way_to(recording.run_of(second))]).trajectories[0]
    assert [stage.join for stage in way.stages] == ["", "on"] and way.steps == STEPS


def test_every_view_shows_a_row_for_each_channel_and_files_and_measures_take_it(model, tmp_path):
    watched, recording = recorded(model)
    deck = recording.run_of(sampled(watched)).deck()
    sheets = []
    payload = show(deck, decoders(deck, None), lambda view, sheet: sheets.append(sheet) or "a.png", longest=64)
    by_id = {view["id"]: view for view in payload["views"]}
    for name in ("x", "x0", "cond", "uncond", "channels", "difference"):
        assert by_id[name]["absent"] is None and all(by_id[name]["present"][0][:STEPS]), name
    assert by_id["x0"]["range"]["label"] == "value of a channel"
    assert {sheet.suffix for sheet in sheets} == {"png"}
    save_deck(deck, tmp_path / "row.safetensors")
    assert equal(load_deck(tmp_path / "row.safetensors"), deck)
    measures = measure(deck, Wanted(), raw_decoder(deck, None))
    assert measures.runs[0].commit["whole"] is not None


@pytest.mark.parametrize("name", ["StableAudio1", "ACEAudio15", "Hunyuan3Dv2"])
def test_comfyuis_own_formats_of_one_axis_are_known_as_such(name):
    assert latent_space_of(getattr(comfy.latent_formats, name)()).axes == 1


class SoundVae:
    output_channels, latent_channels, latent_dim = 2, 4, 2


def test_a_vae_that_gives_sound_is_not_asked_for_pictures(model):
    """Also of a latent that has two axes, as ACE-Step 1's."""
    model.model.latent_format = Format()
    watched, recording = recorded(model)
    latent = torch.zeros(1, 4, 8, 8)
    deck = recording.run_of(sampled(watched, latent)).deck()
    payload = show(deck, decoders(deck, SoundVae()), lambda view, sheet: "a.jpg", longest=64)
    (x0,) = [view for view in payload["views"] if view["id"] == "x0"]
    assert x0["why"].startswith("This latent is sound")
