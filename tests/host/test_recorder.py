"""The recorder against a model whose answers are known, under every sampler of the ComfyUI that is installed."""

import time

import comfy.latent_formats
import comfy.model_management
import comfy.nested_tensor
import comfy.patcher_extension
import comfy.sample
import comfy.samplers
import pytest
import torch
from comfy_extras.nodes_custom_sampler import BasicGuider, Guider_DualCFG, KSamplerSelect
from comfy_extras.nodes_model_advanced import RescaleCFG

from denoiscope.core.comparing.triangle import sentence
from denoiscope.core.recording.continuing import latent_to_continue, remaining_sigmas
from denoiscope.core.recording.recording import Recording
from denoiscope.devtools.driving.analytic_model import AnalyticModel, analytic_model, gaussian_guess, prompt
from denoiscope.host.recorder import record

# ComfyUI's samplers warn of themselves: Brownian noise at its ends, the tensors of dpm_fast and dpm_adaptive, deis.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Should have t[ab]:UserWarning"),
    pytest.mark.filterwarnings("ignore:To copy construct from a tensor:UserWarning"),
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
]
STEPS, CFG, SEED = 7, 3.0, 5
COND, UNCOND = 0.5, -0.2
KINDS = ("eps", "v", "flow")
OWN_STEPS = {"dpm_fast", "dpm_adaptive"}
"""Samplers that choose their own noise levels."""
SAMPLERS = list(comfy.samplers.SAMPLER_NAMES)


def empty(batch=1, shape=(4, 8, 8)):
    return torch.zeros(batch, *shape)


def ksample(model, latent, sampler="euler", *, steps=STEPS, cfg=CFG, noise=True, scheduler="normal", **kwargs):
    start = comfy.sample.prepare_noise(latent, SEED, kwargs.pop("batch_index", None))
    return comfy.sample.sample(
        model,
        start if noise else torch.zeros_like(start),
        steps,
        cfg,
        sampler,
        scheduler,
        prompt(COND),
        prompt(UNCOND),
        latent,
        disable_pbar=True,
        seed=SEED,
        **kwargs,
    )


def recorded(model, **options):
    recording = Recording(budget_bytes=2**30, **options)
    return record(model, recording), recording


def run_once(kind, sampler="euler", *, batch=1, shape=(4, 8, 8), **kwargs):
    """A recorded run: its deck and the LATENT's samples."""
    model, recording = recorded(analytic_model(kind, video=len(shape) == 4))
    latent = ksample(model, empty(batch, shape), sampler, **kwargs)
    return recording.run_of(latent).deck(), latent


def known_guess(trajectory, kind, cfg=CFG):
    x = trajectory.x[: trajectory.guesses]
    sigma = trajectory.sigmas[: trajectory.guesses].float().view(-1, *[1] * (x.ndim - 1))
    cond, uncond = (gaussian_guess(x, sigma, mean, kind) for mean in (COND, UNCOND))
    return uncond + cfg * (cond - uncond), cond, uncond


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_states_guesses_and_calls_are_right_for_every_sampler(sampler, kind):
    model = analytic_model(kind)
    plain = ksample(model, empty(2), sampler)
    watched, recording = recorded(model)
    AnalyticModel.calls = 0
    latent = ksample(watched, empty(2), sampler)
    made = AnalyticModel.calls

    assert torch.equal(latent, plain), "recording changed the result"
    deck = recording.run_of(latent).deck()
    for item, trajectory in enumerate(deck.trajectories):
        guided, cond, uncond = known_guess(trajectory, kind)
        torch.testing.assert_close(trajectory.x0, guided, atol=2e-5, rtol=1e-4)
        torch.testing.assert_close(trajectory.cond, cond, atol=2e-5, rtol=1e-4)
        torch.testing.assert_close(trajectory.uncond, uncond, atol=2e-5, rtol=1e-4)
        torch.testing.assert_close(deck.space.to_vae(trajectory.x[-1:])[0], latent[item])
        assert sum(trajectory.model_calls) == made, "every model call belongs to one state"
        assert (trajectory.sigmas.diff() < 0).all()
        assert trajectory.complete
    schedule = torch.tensor(recording.runs[-1].schedule, dtype=torch.float64)
    if sampler in OWN_STEPS:
        assert any("chose its own steps" in note for note in trajectory.notes)
    else:
        torch.testing.assert_close(trajectory.sigmas, schedule, rtol=1e-3, atol=1e-6)
        assert trajectory.states == STEPS + 1
        assert trajectory.notes == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_state_is_the_starting_noise(kind):
    deck, _ = run_once(kind)
    sampling = analytic_model(kind).get_model_object("model_sampling")
    noise = comfy.sample.prepare_noise(empty(), SEED)
    sigma = torch.tensor(float(deck.trajectories[0].sigmas[0]))
    start = sampling.noise_scaling(sigma, noise, empty(), max_denoise=True)
    torch.testing.assert_close(deck.trajectories[0].x[:1], start)


