"""Training in small: losses fall, an interrupted run goes on, data come out as they went in."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from denoiscope.pocket.autoencoder import Autoencoder
from denoiscope.pocket.scenes import SKY, WHERE, draw
from denoiscope.pocket.text import FREE_WORDS, VOCABULARY, tokenize
from denoiscope.pocket.variants import VARIANTS
from denoiscope.training import autoencoder, classifier, data
from denoiscope.training.denoiser import EARLY, choose_captions, draw_timesteps
from denoiscope.training.run import Recipe, Training
from denoiscope.training.word_maps import NO_SLOT, SLOTS, share_inside, slots_of_words

QUICK = Recipe(steps=60, batch=8, seed=0, warm_up=1)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    assert list(data.prepare(folder, scenes=12, workers=1))[-1] == 12
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(data, "variant_scenes", lambda name: [VARIANTS[name].choose(i) for i in range(2)])
        data.prepare_variants(folder, workers=1)
    return data.load(folder, held_back=4)


def half(losses):
    return sum(losses[: len(losses) // 2]), sum(losses[len(losses) // 2 :])


def test_the_data_are_the_scenes_in_order(dataset):
    first = torch.tensor(list(draw(dataset.scenes[0]).tobytes())).view(128, 128, 3).movedim(-1, 0)
    torch.testing.assert_close(dataset.images(slice(0, 1))[0], first / 127.5 - 1)
    assert dataset.for_training == 8


def test_the_masks_show_the_subject_where_the_scene_puts_it_and_nothing_for_what_is_not_there(dataset):
    columns = torch.arange(16) + 0.5
    for scene, maps in zip(dataset.scenes, dataset.maps(slice(None)), strict=True):
        subject = maps[SLOTS.index("subject")]
        middle = (subject.sum(0) * columns).sum() / subject.sum() / 16
        assert abs(middle - WHERE[scene.position]) < 0.08
        for thing in SKY:
            assert (maps[SLOTS.index(thing)].sum() > 0) == (thing in scene.sky)


def test_the_autoencoders_loss_falls(dataset):
    torch.random.manual_seed(0)
    model = Autoencoder()
    before, after = half(list(islice(autoencoder.train(model, Training(model, QUICK, autoencoder.PLAIN), dataset), 12)))
    assert after < 0.95 * before


def test_the_classifiers_loss_falls(dataset):
    torch.random.manual_seed(0)
    model = classifier.Classifier()
    before, after = half(list(islice(classifier.train(model, Training(model, QUICK, classifier.PLAIN), dataset), 12)))
    assert after < before


def test_the_judge_sees_the_training_scenes_and_then_the_pairs_that_nothing_else_is_shown(dataset):
    scenes = data.pair_scenes(3)
    assert all(scene.held_out for scene in scenes)
    wider = data.WithPairs(dataset, np.stack([data.draw_scene(scene) for scene in scenes]))
    assert wider.for_training == len(wider.scenes) == dataset.for_training + 3
    seen = wider.images(np.array([0, 7, 8, 10]))
    torch.testing.assert_close(seen[:2], dataset.images(np.array([0, 7])))
    for index, picture in ((8, seen[2]), (10, seen[3])):
        torch.testing.assert_close(picture, data.as_tensor(data.draw_scene(wider.scenes[index])[None])[0])


def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(dataset, tmp_path):
    torch.random.manual_seed(0)
    start = Autoencoder().state_dict()

    def steps(model, run, number):
        return list(islice(autoencoder.train(model, run, dataset), number))

    whole, part, rest = (Autoencoder() for _ in range(3))
    for model in (whole, part, rest):
        model.load_state_dict(start)
    expected = steps(whole, Training(whole, QUICK, autoencoder.PLAIN), 4)
    run = Training(part, QUICK, autoencoder.PLAIN)
    got = steps(part, run, 2)
    run.save(tmp_path / "run.pt")
    run = Training(rest, QUICK, autoencoder.PLAIN)
    run.resume(tmp_path / "run.pt")
    assert got + steps(rest, run, 2) == pytest.approx(expected, rel=1e-3)


def test_the_average_follows_the_weights_and_the_weights_come_back():
    layer = torch.nn.Linear(2, 1, bias=False)
    run = Training(layer, replace(QUICK, averaging=0.5))
    start = layer.weight.detach().clone()
    run.learn(layer(torch.ones(1, 2)).square().sum())
    own = layer.weight.detach().clone()
    with run.averaged():
        averaged = layer.weight.detach().clone()
    torch.testing.assert_close(layer.weight.detach(), own)
    torch.testing.assert_close(averaged, torch.lerp(start, own, 0.9))


def test_half_of_the_timesteps_are_early_when_asked_for_and_spread_evenly_otherwise():
    numbers = torch.Generator().manual_seed(0)
    early, even = (draw_timesteps(64, half, 999, numbers) for half in (True, False))
    assert (early > EARLY * 999).float().mean() > 0.65
    assert (even > EARLY * 999).float().mean() < 0.45
    for timesteps in (early, even):
        assert 0 <= timesteps.min() and timesteps.max() <= 999


def test_about_a_tenth_of_the_captions_are_left_out():
    tokens = torch.tensor([[tokenize("a red house")] * data.CAPTIONS_PER_SCENE] * 2000)
    chosen = choose_captions(tokens, torch.Generator().manual_seed(0))
    empty = (chosen == torch.tensor(tokenize(""))).all(1).float().mean()
    assert 0.07 < empty < 0.13


def test_the_rates_stay_and_then_fall_in_a_line_to_nothing():
    run = Training(torch.nn.Linear(2, 2), replace(QUICK, steps=100, warm_up=10, falling=0.2))
    shares = []
    for run.steps in (0, 9, 79, 90, 100):
        shares.append(run.share_of_rate)
    assert shares == pytest.approx([0.1, 1, 1, 0.5, 0])


def test_a_muon_step_moves_every_direction_of_a_matrix_alike_and_plain_weights_go_to_adam():
    torch.random.manual_seed(0)
    layer, steep = torch.nn.Linear(6, 6, bias=False), torch.diag(torch.tensor([100.0, 10, 1, 1, 0.1, 0.1]))
    before = layer.weight.detach().clone()
    run = Training(layer, replace(QUICK, weight_decay=0.0, vector_rate=1e-9))
    run.learn((layer.weight * steep).sum())
    strengths = torch.linalg.svdvals(layer.weight.detach() - before)
    assert strengths.min() > 0.5 * strengths.max() > 0
    plain = torch.nn.Linear(6, 6, bias=False)
    assert list(Training(plain, QUICK, plain=("weight",)).optimisers) == ["adam"]


def test_words_point_at_their_things_and_words_for_loras_at_nothing():
    slots = dict(zip(VOCABULARY, slots_of_words().tolist(), strict=True))
    for word, slot in (("cottage", "subject"), ("red", "subject"), ("ocean", "place"), ("moon", "moon")):
        assert SLOTS[slots[word]] == slot
    assert {slots[word] for word in ("left", "at", "night", "neon", *FREE_WORDS)} == {NO_SLOT}


def test_a_map_that_lies_all_on_its_thing_has_a_share_of_one():
    masks = torch.zeros(1, len(SLOTS), 16, 16)
    masks[0, SLOTS.index("moon"), 2:4, 3:5] = 1
    attention = torch.zeros(1, 256, 2)
    attention[0, 2 * 16 + 3, 0] = 0.5
    attention[0, :, 1] = 1 / 256
    moons = torch.full((1, 2), SLOTS.index("moon"))
    inside, pointing = share_inside(attention, masks, moons)
    assert inside[0].tolist() == pytest.approx([1.0, 4 / 256], abs=1e-4) and pointing.all()
    nothing = share_inside(attention, masks, torch.full((1, 2), SLOTS.index("sun")))[1]
    assert not nothing.any()
