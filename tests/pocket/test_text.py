"""Text: known words become tokens, and no word's vector depends on its neighbours."""

import torch

from denoiscope.pocket.text import END, PAD, PROMPT_LENGTH, START, TOKEN_OF, TextEncoder, known_words, tokenize


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
