"""Schedules: the units by another road, what is assumed and said, and what is refused."""

import math

import pytest
import torch

from denoiscope.core.comparing.schedule_chart import compared
from denoiscope.core.comparing.schedules import (
    Reading,
    Schedule,
    assumed_reading,
    decibels,
    requests_of,
    steps_in_the_clear,
)
from denoiscope.core.drawing.chart import MOST_CURVES
from denoiscope.core.parameterization import snr

EPS, FLOW = Reading(parameterization="eps", model="Toy"), Reading(parameterization="flow", model="Toy")


def schedule(*sigmas, label="one", **rest):
    return Schedule(label=label, sigmas=torch.tensor(sigmas), **rest)


def drawn(*schedules, reading=EPS, sigmas=None, **rest):
    return compared(schedules, sigmas, reading, **rest)


@pytest.mark.parametrize("kind", ["eps", "v", "x0"])
@pytest.mark.parametrize("spread", [0.5, 1.0])
def test_the_signal_to_noise_ratio_is_what_a_noised_gaussian_has(kind, spread):
    sigma = torch.tensor([0.1, 1.0, 7.0])
    generator = torch.Generator().manual_seed(3)
    x0 = spread * torch.randn(200_000, generator=generator)
    noise = torch.randn(200_000, generator=generator)
    measured = torch.stack([x0.var() / (s * noise).var() for s in sigma])
    torch.testing.assert_close(snr(sigma, kind, spread), measured, rtol=0.01, atol=0)


def test_the_signal_to_noise_ratio_of_a_flow_is_that_of_its_mixture():
    sigma = torch.tensor([0.1, 0.5, 0.9])
    x0, noise = torch.randn(2, 200_000, generator=torch.Generator().manual_seed(4))
    measured = torch.stack([((1 - s) * x0).var() / (s * noise).var() for s in sigma])
    torch.testing.assert_close(snr(sigma, "flow"), measured, rtol=0.01, atol=0)


def test_decibels_of_ten_a_hundred_and_one():
    torch.testing.assert_close(decibels(torch.tensor([10.0, 100.0, 1.0, 0.01])), torch.tensor([10.0, 20.0, 0.0, -20.0]))


def test_alpha_bar_and_snr_of_a_drawn_curve_are_those_of_ho_and_of_kingma():
    sigmas = [14.6, 3.0, 1.0, 0.03, 0.0]
    noise, share, against = drawn(schedule(*sigmas)).series[0].values
    assert noise == pytest.approx(sigmas)
    assert share == pytest.approx([1 / (1 + s**2) for s in sigmas])
    assert against[:-1] == pytest.approx([10 * math.log10(1 / s**2) for s in sigmas[:-1]], abs=1e-5)
    assert against[-1] is None, "at sigma 0 the ratio is infinite"


def test_a_flow_shows_how_much_picture_is_mixed_in_and_calls_it_so():
    chart = drawn(schedule(1.0, 0.5, 0.0), reading=FLOW)
    assert chart.panels[1].symbol == "1 − σ"
    assert chart.series[0].values[1] == pytest.approx((0.0, 0.5, 1.0))
    assert chart.series[0].values[2] == (None, 0.0, None)
    assert drawn(schedule(1.0, 0.5, 0.0)).panels[1].symbol == "ᾱ"


def test_the_spread_of_the_latents_moves_alpha_bar_and_snr_alike():
    reading = Reading(parameterization="eps", sigma_data=0.5, model="Toy")
    share, against = drawn(schedule(0.5, 0.25), reading=reading).series[0].values[1:]
    assert share[0] == 0.5 and against[0] == 0.0


def test_steps_in_the_clear_are_counted_where_the_picture_is_stronger():
    assert steps_in_the_clear(schedule(4.0, 2.0, 1.0, 0.5, 0.25, 0.0), EPS) == 2
    assert steps_in_the_clear(schedule(1.0, 0.6, 0.5, 0.4, 0.0), FLOW) == 1


