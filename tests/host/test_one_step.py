"""A shortcut asked at a reference's states: the same model makes no error, another one its own."""

import comfy.sample
import pytest
import torch
from comfy_extras.nodes_easycache import LazyCacheNode

from denoiscope.core.diagnosing.two_runs import compare
from denoiscope.core.recording.recording import Recording
from denoiscope.host.one_step import guesses_along
from denoiscope.host.pocket import build_pocket_model
from denoiscope.host.recorder import record

STEPS, CFG = 12, 4.0


@pytest.fixture(scope="module")
def parts():
    model, clip, _ = build_pocket_model()
    prompts = [clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a house in the snow", "")]
    return model, prompts


def deck_of(model, prompts):
    empty, recording = torch.zeros(1, 8, 16, 16), Recording(budget_bytes=2**26)
    noise = comfy.sample.prepare_noise(empty, 3)
    watched = record(model, recording)
    comfy.sample.sample(watched, noise, STEPS, CFG, "euler", "karras", *prompts, empty, disable_pbar=True, seed=3)
    return recording.last_run().deck()


def test_the_reference_asked_at_its_own_states_answers_as_it_did(parts):
    model, prompts = parts
    deck = deck_of(model, prompts)
    run = deck.trajectories[0]
    torch.testing.assert_close(guesses_along(run, model, *prompts, CFG), run.x0, atol=1e-4, rtol=1e-4)


def test_a_cache_errs_by_itself_at_the_steps_that_it_leaves_out_and_drifts_after_them(parts):
    model, prompts = parts
    cached = LazyCacheNode.execute(model, 3.0, 0.15, 0.95, False).result[0]
    reference, short = deck_of(model, prompts), deck_of(cached, prompts)
    asked = guesses_along(reference.trajectories[0], cached, *prompts, CFG)
    errors = compare(reference, short, asked_along=asked).errors[:-1]
    own = [error.one_step for error in errors]
    assert own[0] < 1e-4 < max(own)
    assert any(error.one_step < 1e-4 < error.guess for error in errors), "a step that errs by its drift alone"


def test_a_prompt_that_is_missing_is_said(parts):
    model, prompts = parts
    run = deck_of(model, prompts).trajectories[0]
    with pytest.raises(ValueError, match="connect positive"):
        guesses_along(run, model, None, prompts[1], CFG)
    with pytest.raises(ValueError, match="had cfg 4, and asked without the prompt as well: connect negative"):
        guesses_along(run, model, prompts[0], None, CFG)
