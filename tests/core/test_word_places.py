"""Words among tokens, in chunks as ComfyUI's tokenizers give them."""

import pytest
import torch

from denoiscope.core.recording.word_places import WordPlaces, listed_words, places_of, words_in

START, END = 90, 91


def chunks(*contents, length=8):
    """Each framed by start and end and padded with the end token, as CLIP's are."""
    framed = []
    for i, tokens in enumerate(contents):
        body = [(token, 1.0, i + 1) for token in tokens]
        framed.append([(START, 1.0, 0), *body] + [(END, 1.0, 0)] * (length - 1 - len(body)))
    return framed


def test_a_word_of_several_tokens_is_found_wherever_they_stand_in_a_row():
    assert places_of(chunks([5, 6]), chunks([1, 5, 6, 5, 5, 6])) == (2, 3, 5, 6)
    assert places_of(chunks([6, 5]), chunks([5, 6])) == ()


def test_a_word_in_the_second_chunk_stands_beyond_the_first():
    assert places_of(chunks([7]), chunks([1, 2, 3], [7, 1])) == (9,)


def test_a_word_that_is_cut_by_the_end_of_a_chunk_is_still_found():
    assert places_of(chunks([3, 4]), chunks([1, 2, 3], [4])) == (3, 9)


def test_start_end_and_padding_are_no_words():
    assert places_of([[(END, 1.0, 0)]], chunks([1])) == ()
    assert places_of(chunks([END]), chunks([1])) == ()


def test_weights_do_not_hide_a_word_and_vectors_among_the_tokens_are_passed_over():
    prompt = [[(START, 1.0, 0), (torch.zeros(3), 1.0, 1), (5, 1.3, 2), (END, 1.0, 0)]]
    assert places_of(chunks([5]), prompt) == (2,)


def test_words_are_listed_between_commas_and_lines_each_once():
    assert listed_words(" house, red boat\nhouse,, ") == ("house", "red boat")
    with pytest.raises(ValueError, match="at most 16 words can be watched at once, got 17"):
        listed_words(",".join(map(str, range(17))))


def test_the_words_of_a_prompt_leave_out_signs_and_repeats():
    assert words_in("A red-roofed house, the sun's light. A boat_2!") == (
        "a",
        "red-roofed",
        "house",
        "the",
        "sun's",
        "light",
        "boat",
        "2",
    )


def test_the_report_says_where_the_tokens_of_each_word_stand():
    places = WordPlaces(words=("house", "lighthouse"), places=((4,), (5, 6)), length=77)
    assert places.report() == "house: 1 token at 4 of 77\nlighthouse: 2 tokens at 5, 6 of 77"
