"""A model that gives NaN, or numbers without an end: no instrument stops, and what shows them says what they are."""

import asyncio
import json

import folder_paths
import pytest
import torch

from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.devtools.driving.equal_decks import equal
from denoiscope.nodes.contact_sheet import DenoiscopeContactSheet
from denoiscope.nodes.measures import DenoiscopeMeasures
from denoiscope.nodes.page import DenoiscopePage
from denoiscope.nodes.viewer import DenoiscopeViewer

from .instruments import INSTRUMENTS, answering, model_for

BAD = {"NaN": float("nan"), "infinite": float("inf"), "diverged": 1e30}
MEASURED = {"threshold": 0.1, "compare_with": 0, "region": 2, "layout_up_to": 0.5, "shapes_up_to": 1.0}


@pytest.fixture
def folders(tmp_path, monkeypatch):
    for kind in ("output", "temp"):
        monkeypatch.setattr(folder_paths, f"{kind}_directory", str(tmp_path / kind))
    return tmp_path


def deck_of(name, value):
    """A run of a model that answers with such numbers from its second call on."""
    model = model_for(name)
    with answering(model, lambda n, given: given if n == 0 else torch.full_like(given, value)), torch.inference_mode():
        return INSTRUMENTS[name](model)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_keeps_a_run_that_is_no_longer_numbers(name, bad, folders):
    deck = deck_of(name, BAD[bad])
    assert len(deck.trajectories) >= 1
    if bad == "NaN":
        assert any("not numbers" in note or "not a number" in note for t in deck.trajectories for note in t.notes)
    save_deck(deck, folders / "deck.safetensors")
    assert equal(load_deck(folders / "deck.safetensors"), deck)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", ["KSampler with Deck", "Sweep", "Seed Walk", "Forward"])
def test_everything_that_shows_a_deck_takes_such_a_run(name, bad, folders):
    deck = deck_of(name, BAD[bad])
    with torch.inference_mode():
        viewer = DenoiscopeViewer.execute(deck, 64, "everything").ui
        asyncio.run(DenoiscopePage.execute(deck, "page", 64, "everything"))
        sheet = DenoiscopeContactSheet.execute(deck, "x, x0", 3, 64).result[0]
    json.dumps(viewer, allow_nan=False)
    assert bool(sheet.isfinite().all())


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", ["KSampler with Deck", "Sweep", "Seed Walk", "Forward"])
def test_such_a_run_is_measured_or_refused_in_a_sentence(name, bad, folders):
    deck = deck_of(name, BAD[bad])
    try:
        with torch.inference_mode():
            measures = DenoiscopeMeasures.execute(deck, chart="everything", **MEASURED)
    except ValueError as error:
        assert "is not a number (NaN or infinite), so nothing can be measured" in str(error)
    else:
        json.dumps(measures.ui, allow_nan=False)
        assert all(bool(picture.isfinite().all()) for picture in measures.result[:2])
