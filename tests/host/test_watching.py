"""A watch over the pocket model: numbers for every run, a word and the last states for the one that breaks."""

import comfy.sample
import pytest
import torch

from denoiscope.core.diagnosing.diagnose import diagnose
from denoiscope.core.diagnosing.watch import NUMBERS, Watch, watch_report
from denoiscope.core.tensors import MEBIBYTE
from denoiscope.host.pocket import build_pocket_model
from denoiscope.host.recorder import record

STEPS, BREAKS = 8, 4


@pytest.fixture(scope="module")
def parts():
    model, clip, _ = build_pocket_model()
    prompts = [clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a house in the snow", "")]
    return model, prompts


def breaking(model, item: int):
    """A MODEL whose answer is not a number from a call on, for one item of the batch, with the prompt alone."""
    calls: list[int] = []

    def wrapper(apply, args):
        answer = apply(args["input"], args["timestep"], **args["c"])
        calls.append(1)
        if len(calls) > BREAKS:
            part = len(answer) // len(args["cond_or_uncond"])
            answer[args["cond_or_uncond"].index(0) * part + item, ..., :2, :2] = float("nan")
        return answer

    broken = model.clone()
    broken.set_model_unet_function_wrapper(wrapper)
    return broken


def sampled(watch, model, prompts, *, sampler="euler", batch=2, denoise=1.0, noise=True):
    empty = torch.zeros(batch, 8, 16, 16)
    start = comfy.sample.prepare_noise(empty, 3) if noise else torch.zeros_like(empty)
    watched = record(model, watch)
    given = {"disable_pbar": True, "seed": 3, "denoise": denoise}
    return comfy.sample.sample(watched, start, STEPS, 4.0, sampler, "karras", *prompts, empty, **given)


def watching(megabytes=64):
    said = []
    return Watch(budget_bytes=megabytes * MEBIBYTE, tell=lambda run, finding: said.append((run.number, finding))), said


@pytest.mark.parametrize("sampler", ["euler", "heun", "uni_pc"])
def test_a_sound_run_leaves_numbers_and_no_states(parts, sampler):
    model, prompts = parts
    watch, said = watching()
    plain = sampled(watching()[0], model, prompts, sampler=sampler)
    assert torch.equal(sampled(watch, model, prompts, sampler=sampler), plain)
    (run,) = watch.watched
    assert (said, run.ended, watch.bytes, watch.held) == ([], "finished", 0, ())
    assert run.calls >= STEPS and len(run.numbers) * run.numbers.itemsize == 4 * len(NUMBERS) * run.calls
    assert run.column("sigma")[0] > run.column("sigma")[-1] > 0 and min(run.column("pull")) > 0
    with pytest.raises(ValueError, match="keeps numbers only, and nothing certain was found"):
        watch.run_of(plain)


def test_numbers_are_those_of_the_states_that_a_recording_keeps(parts):
    from denoiscope.core.recording.recording import Recording

    model, prompts = parts
    watch, whole = watching()[0], Recording(budget_bytes=64 * MEBIBYTE)
    sampled(watch, model, prompts, batch=1), sampled(whole, model, prompts, batch=1)
    (run,), (kept,) = watch.watched, whole.last_run().trajectories
    assert run.column("x") == pytest.approx(kept.x[:-1].flatten(1).std(1, correction=0).tolist(), rel=1e-5)
    pull = (kept.cond - kept.uncond).flatten(1).square().mean(1).sqrt()
    assert run.column("pull") == pytest.approx(pull.tolist(), rel=1e-5)


def test_the_item_that_breaks_is_said_once_with_its_step_and_its_last_states_are_kept(parts):
    model, prompts = parts
    watch, said = watching()
    sampled(watch, model, prompts)
    result = sampled(watch, breaking(model, item=1), prompts)
    ((number, finding),) = said
    assert (number, finding.rule.id, finding.places) == (1, "bad-prompt", ((1, BREAKS),))
    assert f"At step {BREAKS}" in finding.seen
    deck = watch.run_of(result).deck()
    broken = deck.trajectories[1]
    assert [bool(guess.isfinite().all()) for guess in broken.x0] == [True] * (len(broken.x0) - 1) + [False]
    assert [finding.rule.id for finding in diagnose(deck).findings] == ["bad-prompt"]
    assert deck.trajectories[0].x0.isfinite().all() and not broken.complete
    assert "first broken state" in " ".join(broken.notes)
    assert watch_report(watch).splitlines()[2].split("\t")[-1] == finding.seen


def test_where_there_is_no_room_the_word_is_all_that_is_kept(parts):
    model, prompts = parts
    watch, said = watching()
    watch.budget_bytes = 1000
    sampled(watch, breaking(model, item=0), prompts)
    assert len(said) == 1 and watch.bytes == 0


def test_a_prompt_that_does_nothing_and_a_start_without_noise_are_said(parts):
    model, (_, empty) = parts
    watch, said = watching()
    sampled(watch, model, [empty, empty])
    sampled(watch, model, parts[1], noise=False)
    sampled(watch, model, parts[1], denoise=0.5)
    assert [(number, finding.rule.id) for number, finding in said] == [
        (0, "no-pull"),
        (1, "flat-start"),
        (2, "empty-source"),
    ]


def test_a_run_that_is_stopped_keeps_its_numbers(parts):
    model, prompts = parts
    watch, said = watching()

    def stop(args):
        raise RuntimeError("stopped")

    stopped = model.clone()
    stopped.set_model_sampler_cfg_function(stop)
    with pytest.raises(RuntimeError, match="stopped"):
        sampled(watch, stopped, prompts)
    assert [run.ended for run in watch.watched] == ["stopped"] and said == []