def test_the_second_state_of_heun_is_the_corrected_one():
    """Karras et al. 2022, algorithm 1, worked out by hand for the first step."""
    trajectory = run_once("eps", "heun")[0].trajectories[0]
    s0, s1 = trajectory.sigmas[:2].float()
    x = trajectory.x[:1]
    d0 = (x - trajectory.x0[:1]) / s0
    predicted = x + d0 * (s1 - s0)
    cond, uncond = (gaussian_guess(predicted, s1, mean, "eps") for mean in (COND, UNCOND))
    d1 = (predicted - (uncond + CFG * (cond - uncond))) / s1
    torch.testing.assert_close(trajectory.x[1:2], x + (d0 + d1) / 2 * (s1 - s0), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sampler", ["sa_solver_pece", "heun", "sa_solver"])
def test_each_state_is_the_one_that_the_sampler_goes_on_from(sampler, kind):
    """Where it asks twice at a noise level, the second time is after its correction."""
    model, asked = analytic_model(kind), {}

    def note(executor, x, timestep, *args, **kwargs):
        asked[round(float(timestep[0]), 4)] = x.clone()
        return executor(x, timestep, *args, **kwargs)

    model.add_wrapper_with_key(comfy.patcher_extension.WrappersMP.PREDICT_NOISE, "another", note)
    watched, recording = recorded(model)
    trajectory = recording.run_of(ksample(watched, empty(), sampler)).deck().trajectories[0]
    for state in range(trajectory.guesses):
        wanted = asked[round(float(trajectory.sigmas[state]), 4)][0]
        torch.testing.assert_close(trajectory.x[state], wanted, rtol=0, atol=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sampler", ["euler", "ddim"])
def test_a_one_step_sampler_goes_on_from_any_state_to_the_same_latent(sampler, kind):
    deck, latent = run_once(kind, sampler)
    trajectory = deck.trajectories[0]
    for state in (1, 3, 6):
        rest = comfy.sample.sample_custom(
            analytic_model(kind),
            torch.zeros_like(latent),
            CFG,
            comfy.samplers.sampler_object(sampler),
            remaining_sigmas(trajectory, state),
            prompt(COND),
            prompt(UNCOND),
            latent_to_continue(deck, trajectory, state),
            disable_pbar=True,
            seed=SEED,
        )
        torch.testing.assert_close(rest, latent, atol=2e-5, rtol=1e-4)


def test_pure_flow_noise_cannot_be_a_latent_and_says_so():
    deck, _ = run_once("flow")
    with pytest.raises(ValueError, match="pure noise"):
        latent_to_continue(deck, deck.trajectories[0], 0)


@pytest.mark.parametrize("kind", KINDS)
def test_denoise_below_one_records_the_part_that_is_walked(kind):
    model, recording = recorded(analytic_model(kind))
    source = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3))
    latent = ksample(model, source, denoise=0.5)
    trajectory = recording.run_of(latent).deck().trajectories[0]
    full = run_once(kind)[0].trajectories[0]
    assert trajectory.states == STEPS + 1
    assert trajectory.sigmas[0] < full.sigmas[0]
    torch.testing.assert_close(trajectory.x0, known_guess(trajectory, kind)[0], atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_two_samplers_on_one_recording_share_a_run_between_them(kind):
    """KSamplerAdvanced's way: one stops early with its noise left, the other takes it up."""
    model, recording = recorded(analytic_model(kind))
    first = ksample(model, empty(), last_step=3)
    second = ksample(model, first, noise=False, start_step=3, force_full_denoise=True)
    early, late = (recording.run_of(latent).deck().trajectories[0] for latent in (first, second))
    assert (early.states, late.states) == (4, 5)
    assert not early.finished
    assert late.finished
    torch.testing.assert_close(late.x[0], early.x[-1], atol=1e-5, rtol=1e-4)
    whole = run_once(kind)[0].trajectories[0]
    torch.testing.assert_close(torch.cat([early.x[:-1], late.x]), whole.x, atol=2e-5, rtol=1e-4)


def test_a_noise_mask_leaves_the_source_outside_and_says_what_the_guess_is():
    model, recording = recorded(analytic_model("eps"))
    source = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3))
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., 4:] = 1
    latent = ksample(model, source, noise_mask=mask)
    trajectory = recording.run_of(latent).deck().trajectories[0]
    torch.testing.assert_close(latent[..., :4], source[..., :4], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(trajectory.x0, known_guess(trajectory, "eps")[0], atol=2e-5, rtol=1e-4)
    assert any("mask" in note for note in trajectory.notes)


def test_batch_index_gives_equal_items_equal_states():
    model, recording = recorded(analytic_model("eps"))
    latent = ksample(model, empty(2), batch_index=[3, 3])
    a, b = recording.run_of(latent).deck().trajectories
    assert torch.equal(a.x, b.x)
    assert a.noise_fingerprint() == b.noise_fingerprint()
    assert a.noise_fingerprint() != run_once("eps")[0].trajectories[0].noise_fingerprint()


def test_at_guidance_one_nothing_without_the_prompt_is_made_up():
    trajectory = run_once("eps", cfg=1.0)[0].trajectories[0]
    assert trajectory.uncond is None
    assert trajectory.asked == ((True, False),) * STEPS
    assert "never asked without the prompt" in trajectory.no_guidance
    torch.testing.assert_close(trajectory.cond, trajectory.x0)


def test_a_cfg_plus_plus_sampler_asks_for_uncond_even_at_guidance_one():
    trajectory = run_once("eps", "euler_cfg_pp", cfg=1.0)[0].trajectories[0]
    assert trajectory.asked == ((True, True),) * STEPS


def test_a_prompt_whose_time_is_over_is_not_evaluated_rather_than_grey():
    model, recording = recorded(analytic_model("eps"))
    sampling = model.get_model_object("model_sampling")
    until = [[prompt(UNCOND)[0][0], {"start_percent": 0.0, "end_percent": 0.5}]]
    noise = comfy.sample.prepare_noise(empty(), SEED)
    latent = comfy.sample.sample(
        model, noise, STEPS, CFG, "euler", "normal", prompt(COND), until, empty(), disable_pbar=True, seed=SEED
    )
    trajectory = recording.run_of(latent).deck().trajectories[0]
    asked = [without for _, without in trajectory.asked]
    over = float(sampling.percent_to_sigma(0.5))
    assert asked == [float(sigma) >= over for sigma in trajectory.sigmas[:-1]]
    assert not all(asked) and any(asked)


def test_guidance_predictions_can_be_left_out():
    model, recording = recorded(analytic_model("eps"), keep_guidance=False)
    latent = ksample(model, empty())
    trajectory = recording.run_of(latent).deck().trajectories[0]
    assert trajectory.cond is None and trajectory.uncond is None
    assert "keep_guidance" in trajectory.no_guidance
    assert trajectory.settings.guidance == CFG


def test_a_patch_of_another_pack_is_in_the_guess_whether_it_comes_before_or_after():
    for order in ("before", "after"):
        model = analytic_model("eps")
        if order == "before":
            model = RescaleCFG().patch(model, 0.7)[0]
        watched, recording = recorded(model)
        if order == "after":
            watched = RescaleCFG().patch(watched, 0.7)[0]
        latent = ksample(watched, empty())
        trajectory = recording.run_of(latent).deck().trajectories[0]
        assert torch.equal(latent, ksample(RescaleCFG().patch(analytic_model("eps"), 0.7)[0], empty()))
        torch.testing.assert_close(trajectory.x0[-1], trajectory.x[-1], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(trajectory.cond, known_guess(trajectory, "eps")[1], atol=2e-5, rtol=1e-4)


def test_guidance_that_another_wrapper_changes_is_said():
    model, recording = recorded(analytic_model("eps"))

    def halve_late(executor, x, timestep, *args, **kwargs):
        executor.class_obj.cfg = CFG if float(timestep[0]) > 1 else 1.5
        return executor(x, timestep, *args, **kwargs)

    model.add_wrapper_with_key(comfy.patcher_extension.WrappersMP.PREDICT_NOISE, "other", halve_late)
    latent = ksample(model, empty())
    trajectory = recording.run_of(latent).deck().trajectories[0]
    assert trajectory.settings.guidance is None
    assert any("between 1.5 and 3" in note for note in trajectory.notes)


def guided(guider, sampler="euler", sigmas=None, latent=None):
    latent = empty() if latent is None else latent
    noise = comfy.sample.prepare_noise(latent, SEED)
    sigmas = torch.tensor([12.0, 5.0, 3.3, 0.4, 0.0]) if sigmas is None else sigmas
    chosen = KSamplerSelect.execute(sampler).result[0]
    return guider.sample(noise, latent, chosen, sigmas, disable_pbar=True, seed=SEED)


def test_custom_sigmas_and_a_guider_without_guidance():
    model, recording = recorded(analytic_model("eps"))
    guider = BasicGuider.execute(model, prompt(COND)).result[0]
    trajectory = recording.run_of(guided(guider)).deck().trajectories[0]
    assert trajectory.sigmas.tolist() == pytest.approx([12.0, 5.0, 3.3, 0.4, 0.0])
    assert trajectory.uncond is None
    torch.testing.assert_close(trajectory.x0, known_guess(trajectory, "eps")[1], atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("nested", [False, True])
def test_a_guider_of_three_predictions_is_recorded_without_guessing_which_is_which(nested):
    model, recording = recorded(analytic_model("eps"))
    guider = Guider_DualCFG(model)
    guider.set_conds(prompt(COND), prompt(0.1), prompt(UNCOND))
    guider.set_cfg(2.0, 3.0, nested=nested)
    trajectory = recording.run_of(guided(guider)).deck().trajectories[0]
    assert trajectory.states == 5
    assert trajectory.cond is None and trajectory.uncond is None
    assert "its own way" in trajectory.no_guidance
    torch.testing.assert_close(trajectory.x0[-1], trajectory.x[-1], atol=1e-5, rtol=1e-4)


class ScheduledGuider(comfy.samplers.CFGGuider):
    """Chooses a cfg of its own at every call, as guiders of several packs do."""

    def predict_noise(self, x, timestep, model_options={}, seed=None):  # noqa: B006, as ComfyUI has it
        cfg = 2.0 if float(timestep[0]) > 4 else 5.0
        told = (self.conds.get("negative"), self.conds.get("positive"), cfg)
        return comfy.samplers.sampling_function(self.inner_model, x, timestep, *told, model_options, seed)


class BlendingGuider(comfy.samplers.CFGGuider):
    """Changes the guess that it was given."""

    def predict_noise(self, *args, **kwargs):
        return super().predict_noise(*args, **kwargs) * 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_a_guider_that_only_chooses_its_cfg_is_told_by_what_it_did(kind):
    model, recording = recorded(analytic_model(kind))
    guider = ScheduledGuider(model)
    guider.set_conds(prompt(COND), prompt(UNCOND))
    sigmas = torch.tensor([0.9, 0.5, 0.2, 0.0]) if kind == "flow" else None
    trajectory = recording.run_of(guided(guider, sigmas=sigmas)).deck().trajectories[0]
    _, cond, uncond = known_guess(trajectory, kind)
    torch.testing.assert_close(trajectory.cond, cond, atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(trajectory.uncond, uncond, atol=2e-5, rtol=1e-4)
    assert trajectory.no_guidance == ""
    assert trajectory.guidance_scales == ((5.0,) * 3 if kind == "flow" else (2.0, 2.0, 5.0, 5.0))


def test_a_guider_that_changes_the_guess_is_not_told_for_plain_guidance():
    model, recording = recorded(analytic_model("eps"))
    guider = BlendingGuider(model)
    guider.set_conds(prompt(COND), prompt(UNCOND))
    guider.set_cfg(CFG)
    trajectory = recording.run_of(guided(guider)).deck().trajectories[0]
    assert trajectory.cond is None and "its own way" in trajectory.no_guidance


def test_a_wrapper_that_asks_twice_for_one_guess_is_not_told_for_plain_guidance():
    model = analytic_model("eps")

    def twice(executor, *args, **kwargs):
        return (executor(*args, **kwargs) + executor(*args, **kwargs)) / 2

    model.add_wrapper_with_key(comfy.patcher_extension.WrappersMP.PREDICT_NOISE, "another", twice)
    watched, recording = recorded(model)
    trajectory = recording.run_of(ksample(watched, empty())).deck().trajectories[0]
    assert trajectory.cond is None and "its own way" in trajectory.no_guidance


def test_a_run_whose_noise_levels_rise_says_that_it_ends_in_noise():
    model, recording = recorded(analytic_model("eps"))
    guider = BasicGuider.execute(model, prompt(COND)).result[0]
    run = recording.run_of(guided(guider, sigmas=torch.tensor([0.1, 1.0, 5.0, 12.0]), latent=empty() + 0.3))
    trajectory = run.deck().trajectories[0]
    assert any("turns a picture into noise" in note for note in trajectory.notes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_video_latent_keeps_all_its_frames(kind):
    deck, latent = run_once(kind, shape=(4, 3, 8, 8))
    trajectory = deck.trajectories[0]
    assert trajectory.frames == 3
    torch.testing.assert_close(trajectory.x0, known_guess(trajectory, kind)[0], atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(deck.space.to_vae(trajectory.x[-1:]), latent)


class OddFormat(comfy.latent_formats.LatentFormat):
    latent_channels, latent_dimensions = 4, 4


def test_what_cannot_be_kept_is_sampled_as_ever_and_known_before_the_first_step():
    """Latents of four axes: no model has such."""
    watched, recording = recorded(analytic_model("flow", space=OddFormat))
    odd = torch.zeros(1, 4, 2, 2, 2, 3)
    kept = []
    out = ksample(watched, odd, callback=lambda *args: kept.append(recording.bytes))
    assert torch.equal(out, ksample(analytic_model("flow", space=OddFormat), odd))
    assert len(kept) == STEPS and not any(kept)
    with pytest.raises(ValueError, match=r"not recorded: latents of shape \[1, 4, 2, 2, 2, 3\] have 4 axes"):
        recording.run_of(out)


def test_a_packed_latent_is_sampled_but_refused_by_collect():
    watched, recording = recorded(analytic_model("eps"))
    tensors = [torch.zeros(1, 4, 8, 8), torch.zeros(1, 4, 10)]
    latent = comfy.nested_tensor.NestedTensor(tensors)
    noise = comfy.nested_tensor.NestedTensor([torch.randn_like(t) for t in tensors])
    guider = comfy.samplers.CFGGuider(watched)
    guider.set_conds(prompt(COND), prompt(UNCOND))
    guider.set_cfg(CFG)
    out = guider.sample(
        noise, latent, comfy.samplers.sampler_object("euler"), torch.tensor([5.0, 1.0, 0.0]), disable_pbar=True, seed=1
    )
    assert out.is_nested
    with pytest.raises(ValueError, match="packs several tensors"):
        recording.run_of(torch.zeros(1, 4, 8, 8))


def test_an_interrupted_run_leaves_what_it_had():
    watched, recording = recorded(analytic_model("eps"))

    def stop(step, x0, x, total):
        if step == 3:
            raise comfy.model_management.InterruptProcessingException

    with pytest.raises(comfy.model_management.InterruptProcessingException):
        ksample(watched, empty(), callback=stop)
    trajectory = recording.interrupted_run().deck().trajectories[0]
    assert (trajectory.states, trajectory.guesses, trajectory.complete) == (4, 4, False)
    assert "Interrupted after 4 of 7 steps." in trajectory.notes
    whole = run_once("eps")[0].trajectories[0]
    assert torch.equal(trajectory.x, whole.x[:4])
    torch.testing.assert_close(remaining_sigmas(trajectory, 2), whole.sigmas[2:].float())


def test_an_error_inside_recording_does_not_reach_the_sampler_and_is_not_silent(caplog):
    watched, recording = recorded(analytic_model("eps"))
    original, added = recording.add, []

    def break_at_the_third(run, call):
        added.append(call)
        if len(added) == 3:
            raise RuntimeError("a fault in the recorder")
        original(run, call)

    recording.add = break_at_the_third
    latent = ksample(watched, empty())
    assert torch.equal(latent, ksample(analytic_model("eps"), empty()))
    trajectory = recording.run_of(latent).deck().trajectories[0]
    assert not trajectory.complete
    assert any("a fault in the recorder" in note for note in trajectory.notes)
    assert "stopped recording" in caplog.text


def test_an_error_before_the_run_starts_leaves_sampling_alone_and_is_told_by_collect():
    watched, recording = recorded(
        analytic_model("eps"), choose=lambda size: (_ for _ in ()).throw(ValueError("no item 9"))
    )
    latent = ksample(watched, empty())
    assert torch.equal(latent, ksample(analytic_model("eps"), empty()))
    with pytest.raises(ValueError, match="not recorded: no item 9"):
        recording.run_of(latent)


def test_a_sampler_that_never_reports_is_recorded_with_a_note():
    watched, recording = recorded(analytic_model("eps"))

    def silent_euler(model, x, sigmas, extra_args=None, callback=None, disable=None):
        for here, there in zip(sigmas[:-1], sigmas[1:], strict=True):
            guess = model(x, here * x.new_ones([x.shape[0]]), **extra_args)
            x = x + (x - guess) / here * (there - here)
        return x

    guider = comfy.samplers.CFGGuider(watched)
    guider.set_conds(prompt(COND), prompt(UNCOND))
    guider.set_cfg(CFG)
    latent = guider.sample(
        comfy.sample.prepare_noise(empty(), SEED),
        empty(),
        comfy.samplers.KSAMPLER(silent_euler),
        torch.tensor([9.0, 3.0, 1.0, 0.0]),
        disable_pbar=True,
        seed=SEED,
    )
    trajectory = recording.run_of(latent).deck().trajectories[0]
    assert trajectory.states == 4
    assert any("never reported" in note for note in trajectory.notes)


def test_a_run_without_a_model_call_says_that_there_is_nothing():
    watched, recording = recorded(analytic_model("eps"))
    latent = ksample(watched, empty(), "dpm_adaptive", steps=1)
    with pytest.raises(ValueError, match="Were there 0 steps"):
        recording.run_of(latent).deck()


def test_values_that_are_not_numbers_do_not_stop_anything():
    watched, recording = recorded(analytic_model("eps"))
    latent = ksample(watched, torch.full((1, 4, 8, 8), float("nan")))
    trajectory = recording.run_of(latent).deck().trajectories[0]
    assert any("not numbers" in note for note in trajectory.notes)


@pytest.mark.parametrize("sampler", ["euler", "heun", "ipndm", "dpm_adaptive", "sa_solver_pece"])
def test_every_step_has_its_time_and_together_they_are_the_time_that_passed(sampler):
    model, recording = recorded(analytic_model("eps"))
    began = time.perf_counter()
    ksample(model, empty(batch=2), sampler)
    passed = time.perf_counter() - began
    for trajectory in recording.runs[-1].trajectories:
        assert len(trajectory.step_seconds) == trajectory.guesses and min(trajectory.step_seconds) > 0
        assert trajectory.seconds == pytest.approx(sum(trajectory.step_seconds))
        assert trajectory.at_once == 2 and 2 * trajectory.seconds < passed


def test_the_original_model_is_not_touched():
    model = analytic_model("eps")
    recorded(model)
    assert model.wrappers == {}
    assert "sampler_post_cfg_function" not in model.model_options


def test_the_model_may_be_cloned_and_recorded_twice():
    once, first = recorded(analytic_model("eps"))
    twice, second = recorded(once.clone())
    latent = ksample(twice, empty())
    a, b = (recording.run_of(latent).deck().trajectories[0] for recording in (first, second))
    assert torch.equal(a.x, b.x) and torch.equal(a.x0, b.x0)


def test_runs_of_one_noise_share_its_fingerprint_whatever_the_schedule():
    marks = {
        run_once("eps", scheduler=scheduler)[0].trajectories[0].noise_fingerprint()
        for scheduler in ("karras", "ddim_uniform")
    }
    assert len(marks) == 1


def test_the_guidance_of_a_plain_run_is_exactly_the_formula():
    trajectory = run_once("eps")[0].trajectories[0]
    assert trajectory.guidance_scales == (CFG,) * STEPS
    assert "exact" in sentence(trajectory)


def test_who_changed_the_guided_guess_is_named():
    model, recording = recorded(analytic_model("eps"))
    model.set_model_sampler_post_cfg_function(lambda args: args["denoised"] * 0.9)
    trajectory = recording.run_of(ksample(model, empty())).deck().trajectories[0]
    (name,) = trajectory.guided_by
    assert name == f"test_who_changed_the_guided_guess_is_named ({__name__.rpartition('.')[2]})"
    assert "was changed" in sentence(trajectory) and sentence(trajectory).endswith(f"by {name}.")


def test_one_that_changed_nothing_is_named_beside_the_exact_formula():
    model, recording = recorded(RescaleCFG().patch(analytic_model("eps"), 0.0)[0])
    told = sentence(recording.run_of(ksample(model, empty())).deck().trajectories[0])
    assert "exact" in told and told.endswith("Also at work: RescaleCFG (nodes_model_advanced).")


def test_a_cfg_pp_sampler_leaves_the_guess_and_says_how_it_steps():
    told = sentence(run_once("eps", "euler_cfg_pp")[0].trajectories[0])
    assert "exact" in told and "CFG++" in told
