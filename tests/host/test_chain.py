"""Runs of the pocket model that continue one another are one way, equal to the bit to the run of one sampler."""

import comfy.sample
import comfy.samplers
import comfy.utils
import pytest
import torch

from denoiscope.core.recording.chain import chained
from denoiscope.core.recording.recording import Recording
from denoiscope.host.pocket import build_pocket_model
from denoiscope.host.recorder import record
from denoiscope.pocket.autoencoder import LATENT_CHANNELS

SEED, STEPS = 3, 8
TEXT = "a red lighthouse on a cliff at dusk"
UPSCALES = ("nearest-exact", "bilinear", "area", "bicubic", "bislerp")


@pytest.fixture(scope="module")
def pocket():
    return build_pocket_model()


@pytest.fixture
def recorded(pocket):
    recording = Recording(budget_bytes=2**28)
    return record(pocket[0], recording), recording


def ksample(model, clip, latent, *, text=TEXT, seed=SEED, noise=True, sampler="euler", **more):
    """What KSampler and KSamplerAdvanced do."""
    positive, negative = (clip.encode_from_tokens_scheduled(clip.tokenize(one)) for one in (text, ""))
    start = comfy.sample.prepare_noise(latent, seed) if noise else torch.zeros_like(latent)
    return comfy.sample.sample(
        model, start, STEPS, 4.0, sampler, "karras", positive, negative, latent, disable_pbar=True, seed=seed, **more
    )


def empty(side=16, batch=1):
    return torch.zeros(batch, LATENT_CHANNELS, side, side)


@pytest.mark.parametrize("batch", [1, 2])
def test_a_pair_of_samplers_is_one_way_equal_to_the_bit_to_the_single_run(pocket, recorded, batch):
    model, recording = recorded
    whole = recording.run_of(ksample(model, pocket[1], empty(batch=batch))).deck()
    first = ksample(model, pocket[1], empty(batch=batch), last_step=3)
    second = ksample(model, pocket[1], first, noise=False, start_step=3, force_full_denoise=True)
    found = recording.way_to(recording.run_of(second))
    assert [run.steps_kept for run in found] == [3, 5]
    ways = chained([run.deck() for run in found]).trajectories
    for way, one in zip(ways, whole.trajectories, strict=True):
        assert [stage.join for stage in way.stages] == ["", "on"] and way.stages[1].off == 0
        for name in ("x", "x0", "cond", "uncond", "sigmas"):
            assert torch.equal(getattr(way, name), getattr(one, name)), name


def test_a_run_alone_is_its_own_way(pocket, recorded):
    model, recording = recorded
    ksample(model, pocket[1], empty(), seed=4)
    assert recording.way_to(recording.run_of(ksample(model, pocket[1], empty()))) == recording.held[1:]
    assert [line.split(",")[:2] for line in recording.listed().splitlines()] == [
        ["0: euler", " seed 4"],
        ["1: euler", " seed 3"],
    ]


@pytest.mark.parametrize("method", UPSCALES)
def test_a_hires_pass_is_found_by_the_latent_that_was_enlarged(pocket, recorded, method):
    model, recording = recorded
    first = ksample(model, pocket[1], empty())
    larger = comfy.utils.common_upscale(first, 24, 24, method, "disabled")
    second = ksample(model, pocket[1], larger, denoise=0.5)
    way = chained([run.deck() for run in recording.way_to(recording.run_of(second))]).trajectories[0]
    assert [(stage.join, stage.size) for stage in way.stages] == [("", (16, 16)), ("size", (24, 24))]


@pytest.mark.parametrize("side", [128, 192])
def test_a_picture_that_was_decoded_and_encoded_between_is_found(pocket, recorded, side):
    model, recording = recorded
    first = ksample(model, pocket[1], empty())
    pixels = pocket[2].decode(first).movedim(-1, 1)
    again = comfy.utils.common_upscale(pixels, side, side, "bilinear", "disabled").movedim(1, -1)
    second = ksample(model, pocket[1], pocket[2].encode(again), denoise=0.5)
    way = chained([run.deck() for run in recording.way_to(recording.run_of(second))]).trajectories[0]
    assert [stage.join for stage in way.stages] == ["", "change" if side == 128 else "size"]


def test_the_likest_of_several_runs_is_the_one_that_was_decoded_enlarged_and_encoded(pocket, recorded):
    """Pictures of one prompt are alike: of all runs on the recording the right one is found."""
    model, recording = recorded
    firsts = [ksample(model, pocket[1], empty(), seed=seed) for seed in range(4)]
    pixels = pocket[2].decode(firsts[1]).movedim(-1, 1)
    larger = comfy.utils.common_upscale(pixels, 192, 192, "bicubic", "disabled").movedim(1, -1)
    second = ksample(model, pocket[1], pocket[2].encode(larger), denoise=0.5)
    assert recording.way_to(recording.run_of(second)) == (recording.held[1], recording.held[4])


def test_pictures_of_another_prompt_stay_strangers(pocket, recorded):
    model, recording = recorded
    ksample(model, pocket[1], empty(), text="a blue house in a field at night")
    source = ksample(pocket[0], pocket[1], empty())
    second = ksample(model, pocket[1], source, denoise=0.5)
    assert recording.way_to(recording.run_of(second)) == recording.held[1:]
