"""Scenes: the same seed is the same picture, and what the label says can be seen."""

from dataclasses import replace
from itertools import islice
from random import Random

import numpy as np
import pytest
from PIL import Image

from denoiscope.pocket.brush import PERIOD, paint_in_oil
from denoiscope.pocket.captions import every_word, full_caption, write_caption
from denoiscope.pocket.scenes import ATTRIBUTES, WHERE, Scene, choose_scene, draw, draw_with_masks
from denoiscope.pocket.text import TOKEN_OF, split_words
from denoiscope.training.data import training_seeds

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


@pytest.mark.parametrize("style", ATTRIBUTES["style"])
@pytest.mark.parametrize("time", ATTRIBUTES["time"])
@pytest.mark.parametrize("subject", ATTRIBUTES["subject"])
def test_the_accent_colour_is_seen_in_every_style_at_every_hour(subject, time, style):
    """Where two pictures differ in nothing but their accent, the red one is redder and the yellow one greener."""
    red, yellow = (pixels(Scene(subject, "sea", time, style, "centre", colour, (), 3)) for colour in ("red", "yellow"))
    differs = np.abs(red - yellow).max(-1) > 16
    assert 250 < differs.sum() < 5000
    assert (yellow - red)[differs][:, 1].mean() > 25


def test_a_picture_and_the_one_drawn_with_its_masks_are_the_same():
    for seed in range(8):
        assert draw_with_masks(choose_scene(seed))[0].tobytes() == draw(choose_scene(seed)).tobytes()


def test_the_masks_share_every_cell_among_the_things_of_the_scene():
    for seed in range(60):
        scene = choose_scene(seed)
        masks = draw_with_masks(scene)[1]
        assert set(masks) == {scene.subject, scene.place, *scene.sky}
        assert {mask.shape for mask in masks.values()} == {(16, 16)}
        assert all(mask.min() >= 0 for mask in masks.values())
        assert sum(masks.values()).max() <= 1 + 1e-9


def test_the_mask_of_the_subject_lies_where_the_scene_says():
    for seed in range(200):
        scene = choose_scene(seed)
        across = draw_with_masks(scene)[1][scene.subject].sum(0)
        middle = (across * (np.arange(16) + 0.5)).sum() / across.sum() / 16
        assert abs(middle - WHERE[scene.position]) < 0.06


def test_the_mask_marks_the_pixels_that_change_when_a_thing_is_left_out():
    with_moon = Scene("house", "hill", "night", "sketch", "left", "red", ("moon",), seed=2)
    picture, masks = draw_with_masks(with_moon)
    change = np.abs(np.asarray(picture, float) - pixels(replace(with_moon, sky=()))).max(-1) > 20
    assert np.corrcoef(change.reshape(16, 8, 16, 8).mean((1, 3)).ravel(), masks["moon"].ravel())[0, 1] > 0.9


def test_everything_named_in_the_sky_is_there_and_large_enough_to_be_seen():
    least = {"sun": 330, "moon": 150, "stars": 4 * 20, "clouds": 2 * 120, "birds": 2 * 35}
    for seed in range(400):
        scene = choose_scene(seed)
        masks = draw_with_masks(scene)[1]
        for thing in scene.sky:
            assert masks[thing].sum() * 64 > least[thing], (scene, thing)


def test_nothing_in_the_sky_reaches_under_the_subject():
    for seed in range(200):
        scene = choose_scene(seed)
        masks = draw_with_masks(scene)[1]
        bare = draw_with_masks(replace(scene, sky=()))[1]
        np.testing.assert_allclose(masks[scene.subject], bare[scene.subject])


def test_oil_lays_the_same_dabs_every_few_pixels():
    calm = Image.new("RGB", (128, 128), (120, 150, 200))
    painted = np.asarray(paint_in_oil(calm), float)
    np.testing.assert_array_equal(painted[PERIOD:, :], painted[:-PERIOD, :])
    np.testing.assert_array_equal(painted[:, PERIOD:], painted[:, :-PERIOD])
    assert 2 < painted.std(axis=(0, 1)).mean() < 12


def test_oil_keeps_what_is_small():
    """A bird is as dark in oil as on the flat picture, within a tenth."""
    flat, oil = (Scene("tree", "meadow", "noon", style, "left", "red", ("birds",), seed=1) for style in ("flat", "oil"))
    bird = np.kron(draw_with_masks(flat)[1]["birds"], np.ones((8, 8))) > 0.2
    darkest = [np.sort(pixels(scene).mean(-1)[bird])[:40].mean() for scene in (flat, oil)]
    assert darkest[1] < darkest[0] + 25


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
