"""Shares of attention against sums written out by hand, and maps that come back from decks and files."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.recording.attention import (
    KEPT,
    AttentionMaps,
    LayerGroup,
    SeenAttention,
    attention_of_items,
    word_shares,
)
from denoiscope.core.recording.deck_file import DeckFileError, load_deck, save_deck
from denoiscope.devtools.driving.equal_decks import equal

from .decks import deck, with_first

WORDS = ("house", "red boat")


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def maps(guesses=5, words=WORDS):
    fine, coarse = (torch.rand(guesses, len(words), n, n, generator=torch.Generator().manual_seed(n)) for n in (8, 4))
    groups = (LayerGroup(maps=fine.to(KEPT), layers=3), LayerGroup(maps=coarse.to(KEPT), layers=1))
    return AttentionMaps(words=words, groups=groups)


def looked():
    """A deck whose first trajectory has attention."""
    plain = deck()
    return with_first(plain, attention=maps(plain.trajectories[0].guesses))


def call(value, words=WORDS, size=(2, 3), items=2):
    group = LayerGroup(maps=torch.full((items, len(words), *size), value, dtype=KEPT), layers=4)
    return SeenAttention(words=words, groups={size: group})


def test_a_share_is_the_softmax_over_all_tokens_summed_over_a_words_own_and_averaged_over_the_heads():
    heads, width = 2, 3
    query, key = noise(1, 4, heads * width, seed=1), noise(1, 5, heads * width, seed=2)
    wanted = torch.zeros(4)
    for head in range(heads):
        for place in range(4):
            q = query[0, place, head * width : (head + 1) * width]
            scores = torch.stack([q.dot(key[0, t, head * width : (head + 1) * width]) / width**0.5 for t in range(5)])
            wanted[place] += (scores.exp()[[1, 3]].sum() / scores.exp().sum()) / heads
    shares = word_shares(query, key, [[1, 3], [0]], heads=heads)
    assert shares.shape == (1, 2, 4)
    torch.testing.assert_close(shares[0, 0], wanted)


def test_all_tokens_together_have_a_share_of_one_at_every_place():
    shares = word_shares(noise(3, 6, 8), noise(3, 7, 8, seed=3), [[t] for t in range(7)], heads=2)
    torch.testing.assert_close(shares.sum(1), torch.ones(3, 6))


def test_half_precision_is_read_in_full():
    query, key = noise(1, 6, 8), noise(1, 7, 8, seed=3)
    shares = word_shares((query * 100).half(), key.half(), [[2]], heads=1)
    assert shares.dtype == torch.float32 and shares.isfinite().all()


def test_calls_become_one_record_an_item_with_gaps_where_nothing_was_read():
    first, second = attention_of_items([call(0.25), None, call(0.5)], 2)
    assert first.words == WORDS and first.guesses == 3 and first.groups[0].layers == 4
    assert [first.has(i) for i in range(4)] == [True, False, True, False]
    assert second.groups[0].maps[2].eq(0.5).all()
    assert attention_of_items([None, None], 2) == (None, None)


def test_a_call_asked_with_other_words_counts_as_not_read():
    (only,) = attention_of_items([call(0.25, items=1), call(0.5, words=("dog",), items=1)], 1)
    assert only.words == WORDS and [only.has(0), only.has(1)] == [True, False]


def test_the_mean_of_all_layers_weighs_each_group_by_its_layers():
    fine = torch.full((1, 1, 4, 4), 0.8, dtype=KEPT)
    coarse = torch.full((1, 1, 2, 2), 0.4, dtype=KEPT)
    both = AttentionMaps(words=("a",), groups=(LayerGroup(maps=fine, layers=3), LayerGroup(maps=coarse, layers=1)))
    whole = both.whole()
    assert whole.size == (4, 4) and whole.layers == 4
    torch.testing.assert_close(whole.maps, torch.full((1, 1, 4, 4), 0.7), atol=1e-3, rtol=0)


def test_maps_that_do_not_fit_their_words_or_guesses_are_refused():
    good = maps()
    with pytest.raises(ValueError, match="must be \\[guess, 1 words"):
        replace(good, words=("house",))
    with pytest.raises(ValueError, match="one map a guess"):
        with_first(deck(), attention=maps(2))


def test_a_thinned_trajectory_keeps_the_attention_of_its_guesses():
    trajectory = looked().trajectories[0]
    thinned = trajectory.thin([0, 2, trajectory.states - 1])
    assert torch.equal(thinned.attention.groups[1].maps, trajectory.attention.groups[1].maps[[0, 2]])
    assert trajectory.bytes == deck().trajectories[0].bytes + trajectory.attention.bytes


def test_attention_comes_back_from_a_file_bit_for_bit(tmp_path):
    saved = looked()
    save_deck(saved, tmp_path / "a.safetensors")
    loaded = load_deck(tmp_path / "a.safetensors")
    assert equal(loaded, saved) and loaded.trajectories[0].attention.words == WORDS
    assert loaded.trajectories[1].attention is None
    assert not equal(saved, deck())
    changed = maps(saved.trajectories[0].guesses)
    changed.groups[0].maps[0, 0, 0, 0] = 0
    assert not equal(saved, with_first(saved, attention=changed))


def test_a_file_whose_attention_is_missing_is_refused_in_a_sentence(tmp_path):
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    path = tmp_path / "a.safetensors"
    save_deck(looked(), path)
    with safe_open(path, "pt") as file:
        described = file.metadata()
    tensors = {name: tensor for name, tensor in load_file(path).items() if name != "0.attention.1"}
    save_file(tensors, path, described)
    with pytest.raises(DeckFileError, match="whose parts do not fit together"):
        load_deck(path)


def test_a_number_of_layers_that_no_network_has_is_refused():
    good = looked().trajectories[0].attention
    for layers in (0, 10**400):
        with pytest.raises(ValueError, match="a place and a layer in every group"):
            replace(good, groups=(replace(good.groups[0], layers=layers), *good.groups[1:]))