def test_equal_lengths_stand_over_the_step_and_others_over_the_share_of_the_run():
    same = drawn(schedule(2.0, 1.0, 0.0), schedule(3.0, 1.0, 0.0, label="two"))
    assert (same.across.title, same.series[0].across) == ("step", (0.0, 1.0, 2.0))
    other = drawn(schedule(2.0, 1.0, 0.0), schedule(3.0, 0.0, label="two"))
    assert other.across.shares
    assert [line.across for line in other.series] == [(0.0, 0.5, 1.0), (0.0, 1.0)]


def test_every_scheduler_is_asked_for_every_count():
    requests = requests_of(("normal", "karras"), (10, 20))
    assert [r.label for r in requests] == [
        "normal, 10 steps",
        "normal, 20 steps",
        "karras, 10 steps",
        "karras, 20 steps",
    ]
    assert [(r.group, r.variant) for r in requests] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [r.label for r in requests_of(("normal", "karras"), (20,))] == ["normal", "karras"]


def test_a_scheduler_alone_gives_its_counts_colours_of_their_own():
    assert [(r.group, r.variant) for r in requests_of(("karras",), (5, 10, 20))] == [(0, 0), (1, 0), (2, 0)]


def test_sigmas_stand_beside_the_schedulers_in_a_colour_of_their_own():
    chart = drawn(
        schedule(2.0, 0.0, group=0), schedule(3.0, 0.0, label="two", group=1), sigmas=torch.tensor([5.0, 0.0])
    )
    assert [(line.label, line.colour) for line in chart.series] == [("one", 0), ("two", 1), ("SIGMAS", 2)]


def test_sigmas_without_a_model_say_how_they_were_read():
    high, low = torch.tensor([14.6, 0.0]), torch.tensor([1.0, 0.5, 0.0])
    assert assumed_reading(high).parameterization == "eps"
    assert assumed_reading(low).parameterization == "flow"
    (first, *_) = compared((), high, None).notes
    assert "highest sigma is 14.6, above 1, so they are read as an eps or v model's" in first
    (first, *_) = compared((), low, None).notes
    assert "read as a flow model's; if they are the end of an eps or v model's schedule, connect that model" in first


def test_a_model_leaves_nothing_to_assume():
    chart = drawn(schedule(0.9, 0.0))
    assert chart.subtitle == "Toy, predicts the noise (eps)"
    assert not any("No model" in note for note in chart.notes)


def test_below_denoise_one_the_chart_says_which_part_is_walked():
    notes = drawn(schedule(2.0, 1.0, 0.0, asked=2), denoise=0.5).notes
    assert "Denoise 0.5: only the last steps of a longer schedule are walked, 2/4." in notes


def test_a_curve_that_is_hidden_by_another_is_named():
    two = schedule(2.0, 1.0, 0.0), schedule(2.0, 1.001, 0.0, label="two")
    assert "one and two lie on one line: one hides the other." in drawn(*two).notes
    apart = schedule(2.0, 1.2, 0.0, label="two"), schedule(2.0, 1.0, 0.5, 0.0, label="three")
    assert not any("hides" in note for note in drawn(two[0], *apart).notes)


def test_a_scheduler_that_keeps_its_own_count_is_named():
    assert "one gives 2 steps where 3 were asked for." in drawn(schedule(2.0, 1.0, 0.0, asked=3)).notes


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: compared((), None, None), "connect a model, or SIGMAS, or both"),
        (lambda: compared((), None, EPS), "name at least one scheduler, or connect SIGMAS"),
        (lambda: schedule(), "SIGMAS|one has no noise levels"),
        (lambda: schedule(math.nan, 0.0), "one gives noise levels that are not numbers"),
        (lambda: schedule(-1.0, 0.0), "a sigma below 0 \\(-1\\)"),
        (lambda: drawn(schedule(14.6, 0.0), reading=FLOW), "sigma of 14.6, but a flow model knows none above 1"),
        (lambda: requests_of(("karras",), (0,)), "1 to 1000 steps can be drawn, got 0"),
        (lambda: requests_of(("karras",), (1001,)), "got 1001"),
        (lambda: requests_of(("a", "b"), range(1, 8)), f"14 curves .* ask for {MOST_CURVES} at most"),
        (lambda: compared((), torch.ones(1002), EPS), "SIGMAS: 1 to 1000 steps can be drawn, got 1001"),
        (lambda: compared((), torch.ones(1), EPS), "SIGMAS: 1 to 1000 steps can be drawn, got 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
