"""Training in small: losses fall, an interrupted run goes on, data come out as they went in."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from denoiscope.pocket.autoencoder import Autoencoder
from denoiscope.pocket.scenes import draw
from denoiscope.pocket.text import tokenize
from denoiscope.pocket.training import autoencoder, classifier, data
from denoiscope.pocket.training.denoiser import EARLY, choose_captions, draw_timesteps
from denoiscope.pocket.training.run import Recipe, Run

QUICK = Recipe(seconds=60, learning_rate=2e-3, batch=4, seed=0, warm_up=1)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    assert list(data.prepare(folder, scenes=12, workers=1))[-1] == 12
    return data.load(folder, held_back=4)


def half(losses):
    return sum(losses[: len(losses) // 2]), sum(losses[len(losses) // 2 :])


def test_the_data_are_the_scenes_in_order(dataset):
    first = torch.tensor(list(draw(dataset.scenes[0]).tobytes())).view(128, 128, 3).movedim(-1, 0)
    torch.testing.assert_close(dataset.images(slice(0, 1))[0], first / 127.5 - 1)
    assert dataset.for_training == 8


def test_the_autoencoders_loss_falls(dataset):
    torch.random.manual_seed(0)
    model = Autoencoder()
    before, after = half(list(islice(autoencoder.train(model, Run(model, QUICK), dataset), 12)))
    assert after < 0.95 * before


def test_the_classifiers_loss_falls(dataset):
    torch.random.manual_seed(0)
    model = classifier.Classifier()
    before, after = half(list(islice(classifier.train(model, Run(model, QUICK), dataset), 12)))
    assert after < before


def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(dataset, tmp_path):
    torch.random.manual_seed(0)
    start = Autoencoder().state_dict()

    def steps(model, run, number):
        return list(islice(autoencoder.train(model, run, dataset), number))

    constant = replace(QUICK, seconds=1e9)
    whole, part, rest = (Autoencoder() for _ in range(3))
    for model in (whole, part, rest):
        model.load_state_dict(start)
    expected = steps(whole, Run(whole, constant), 4)
    run = Run(part, constant)
    got = steps(part, run, 2)
    run.save(tmp_path / "run.pt")
    run = Run(rest, constant)
    run.resume(tmp_path / "run.pt")
    assert got + steps(rest, run, 2) == pytest.approx(expected, rel=1e-3)


def test_the_average_follows_the_weights_and_the_weights_come_back():
    layer = torch.nn.Linear(2, 1, bias=False)
    run = Run(layer, replace(QUICK, averaging=0.5))
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
