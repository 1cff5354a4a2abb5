"""The words of the nodes in English, Japanese and Simplified Chinese: complete, and the same things said."""

import re

import pytest

from denoiscope.devtools.node_words import (
    LANGUAGES,
    english_words,
    flat,
    read_words,
    sockets,
    untranslated,
    with_socket_names,
)

ENGLISH = english_words()
WHAT_TO_DO = "run `python dev.py locales`, then translate what it lists (docs/translating.md)"
LETTERS = {"ja": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"), "zh": re.compile(r"[\u4e00-\u9fff]")}
FOREIGN = {"ja": re.compile(r"[，：；]"), "zh": re.compile(r"[\u3041-\u30fa]")}
"""Signs of the other language: Chinese punctuation, Japanese syllables."""
NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
SYNTAX = re.compile(r"[{}@|]")
"""What vue-i18n reads as its own in names and descriptions."""


def sentences(words):
    return {place: text for place, text in words.items() if place[-1] != "name"}


def test_english_is_what_the_schemas_say():
    assert flat(read_words("en")) == ENGLISH, WHAT_TO_DO


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_node_is_there_and_nothing_else(language):
    words = flat(read_words(language))
    assert ENGLISH.keys() - words.keys() == set(), WHAT_TO_DO
    assert words == with_socket_names({place: words[place] for place in ENGLISH}, sockets()), WHAT_TO_DO
    assert all(text.strip() for text in words.values()), WHAT_TO_DO


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    words = flat(read_words(language))
    assert untranslated(words, ENGLISH) == [], WHAT_TO_DO
    for place, text in sentences(words).items():
        assert LETTERS[language].search(text), (place, text)
        assert not FOREIGN[language].search(text), (place, text)
        assert place[-1] == "display_name" or text.endswith("。"), (place, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_sentence_stands_in_its_translation(language):
    words = flat(read_words(language))
    for place in sentences(ENGLISH).keys() & words.keys():
        assert set(NUMBERS.findall(ENGLISH[place])) <= set(NUMBERS.findall(words[place])), (place, words[place])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_inputs_and_no_two_outputs_of_a_node_have_the_same_name(language):
    seen = set()
    for place, text in flat(read_words(language)).items():
        if place[-1] == "name" and "axis_" not in place[2]:  # both axes bring the same inputs along
            assert (*place[:2], text) not in seen, (place, text)
            seen.add((*place[:2], text))


@pytest.mark.parametrize("language", ("en", *LANGUAGES))
def test_no_name_or_description_holds_a_sign_that_the_frontend_would_read_as_its_own(language):
    for place, text in flat(read_words(language)).items():
        assert place[-1] == "tooltip" or not SYNTAX.search(text), (place, text)
