"""Scenes: the same seed is the same picture, and what the label says can be seen."""

from dataclasses import replace
from itertools import islice
from random import Random

import numpy as np
import pytest

from denoiscope.pocket.captions import every_word, full_caption, write_caption
from denoiscope.pocket.scenes import ATTRIBUTES, Scene, choose_scene, draw
from denoiscope.pocket.text import TOKEN_OF, split_words
from denoiscope.pocket.training.data import training_seeds

LIGHTHOUSE = Scene("lighthouse", "cliff", "dusk", "oil", "left", "red", ("sun",), seed=4)


def pixels(scene):
    return np.asarray(draw(scene)).astype(float)


def test_a_seed_draws_the_same_picture_every_time():
    for seed in range(8):
        assert draw(choose_scene(seed)).tobytes() == draw(choose_scene(seed)).tobytes()


def test_two_seeds_of_one_description_draw_different_pictures():
    assert draw(LIGHTHOUSE).tobytes() != draw(replace(LIGHTHOUSE, seed=5)).tobytes()


@pytest.mark.parametrize("style", ATTRIBUTES["style"])
def test_night_is_darker_than_noon_in_every_style(style):
    for seed in range(3):
        night, noon = (replace(LIGHTHOUSE, style=style, time=time, sky=(), seed=seed) for time in ("night", "noon"))
        assert pixels(night).mean() < 0.8 * pixels(noon).mean()


@pytest.mark.parametrize("subject", ATTRIBUTES["subject"])
def test_the_subject_stands_where_the_label_says(subject):
    sides = {"left": slice(18, 52), "right": slice(76, 110)}
    for position, opposite in (("left", "right"), ("right", "left")):
        picture = pixels(Scene(subject, "sea", "noon", "flat", position, "red", (), seed=1))[20:100]
        here, there = (np.abs(np.diff(picture[:, sides[side]], axis=1)).mean() for side in (position, opposite))
        assert here > 2 * there


@pytest.mark.parametrize(("colour", "channel"), [("red", 0), ("blue", 2)])
def test_the_accent_colour_is_in_the_picture(colour, channel):
    scene = Scene("sailboat", "sea", "noon", "flat", "centre", colour, (), seed=3)
    other = replace(scene, colour="blue" if colour == "red" else "red")
    assert pixels(scene)[..., channel].mean() > pixels(other)[..., channel].mean()


def test_every_scene_chosen_is_one_that_can_be_drawn_and_described():
    for seed in range(300):
        scene = choose_scene(seed)
        assert all(getattr(scene, name) in choices for name, choices in ATTRIBUTES.items())
        assert scene.place == "sea" or scene.subject != "sailboat"
        assert (scene.colour == "green") <= (scene.subject == "tree")
        assert not {"sun", "stars"} <= set(scene.sky)


def test_no_training_seed_shows_a_held_out_pair():
    assert not any(choose_scene(seed).held_out for seed in islice(training_seeds(), 500))
    assert any(choose_scene(seed).held_out for seed in range(500))


def test_a_scene_that_cannot_be_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="place must be one of sea, cliff, .* got 'moon base'"):
        replace(LIGHTHOUSE, place="moon base")
    with pytest.raises(ValueError, match="the sky can hold sun, .* got dragons"):
        replace(LIGHTHOUSE, sky=("dragons",))


def test_captions_use_known_words_only_and_fit_the_prompt():
    random = Random(0)
    for seed in range(300):
        words = split_words(write_caption(choose_scene(seed), random))
        assert set(words) <= set(TOKEN_OF)
        assert 1 <= len(words) <= 30


def test_the_full_caption_names_everything():
    assert (
        full_caption(LIGHTHOUSE) == "an oil painting of a red lighthouse on a cliff at dusk, with the sun, on the left"
    )


def test_every_word_of_the_vocabulary_is_said_by_some_caption():
    random, said = Random(0), set()
    for seed in range(1500):
        said |= set(split_words(write_caption(choose_scene(seed), random)))
    assert set(every_word()) - said == set()
