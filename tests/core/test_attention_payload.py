"""What a browser hears of attention: the shares can be read back from the grey of the sheets."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from denoiscope.core.recording.attention import KEPT, AttentionMaps, LayerGroup
from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.core.showing.rendering import approximate_decoder
from denoiscope.core.telling.attention import attention_payload
from denoiscope.core.telling.deck import show
from denoiscope.devtools.driving.equal_decks import equal

from .decks import deck, with_first
from .test_attention import WORDS, maps


def with_attention(**kwargs):
    plain = deck(**kwargs)
    return with_first(plain, attention=maps(plain.trajectories[0].guesses))


def heard(shown):
    """The payload, and its sheets by their names."""
    sheets = {}

    def place(view, sheet):
        name = f"{view.id}-{sheet.first}.{sheet.suffix}"
        sheets[name] = sheet
        return name

    return attention_payload(shown, place), sheets


def share_at(payload, sheets, *, group, slot):
    """A tile as the viewer reads it: grey times the word's own largest share."""
    told = payload["groups"][group]
    (sheet,) = [
        sheet_told
        for sheet_told in told["sheets"]
        if sheet_told["first"] <= slot < sheet_told["first"] + sheet_told["count"]
    ]
    image = Image.open(io.BytesIO(sheets[sheet["source"]].data))
    left, top = slot % sheet["columns"] * told["columns"], slot // sheet["columns"] * told["rows"]
    tile = image.crop((left, top, left + told["columns"], top + told["rows"])).convert("L")
    return torch.tensor(np.array(tile), dtype=torch.float32) / 255


def test_a_deck_without_attention_says_nothing_of_it():
    assert heard(deck()) == (None, {})
    assert show(deck(), lambda v: approximate_decoder(deck()), lambda v, s: "", longest=64)["attention"] is None


@pytest.mark.parametrize("word", [0, 1])
def test_every_share_can_be_read_back_from_its_sheet(word):
    shown = with_attention()
    payload, sheets = heard(shown)
    attention = shown.trajectories[0].attention
    states = sum(t.states for t in shown.trajectories)
    assert [group["name"] for group in payload["groups"]] == ["all layers", "8 × 8", "4 × 4"]
    assert [group["layers"] for group in payload["groups"]] == [4, 3, 1]
    for guess in range(attention.guesses):
        for group, wanted in ((0, attention.whole()), (1, attention.groups[0]), (2, attention.groups[1])):
            own = payload["groups"][group]["own"][word]
            seen = share_at(payload, sheets, group=group, slot=word * states + guess) * own
            torch.testing.assert_close(seen, wanted.maps[guess, word].float(), atol=0.5 * own / 255 + 1e-3, rtol=0)


def test_white_is_each_words_largest_share_over_the_whole_deck():
    payload, _ = heard(with_attention())
    fine = with_attention().trajectories[0].attention.groups[0].maps.float()
    assert payload["groups"][1]["own"] == pytest.approx(fine.amax((0, 2, 3)).tolist(), rel=1e-3)


def test_states_without_a_map_are_named_and_words_are_text():
    payload, _ = heard(with_attention())
    guesses = with_attention().trajectories[0].guesses
    assert payload["words"] == list(WORDS)
    assert payload["present"] == [[True] * guesses + [False], [False] * (guesses + 1)]
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


def test_numbers_that_are_none_become_black_and_are_absent():
    broken = with_attention()
    broken.trajectories[0].attention.groups[0].maps[1] = float("nan")
    payload, sheets = heard(broken)
    assert payload["present"][0][:3] == [True, False, True]
    assert share_at(payload, sheets, group=1, slot=1).eq(0).all()


def test_runs_that_were_asked_about_other_words_have_no_maps_and_one_without_a_guess_has_none():
    plain = deck()
    count = plain.trajectories[0].guesses
    other = replace(plain.trajectories[1], attention=maps(count, words=("dog", "cat")))
    payload, _ = heard(replace(with_attention(), trajectories=(with_attention().trajectories[0], other)))
    assert payload["words"] == list(WORDS) and not any(payload["present"][1])
    ends = with_attention().trajectories[0].thin([count])
    assert heard(replace(plain, trajectories=(ends,)))[0] is None


def test_a_single_resolution_is_offered_once():
    sheet_told = AttentionMaps(words=("a",), groups=(LayerGroup(maps=torch.rand(4, 1, 8, 8).to(KEPT), layers=2),))
    payload, _ = heard(with_first(deck(), attention=sheet_told))
    assert [group["name"] for group in payload["groups"]] == ["all layers"]


def test_every_frame_of_a_video_has_a_tile_and_a_file_keeps_them(tmp_path):
    plain = deck(count=1, shape=(4, 3, 8, 8))
    draw = torch.Generator().manual_seed(1)
    shares = torch.rand(plain.trajectories[0].guesses, 2, 3, 4, 6, generator=draw).to(KEPT)
    looked = AttentionMaps(words=("a", "b"), groups=(LayerGroup(maps=shares, layers=2),), read="Mean of the middle.")
    shown = with_first(plain, attention=looked)
    payload, sheets = heard(shown)
    (group,) = payload["groups"]
    assert (group["frames"], payload["read"]) == (3, "Mean of the middle.")
    states = plain.trajectories[0].states
    slot = (1 * states + 2) * 3 + 1
    tile = share_at(payload, sheets, group=0, slot=slot) * group["own"][1]
    torch.testing.assert_close(tile, shares[2, 1, 1].float(), atol=0.01, rtol=0)
    save_deck(shown, tmp_path / "video.safetensors")
    assert equal(load_deck(tmp_path / "video.safetensors"), shown)
