"""What a deck needs beside its own numbers: once as many bytes to record it, and a state at a time to look at it."""

import comfy.latent_formats
import folder_paths
import pytest
import torch

from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.devtools.driving.equal_decks import equal
from denoiscope.nodes.measures import DenoiscopeMeasures
from denoiscope.nodes.record import MEBIBYTE, DenoiscopeKSampler
from denoiscope.nodes.viewer import DenoiscopeViewer

from .allocations import counting

MEASURED = {"threshold": 0.1, "compare_with": 0, "region": 0, "layout_up_to": 4.0, "shapes_up_to": 16.0}
LATENTS = {
    "a batch": (comfy.latent_formats.SDXL, "eps", (8, 4, 64, 64)),
    "a video": (comfy.latent_formats.Wan21, "flow", (1, 16, 21, 16, 24)),
}
STEPS = 20


def recorded(kind, *, budget=64, steps=STEPS, sampler="euler"):
    space, parameterization, shape = LATENTS[kind]
    told = {"seed": 5, "steps": steps, "cfg": 4.0, "sampler_name": sampler, "scheduler": "simple", "denoise": 1.0}
    asked = {"positive": prompt(0.5), "negative": prompt(-0.2), "latent_image": {"samples": torch.zeros(shape)}}
    kept = {"keep_guidance": True, "memory_mb": budget, "items": ""}
    with torch.inference_mode():
        model = analytic_model(parameterization, space=space)
        return DenoiscopeKSampler.execute(model, **told, **asked, **kept).result[1]


@pytest.fixture(scope="module", params=LATENTS)
def deck(request):
    return recorded(request.param)


@pytest.mark.parametrize("sampler", ["euler", "heun"])
@pytest.mark.parametrize("kind", LATENTS)
def test_recording_holds_every_number_once_and_a_few_states_more(kind, sampler):
    deck, needed = counting(lambda: recorded(kind, sampler=sampler))
    assert all(trajectory.complete for trajectory in deck.trajectories)
    assert needed.peak < 1.5 * deck.bytes
    assert needed.left < 1.2 * deck.bytes


@pytest.mark.parametrize("kind", LATENTS)
def test_a_budget_that_is_full_is_kept_and_says_so(kind):
    deck, needed = counting(lambda: recorded(kind, budget=32, steps=2 * STEPS))
    assert deck.bytes <= 32 * MEBIBYTE
    assert needed.peak < 1.6 * 32 * MEBIBYTE and needed.left < 1.2 * 32 * MEBIBYTE
    assert any(note.startswith("The memory budget of 32 MB was full after") for note in deck.trajectories[0].notes)


def test_a_deck_is_saved_a_row_at_a_time_and_comes_back_as_it_was(deck, tmp_path):
    path = tmp_path / "deck.safetensors"
    _, needed = counting(lambda: save_deck(deck, path))
    assert needed.peak < 0.1 * deck.bytes
    assert equal(load_deck(path), deck)


def test_a_run_is_measured_a_state_at_a_time(deck):
    with torch.inference_mode():
        alone = deck.only(0)
        _, needed = counting(lambda: DenoiscopeMeasures.execute(alone, chart="everything", **MEASURED))
    assert needed.peak < 0.5 * deck.bytes


def test_it_is_shown_a_few_pictures_at_a_time(deck, tmp_path, monkeypatch):
    monkeypatch.setattr(folder_paths, "temp_directory", str(tmp_path))
    with torch.inference_mode():
        _, needed = counting(lambda: DenoiscopeViewer.execute(deck, 64, "nothing"))
    assert needed.peak < 0.5 * deck.bytes
