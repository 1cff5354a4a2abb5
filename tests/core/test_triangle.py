"""The guided guess, its two predictions and what is said about them."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.comparing.triangle import deviation, guided, pull, sentence

from .decks import trajectory


def with_guided_guesses(scale: float):
    """A trajectory whose guesses are the formula's, computed here the other way round."""
    base = trajectory()
    return replace(
        base, x0=(1 - scale) * base.uncond + scale * base.cond, settings=replace(base.settings, guidance=scale)
    )


def test_at_scale_1_the_guided_guess_is_the_conditional_one_and_at_0_the_unconditional():
    base = trajectory()
    torch.testing.assert_close(guided(base.cond, base.uncond, 1.0), base.cond)
    torch.testing.assert_close(guided(base.cond, base.uncond, 0.0), base.uncond)


@pytest.mark.parametrize("scale", [1.5, 4.0, 20.0])
def test_a_plain_run_is_said_to_be_exact(scale):
    run = with_guided_guesses(scale)
    assert max(d for d in deviation(run) if d is not None) < 1e-5
    assert "exact" in sentence(run)


def test_a_guess_that_was_never_asked_for_has_neither_pull_nor_deviation():
    run = with_guided_guesses(4.0)
    assert pull(run)[1] is None and deviation(run)[1] is None
    difference = (run.cond[0] - run.uncond[0]).numpy()
    assert pull(run)[0] == pytest.approx(float((difference**2).mean() ** 0.5), rel=1e-6)


def test_a_changed_guess_names_who_changed_it():
    run = with_guided_guesses(4.0)
    changed = replace(run, x0=run.x0 * 0.5, guided_by=("RescaleCFG (nodes_model_advanced)",))
    assert "changed by up to 50% of its spread" not in sentence(run)
    assert sentence(changed).endswith("by RescaleCFG (nodes_model_advanced).")


def test_a_changed_guess_without_a_name_says_so():
    run = with_guided_guesses(4.0)
    assert "did not say its name" in sentence(replace(run, x0=run.x0 + 1))


def test_the_scale_of_each_step_counts_where_it_changed_on_the_way():
    base = trajectory()
    scales = (2.0, 4.0, 6.0, 8.0)
    guesses = torch.stack([guided(base.cond[i], base.uncond[i], s) for i, s in enumerate(scales)])
    run = replace(base, x0=guesses, guidance_scales=scales, settings=replace(base.settings, guidance=None))
    assert max(d for d in deviation(run) if d is not None) < 1e-6


def test_a_run_without_kept_predictions_says_nothing():
    assert sentence(trajectory(guidance=False)) == ""
    assert pull(trajectory(guidance=False)) == (None,) * 4
