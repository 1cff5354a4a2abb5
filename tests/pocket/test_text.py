"""Text: known words become tokens, and no word's vector depends on its neighbours."""

import json
from pathlib import Path
from random import Random

import pytest
import torch

from denoiscope.pocket.captions import full_caption, write_caption
from denoiscope.pocket.near import NEAR
from denoiscope.pocket.scenes import choose_scene
from denoiscope.pocket.text import (
    END,
    LITTLE_WORDS,
    PAD,
    PROMPT_LENGTH,
    START,
    TOKEN_OF,
    VOCABULARY,
    TextEncoder,
    frame,
    hear,
    known_words,
    read_words,
    split_words,
    tokenize,
)

CASES = json.loads((Path(__file__).parent / "prompts.json").read_text(encoding="utf-8"))
"""What is read of some prompts, and what is said of their words; the model in JavaScript is held to the same."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["prompt"])
def test_what_is_read_of_a_prompt_and_what_is_said_of_its_words(case):
    words = [word for word in split_words(case["prompt"]) if not word.isdecimal()]
    assert " ".join(word for word in read_words(words) if word) == case["read"]
    heard = hear(words)
    assert (heard.unknown, heard.free) == (tuple(case["unknown"]), tuple(case["free"]))
    assert [list(pair) for pair in heard.near] == case["near"]


def test_a_prompt_of_known_words_is_read_word_by_word_with_all_its_commas():
    for seed in range(300):
        scene = choose_scene(seed)
        for caption in (full_caption(scene), write_caption(scene, Random(seed))):
            tokens = [TOKEN_OF[word] for word in split_words(caption)]
            assert tokenize(caption) == frame(tokens, START, END, PAD), caption


def test_tags_that_are_not_known_are_as_if_they_had_never_been_written():
    assert tokenize("blurry, watermark, extra fingers") == tokenize("")
    assert tokenize("masterpiece, best quality, 8k, lighthouse, highly detailed") == tokenize("lighthouse")
    assert tokenize("sea, blurry, night") == tokenize("sea, night")


def test_near_words_lead_to_known_ones_and_numbers_to_none():
    assert set(NEAR.values()) <= set(VOCABULARY[END + 1 :])
    assert not set(NEAR) & set(VOCABULARY)
    assert set(known_words()) >= LITTLE_WORDS
    assert hear(["two", "three"]).unknown == ("two", "three")


def test_a_prompt_starts_ends_and_is_padded():
    red = TOKEN_OF["red"]
    assert tokenize("Red RED") == [START, red, red, END] + [PAD] * (PROMPT_LENGTH - 4)


def test_punctuation_separates_and_commas_count():
    assert tokenize("sea,night.") == tokenize("sea , night")
    assert tokenize("sea, night") != tokenize("sea night")


def test_unknown_words_are_left_out():
    assert tokenize("a purple house") == tokenize("a house")


def test_a_prompt_that_is_too_long_is_cut_and_still_ends():
    tokens = tokenize("red " * 100)
    assert len(tokens) == PROMPT_LENGTH
    assert tokens[-1] == END


def test_the_words_it_knows_are_listed_in_order():
    assert known_words() == sorted(known_words())
    assert {"lighthouse", "cliff", "dusk", "oil", "painting"} <= set(known_words())


def test_a_words_vector_comes_from_the_word_and_its_place_alone():
    encoder = TextEncoder().requires_grad_(False)
    one, other = (encoder(torch.tensor([tokenize(text)]))[0] for text in ("a red house at night", "a red tree in snow"))
    torch.testing.assert_close(one[:3], other[:3])
    assert not torch.equal(one[3], other[3])
