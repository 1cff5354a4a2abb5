"""Cells that are sampled together against the same cells as stock KSampler runs of their own."""

import comfy.samplers
import pytest
import torch

from denoiscope.devtools.driving.analytic_model import AnalyticModel, analytic_model
from denoiscope.host.item_noise import STEP_NOISE
from denoiscope.host.pocket import build_pocket_model

from .cell_runs import assert_equal_runs, cell, in_order, latent, run, stock

# ComfyUI's samplers warn of themselves: Brownian noise at its ends, the tensors of dpm_fast and dpm_adaptive, deis.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Should have t[ab]:UserWarning"),
    pytest.mark.filterwarnings("ignore:To copy construct from a tensor:UserWarning"),
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
]
SAMPLERS = list(comfy.samplers.SAMPLER_NAMES)
EXACT = {"rtol": 1e-5, "atol": 1e-5}
"""The analytic model works element by element, and the runs came out equal to the bit; processors may still differ."""
SHAPES = {"eps": (4, 8, 8), "v": (4, 8, 8), "flow": (4, 8, 8), "video": (4, 3, 8, 8)}


def model_of(kind):
    return analytic_model("eps" if kind == "video" else kind, video=kind == "video")


def compare(kind, cells, start=None):
    """Sample cells at once and one stock run each; gives the finished batches."""
    start = start or latent(SHAPES[kind])
    finished = run(model_of(kind), cells, start)
    for asked, got in zip(cells, in_order(finished), strict=True):
        assert_equal_runs(got, stock(model_of(kind), asked, start), **EXACT)
    return finished


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_cells_of_every_sampler_equal_their_own_runs(sampler, kind):
    """Seeds, guidance, and a step noise that is not the starting noise's, all in one batch."""
    cells = [
        cell("a", sampler_name=sampler, seed=5, cfg=3.0),
        cell("b", sampler_name=sampler, seed=5, cfg=7.3),
        cell("c", sampler_name=sampler, seed=2**63 + 7, cfg=0.4),
        cell("d", sampler_name=sampler, seed=5, cfg=3.0, step_seed=8),
    ]
    finished = compare(kind, cells)
    assert [len(batch.indices) for batch in finished] == ([4] if sampler in STEP_NOISE else [1, 1, 1, 1])


NEWER = {"cfgpp_ud10_ab"}
"""Samplers of a newer ComfyUI, which are sampled alone: right, only slower. None of them could be measured."""


def test_every_sampler_of_this_comfyui_is_known_but_the_one_that_pools_its_error():
    assert {"dpm_adaptive"} == {name for name in comfy.samplers.KSAMPLER_NAMES if name not in STEP_NOISE} - NEWER


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("sampler", ["euler", "dpmpp_2m_sde", "euler_ancestral_cfg_pp", "ddim"])
def test_a_batch_asks_the_model_as_often_as_one_run(sampler, kind):
    AnalyticModel.calls = 0
    run(model_of(kind), [cell(sampler_name=sampler, seed=seed) for seed in range(4)], latent(SHAPES[kind]))
    together, AnalyticModel.calls = AnalyticModel.calls, 0
    stock(model_of(kind), cell(sampler_name=sampler), latent(SHAPES[kind]))
    assert together == AnalyticModel.calls > 0


@pytest.mark.parametrize("sampler", ["euler", "euler_ancestral", "ddim", "uni_pc"])
def test_an_img2img_start_and_a_noise_mask_work_as_in_a_stock_run(sampler):
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32] = 1
    cells = [cell(sampler_name=sampler, seed=seed, denoise=0.6) for seed in (1, 2, 3)]
    for start in (latent(filled=True), latent(filled=True, noise_mask=mask)):
        finished = compare("eps", cells, start)
        alone = "noise_mask" in start and sampler == "ddim"  # draws one noise for the whole batch outside of the mask
        assert [len(batch.indices) for batch in finished] == ([1, 1, 1] if alone else [3])


def test_of_several_masks_every_cell_takes_the_first_as_a_stock_run_does():
    masks = torch.zeros(2, 1, 64, 64)
    masks[1] = 1
    compare("eps", [cell(seed=1), cell(seed=2)], latent(filled=True, noise_mask=masks))


def test_a_mask_over_the_frames_of_a_video_works_as_in_a_stock_run():
    mask = torch.zeros(3, 8, 8)
    mask[1] = 1
    compare("video", [cell(seed=1), cell(seed=2)], latent(SHAPES["video"], filled=True, noise_mask=mask))


def test_an_item_taken_from_a_batch_starts_from_the_noise_it_had_there():
    compare("eps", [cell(seed=1), cell(seed=2)], latent(filled=True, batch_index=[3]))


def test_a_cell_may_bring_its_noise():
    own = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(9))
    compare(
        "flow", [cell(noise=own, step_seed=4, sampler_name="euler_ancestral"), cell(sampler_name="euler_ancestral")]
    )


def test_cells_at_guidance_1_are_never_asked_without_the_prompt():
    finished = compare("eps", [cell(cfg=1.0), cell(cfg=4.0), cell(cfg=1.0, seed=6)])
    assert [batch.indices for batch in finished] == [(0, 2), (1,)]
    unguided, _ = in_order(finished)[0]
    assert unguided.uncond is None and "never asked without the prompt" in unguided.no_guidance


