"""What a deck keeps of where its run came from: equal where two runs are, and not equal where they are not."""

import comfy.sample
import torch
from comfyui_version import __version__

from denoiscope.core.recording.recording import Recording
from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.host.lora import applied
from denoiscope.host.origin import patches_in_words
from denoiscope.host.pocket import build_pocket_model
from denoiscope.host.recorder import record

from .pocket_loras import a_lora

CFG, SEED, STEPS = 3.0, 5, 3


def origin_of_a_run(model=None, *, positive=0.5, latent=None, mask=None, batch=1):
    recording = Recording(budget_bytes=2**28)
    latent = torch.zeros(batch, 4, 8, 8) if latent is None else latent
    comfy.sample.sample(
        record(model or analytic_model(), recording),
        comfy.sample.prepare_noise(latent, SEED),
        STEPS,
        CFG,
        "euler",
        "normal",
        prompt(positive),
        prompt(-0.2),
        latent,
        noise_mask=mask,
        disable_pbar=True,
        seed=SEED,
    )
    deck = recording.last_run().deck()
    assert all(not run.notes or "mask" in run.notes[0] for run in deck.trajectories)
    return [run.origin for run in deck.trajectories]


def test_two_runs_of_one_graph_have_one_origin():
    assert origin_of_a_run() == origin_of_a_run()


def test_programs_and_model_are_named():
    (origin,) = origin_of_a_run()
    model = analytic_model()
    assert (origin.comfyui, origin.torch, origin.device, origin.dtype) == (
        __version__,
        torch.__version__,
        "cpu",
        "float32",
    )
    assert origin.largest_sigma == float(model.get_model_object("model_sampling").sigma_max)
    assert origin.attention.startswith("attention_")


def test_another_prompt_shows_in_the_conditioning_it_belongs_to():
    (one,), (other,) = origin_of_a_run(positive=0.5), origin_of_a_run(positive=0.6)
    assert [name for name, _ in one.conditioning] == ["negative", "positive"]
    differ = [a[0] for a, b in zip(one.conditioning, other.conditioning, strict=True) if a != b]
    assert differ == ["positive"]


def test_an_empty_latent_has_no_source_and_each_picture_has_its_own():
    assert [origin.source for origin in origin_of_a_run(batch=2)] == ["", ""]
    latent = torch.zeros(2, 4, 8, 8)
    latent[1] = 0.25
    first, second = origin_of_a_run(latent=latent)
    assert first.source == "" and len(second.source) == 8


def test_a_mask_shows():
    assert origin_of_a_run(mask=torch.ones(1, 8, 8))[0].masked
    assert not origin_of_a_run()[0].masked


def test_patches_are_counted_and_two_strengths_are_told_apart():

    model = build_pocket_model()[0]
    lora = a_lora(model, rank=2)

    assert patches_in_words(model.patches) == ""
    one, same, other = (patches_in_words(applied(lora, model, None, s, 0.0)[0].patches) for s in (1.0, 1.0, 0.5))
    assert one == same != other
    assert one.startswith(f"{len(applied(lora, model, None, 1.0, 0.0)[0].patches)} weights, ")
