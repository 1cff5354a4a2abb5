"""The numbers that a diagnosis is made of, on runs whose numbers are known."""

import math
from dataclasses import replace

import pytest
import torch

from denoiscope.core.diagnosing.grain import grain, size, spread
from denoiscope.core.diagnosing.reuse import reuse
from denoiscope.core.diagnosing.run_numbers import read_run

from .runs import SIGMAS, noise, picture, run

KINDS = ("eps", "v", "flow")


@pytest.mark.parametrize("spread_of_noise", [0.1, 1.0, 14.6])
def test_the_grain_of_white_noise_is_its_spread(spread_of_noise):
    assert grain(spread_of_noise * noise(3, (8, 64, 64))) == pytest.approx(spread_of_noise, rel=0.02)


def test_an_even_slope_has_no_grain_and_a_checkerboard_nothing_else():
    slope = torch.arange(16.0)[:, None] * 3 + torch.arange(16.0)[None]
    assert grain(slope) == pytest.approx(0, abs=1e-5)
    board = (torch.arange(16)[:, None] + torch.arange(16)[None]) % 2 * 2.0 - 1
    assert grain(board) == pytest.approx(2.0)


def test_a_row_of_single_cells_has_no_grain_to_read():
    assert grain(torch.zeros(4, 1, 16)) is None


def test_size_and_spread_are_root_mean_square_and_standard_deviation():
    values = torch.tensor([1.0, 2.0, 3.0, 4.0])
    assert size(values) == pytest.approx(math.sqrt(30 / 4))
    assert spread(values) == pytest.approx(math.sqrt(5 / 4))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("added", [1.0, math.sqrt(2), 0.5])
def test_noise_in_x_is_read_as_what_was_added(kind, added):
    numbers = read_run(run(kind, added=added), kind, 1.0)
    assert all(value == pytest.approx(added, rel=0.03) for value in numbers.noise)


@pytest.mark.parametrize("kind", KINDS)
def test_a_guess_that_is_the_picture_leaves_the_noise_and_nothing_else(kind):
    exact = run(kind, x0=picture().expand(len(SIGMAS[kind]) - 1, -1, -1, -1), cond=None, uncond=None)
    numbers = read_run(replace(exact, asked=((False, False),) * exact.guesses), kind, 1.0)
    assert all(value == pytest.approx(grain(noise(7)), rel=1e-4) for value in numbers.implied)


@pytest.mark.parametrize("kind", KINDS)
def test_sigma_stands_against_the_picture_as_the_kind_of_model_has_it(kind):
    sigmas = SIGMAS[kind][:-1]
    wanted = [s / (1 - s) if s < 1 else None for s in sigmas] if kind == "flow" else [s / 2 for s in sigmas]
    data = 1.0 if kind == "flow" else 2.0
    assert read_run(run(kind), kind, data).picture == pytest.approx(wanted)


def test_pull_and_guided_spread_are_ratios_of_the_two_predictions():
    subject = run()
    guided = replace(subject, x0=3 * subject.cond)
    numbers = read_run(guided, "eps", 1.0)
    assert all(value == pytest.approx(3.0) for value in numbers.guided)
    for i, pull in enumerate(numbers.pull):
        difference = (subject.cond[i] - subject.uncond[i]).double().norm()
        assert pull == pytest.approx(float(difference / (subject.x[i] - subject.uncond[i]).double().norm()), rel=1e-5)


def test_without_the_second_prediction_there_is_no_pull_and_no_spread_of_guidance():
    alone = run(asked=((True, False),) * 6)
    numbers = read_run(alone, "eps", 1.0)
    assert set(numbers.pull) == set(numbers.guided) == {None}


def test_what_is_not_finite_has_no_numbers_and_the_rest_keeps_its_own():
    broken = run()
    x0 = broken.x0.clone()
    x0[2] = float("nan")
    numbers = read_run(replace(broken, x0=x0), "eps", 1.0)
    whole = read_run(broken, "eps", 1.0)
    assert numbers.implied[2] is None
    assert numbers.noise[:2] == whole.noise[:2]
    assert numbers.change[3] is None and numbers.change[4] == whole.change[4]


FORMS = {
    "the guess": lambda subject, i: subject.x0[i - 1],
    "its distance from x": lambda subject, i: subject.x[i] - (subject.x[i - 1] - subject.x0[i - 1]),
    "the network's answer": lambda subject, i: (
        subject.x[i]
        - subject.sigmas[i].float() * (subject.x[i - 1] - subject.x0[i - 1]) / subject.sigmas[i - 1].float()
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_answer_given_again_in_any_form_that_caches_keep_is_seen(form):
    subject = run(cond=None, uncond=None, asked=((False, False),) * 6)
    guesses = subject.x0.clone()
    guesses[3] = form(subject, 3)
    again = replace(subject, x0=guesses)
    assert reuse(again, 3, "eps", 1.0) < 1e-6
    assert reuse(again, 2, "eps", 1.0) > 1e-3


def test_a_network_answer_at_its_own_distance_from_its_input_is_seen():
    """As EasyCache keeps it: answer - input, the input scaled as Karras et al. 2022, table 1, has it."""
    subject = run(cond=None, uncond=None, asked=((False, False),) * 6)

    def given(i):
        return subject.x[i] / (subject.sigmas[i].float() ** 2 + 1) ** 0.5

    kept = (subject.x[2] - subject.x0[2]) / subject.sigmas[2].float() - given(2)
    guesses = subject.x0.clone()
    guesses[3] = subject.x[3] - subject.sigmas[3].float() * (given(3) + kept)
    assert reuse(replace(subject, x0=guesses), 3, "eps", 1.0) < 1e-6


def test_where_x_did_not_change_nothing_can_be_said_of_reuse():
    subject = run()
    x = subject.x.clone()
    x[3] = x[2]
    assert reuse(replace(subject, x=x), 3, "eps", 1.0) is None