def test_cells_of_other_step_counts_schedulers_and_samplers_equal_their_own_runs():
    compare("v", [cell(steps=2), cell(steps=7), cell(scheduler="karras"), cell(sampler_name="heun")])


def test_a_trajectory_knows_its_cell():
    cells = [cell("guidance 2", place=(0, 1), cfg=2.0, seed=3), cell("guidance 9", place=(1, 1), cfg=9.0, seed=3)]
    (finished,) = run(analytic_model(), cells)
    for asked, trajectory in zip(cells, finished.trajectories, strict=True):
        settings = trajectory.settings
        assert (trajectory.label, trajectory.place, trajectory.at_once) == (asked.label, asked.place, 2)
        assert (settings.seed, settings.sampler, settings.scheduler, settings.guidance) == (
            3,
            "euler",
            "normal",
            asked.cfg,
        )
        assert trajectory.guidance_scales == (asked.cfg,) * 5
        assert trajectory.seconds > 0
    assert finished.facts.name == "AnalyticModel"


def test_a_sampler_of_another_pack_runs_alone(monkeypatch):
    seen = []

    def sample_strange(model, x, sigmas, extra_args=None, callback=None, disable=None):
        seen.append(x.shape[0])
        guess = model(x, sigmas[0] * x.new_ones([x.shape[0]]), **extra_args)
        return guess - guess.mean() * 0.1  # pools over the batch

    monkeypatch.setattr(comfy.samplers.k_diffusion_sampling, "sample_strange", sample_strange, raising=False)
    monkeypatch.setattr(comfy.samplers.KSampler, "SAMPLERS", [*SAMPLERS, "strange"])
    finished = run(analytic_model(), [cell(sampler_name="strange", seed=seed) for seed in (1, 2)])
    assert seen == [1, 1]
    assert [batch.indices for batch in finished] == [(0,), (1,)]


def pooling(args):
    return args["denoised"] + 0.1 * args["denoised"].mean()


def calls_on(executor, *args, **kwargs):
    return executor(*args, **kwargs)


@pytest.mark.parametrize(
    "patch",
    [
        lambda model: model.set_model_sampler_post_cfg_function(pooling),
        lambda model: model.set_model_sampler_cfg_function(lambda args: args["cond"] * 1.1),
        lambda model: model.set_model_sampler_pre_cfg_function(lambda args: [out * 1.1 for out in args["conds_out"]]),
        lambda model: model.set_model_unet_function_wrapper(lambda f, a: f(a["input"], a["timestep"], **a["c"])),
        lambda model: model.add_wrapper_with_key("predict_noise", "another_pack", calls_on),
    ],
)
def test_under_a_function_of_another_pack_cells_run_alone_and_equal_their_own_runs(patch):
    model = analytic_model()
    patch(model)
    cells = [cell(cfg=2.0), cell(cfg=9.0), cell(cfg=2.0, seed=6)]
    finished = run(model, cells)
    assert [batch.indices for batch in finished] == [(0,), (1,), (2,)]
    for asked, got in zip(cells, in_order(finished), strict=True):
        assert_equal_runs(got, stock(model, asked), **EXACT)


def test_a_recorder_on_the_model_is_in_nobodys_way():
    from denoiscope.core.recording.recording import Recording
    from denoiscope.host.recorder import record

    recording = Recording(budget_bytes=2**30)
    (finished,) = run(record(analytic_model(), recording), [cell(cfg=2.0), cell(cfg=9.0)])
    recorded = recording.run_of(finished.latents).deck()
    torch.testing.assert_close(recorded.trajectories[1].x0, finished.trajectories[1].x0)


@pytest.mark.parametrize("extra", [{"noise_augmentation": 0.3}, {"hooks": object()}, {"mask": torch.ones(2, 8, 8)}])
def test_a_conditioning_that_speaks_of_items_or_draws_noise_is_not_shared(extra):
    from denoiscope.devtools.driving.analytic_model import prompt
    from denoiscope.host.sharing import must_run_alone

    plain, strange = prompt(0.5), [[prompt(0.5)[0][0], extra]]
    assert not must_run_alone(analytic_model(), [plain], masked=False)(cell())
    assert must_run_alone(analytic_model(), [plain, strange], masked=False)(cell())


@pytest.mark.parametrize("sampler", ["euler", "dpmpp_2m", "euler_ancestral", "dpmpp_sde", "euler_cfg_pp"])
def test_the_pocket_models_cells_equal_their_own_runs(sampler):
    """A real network sums in another order in a batch: one part in ten thousand is allowed."""
    model, clip, _ = build_pocket_model()
    positive, negative = (clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a red house", ""))
    start = latent((model.model.latent_format.latent_channels, 16, 16))
    cells = [cell(sampler_name=sampler, cfg=cfg, seed=seed) for cfg, seed in ((2.0, 1), (6.0, 1), (6.0, 2))]
    (finished,) = run(model, cells, start, positive=positive, negative=negative)
    for asked, got in zip(cells, in_order([finished]), strict=True):
        alone = stock(model, asked, start, positive=positive, negative=negative)
        assert_equal_runs(got, alone, rtol=1e-4, atol=1e-3)
