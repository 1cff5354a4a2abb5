"""Wishes: what is given is kept, what is not stays as the seed has it, and what cannot be is told apart."""

from dataclasses import asdict, replace

import pytest

from denoiscope.pocket.scenes import ATTRIBUTES, SKY, choose_scene
from denoiscope.pocket.wishes import read_sky, why_impossible, wished_scene


def test_every_scene_that_a_seed_chooses_is_one_that_could_be_wished_for():
    for seed in range(2000):
        wishes = asdict(choose_scene(seed))
        del wishes["seed"]
        assert why_impossible(wishes) is None
        assert wished_scene(seed + 1, wishes) == replace(choose_scene(seed), seed=seed + 1)


def test_every_single_wish_can_be_fulfilled_with_every_seed():
    for seed in range(60):
        for name, choices in ATTRIBUTES.items():
            for choice in choices:
                assert getattr(wished_scene(seed, {name: choice}), name) == choice
        for thing in SKY:
            assert wished_scene(seed, {"sky": (thing,)}).sky == (thing,)


def test_what_no_wish_names_stays_as_the_seed_has_it():
    for seed in range(60):
        own = choose_scene(seed)
        assert wished_scene(seed, {}) == own
        assert wished_scene(seed, {"position": "left"}) == replace(own, position="left")


def test_what_does_not_fit_the_wishes_is_chosen_again_and_nothing_else():
    for seed in range(200):
        own, green = choose_scene(seed), wished_scene(seed, {"colour": "green"})
        assert green.subject == "tree"
        assert replace(green, subject=own.subject, colour=own.colour) == own


def test_pairs_that_training_leaves_out_can_be_wished_for():
    assert wished_scene(1, {"subject": "windmill", "place": "snow"}).held_out


def test_a_sky_is_read_in_the_order_of_the_scenes_each_thing_once():
    assert read_sky(" birds,Sun, sun,") == ("sun", "birds")
    assert read_sky("  ") == ()
    with pytest.raises(ValueError, match="the sky can hold sun, .*, got dragons"):
        read_sky("sun, dragons")
