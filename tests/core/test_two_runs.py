"""Two runs that differ in one known thing: it is named first, with the step at which it shows."""

import json
from dataclasses import replace

import pytest
import torch

from denoiscope.core.diagnosing.two_runs import CALL, ORDER, START, STEP, compare
from denoiscope.core.diagnosing.two_runs_report import CAUSES, ONE_STEP, cause, comparison_report
from denoiscope.core.recording.origin import Origin
from denoiscope.core.telling.comparison import comparison_payload

from .decks import deck, forward
from .runs import SIGMAS, deck_of, noise, picture, run

HERE = Origin(
    comfyui="0.30.0",
    torch="2.8.0",
    device="cpu",
    dtype="float32",
    attention="attention_pytorch",
    conditioning=(("negative", "00000000"), ("positive", "11111111")),
    source="12345678",
    largest_sigma=14.6,
)


def here(**changes):
    return run(origin=replace(HERE, **changes))


def from_step(step, *names, by=0.01):
    """Other numbers from a step on."""
    first = here()
    changed = {name: getattr(first, name).clone() for name in names}
    for values in changed.values():
        values[step:] += by * noise(5)
    return replace(first, **changed)


def fewer_steps():
    first = here()
    kept = [0, 2, 4, 6]
    return first.thin(kept)


CASES = {
    "settings": (replace(here(), settings=replace(here().settings, guidance=5.0)), "guidance"),
    "steps": (fewer_steps(), "number of steps"),
    "programs": (here(torch="2.9.0"), "torch"),
    "model": (here(patches="128 weights, 1a2b3c4d"), "patches"),
    "conditioning": (here(conditioning=(("negative", "00000000"), ("positive", "22222222"))), "positive"),
    START: (replace(here(), noise="feedbabe", x=here().x + 0.1 * noise(6)), "noise"),
    CALL: (from_step(0, "cond", "x0"), "the prediction with the prompt at step 0"),
    STEP: (from_step(3, "x"), "x at step 3"),
}


def test_there_is_a_case_and_a_sentence_for_every_stage():
    assert (*CASES,) == ORDER == (*CAUSES,)


@pytest.mark.parametrize("stage", CASES)
def test_what_differs_first_is_named_first(stage):
    other, what = CASES[stage]
    two = compare(deck_of(here()), deck_of(other))
    assert (two.differences[0].stage, two.differences[0].what) == (stage, what)
    assert cause(two) == CAUSES[stage]
    assert CAUSES[stage] in comparison_report(two)


def test_of_two_differences_the_earlier_one_is_the_cause_and_both_are_listed():
    other = replace(from_step(3, "x"), origin=replace(HERE, comfyui="0.29.0"))
    two = compare(deck_of(here()), deck_of(other))
    assert [difference.stage for difference in two.differences] == ["programs", STEP]


def test_equal_runs_are_equal_to_the_bit_and_the_rest_is_left_to_the_vae():
    two = compare(deck_of(here()), deck_of(here()))
    assert two.equal and two.parted is None
    assert all(error.x == 0 and error.guess in (0, None) and error.where == "" for error in two.errors)
    assert "the VAE" in cause(two)
    assert "All 7 states that both pass are equal to the bit." in comparison_report(two)


@pytest.mark.parametrize(("names", "quantity"), [(("cond", "x0"), "cond"), (("uncond",), "uncond"), (("x0",), "x0")])
def test_the_first_quantity_that_parts_is_the_first_that_comes_about(names, quantity):
    assert compare(deck_of(here()), deck_of(from_step(2, *names))).parted == (2, quantity)


def test_the_error_at_each_step_is_the_distance_against_the_first_runs_size():
    one, other = here(), from_step(2, "x", by=0.5)
    errors = compare(deck_of(one), deck_of(other)).errors
    for error, mine, its in zip(errors, one.x, other.x, strict=True):
        assert error.x == pytest.approx(float((mine - its).double().norm() / mine.double().norm()), rel=1e-5)
    assert [error.x > 0 for error in errors] == [False, False, *[True] * 5]


def test_the_ninth_of_the_picture_that_differs_is_named():
    first = here()
    x0 = first.x0.clone()
    x0[1, :, -8:, :8] += 1
    errors = compare(deck_of(first), deck_of(replace(first, x0=x0))).errors
    assert [error.where for error in errors[:3]] == ["", "bottom left", ""]


def test_runs_of_other_step_counts_are_compared_where_they_pass_one_noise_level():
    two = compare(deck_of(here()), deck_of(fewer_steps()))
    assert [error.steps for error in two.errors] == [(0, 0), (2, 1), (4, 2), (6, 3)]
    assert [error.sigma for error in two.errors] == pytest.approx([SIGMAS["eps"][i] for i in (0, 2, 4, 6)])


def test_a_difference_as_small_as_rounding_is_called_so():
    two = compare(deck_of(here()), deck_of(from_step(0, "cond", "x0", by=1e-6)))
    assert "as little as rounding" in comparison_report(two)
    assert "as little as rounding" not in comparison_report(compare(deck_of(here()), deck_of(from_step(0, "x0"))))


def test_what_an_older_deck_did_not_keep_is_said_and_is_no_difference():
    two = compare(deck_of(here()), deck_of(replace(here(), origin=None)))
    assert two.equal
    assert two.not_kept == ("Deck 2 was kept before decks knew their programs, patches and conditioning.",)


def test_decks_that_share_nothing_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"share nothing to compare: latents of \[4, 32, 32\] and \[4, 8, 8\]"):
        compare(deck_of(here()), deck(count=1))
    with pytest.raises(ValueError, match="holds a picture that was noised"):
        compare(forward(), forward())


def test_runs_without_a_common_noise_level_and_with_nan_still_compare():
    other = replace(here(), sigmas=here().sigmas * 0.77 + 0.001)
    two = compare(deck_of(here()), deck_of(other))
    assert two.errors == () and "no noise level in common" in comparison_report(two)
    broken = replace(here(), x0=torch.full_like(here().x0, float("nan")))
    json.dumps(comparison_payload(compare(deck_of(here()), deck_of(broken))), allow_nan=False)


def test_the_payload_has_every_number_of_the_comparison():
    two = compare(deck_of(here()), deck_of(from_step(2, "x", by=0.5)))
    payload = json.loads(json.dumps(comparison_payload(two), allow_nan=False))
    parted = payload["parted"]
    assert (parted["step"], parted["quantity"], parted["rounding"]) == (2, "x", False)
    assert (parted["sigma"], parted["apart"]) == pytest.approx((two.errors[2].sigma, two.errors[2].x))
    assert [error["x"] for error in payload["errors"]] == pytest.approx([error.x for error in two.errors], rel=1e-6)
    assert payload["calls"] == [6, 6]


def test_pictures_are_not_changed_by_a_comparison():
    first = here()
    before = first.x.clone()
    compare(deck_of(first), deck_of(from_step(2, "x")))
    assert torch.equal(first.x, before) and torch.equal(picture(), picture())


def test_the_error_of_one_call_stands_beside_the_drift_where_the_model_was_asked():
    first, second = deck_of(here()), deck_of(from_step(2, "x", "x0"))
    asked = first.trajectories[0].x0 * 1.25
    errors = compare(first, second, asked_along=asked).errors
    assert [error.one_step for error in errors[:-1]] == [pytest.approx(0.25)] * 6 and errors[-1].one_step is None
    assert errors[0].guess == 0 and errors[3].guess > 0
    report = comparison_report(compare(first, second, asked_along=asked))
    assert "\tone step\t" in report and ONE_STEP not in report
    assert ONE_STEP in comparison_report(compare(first, second))
