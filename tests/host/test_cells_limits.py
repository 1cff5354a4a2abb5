"""Memory, interrupts, progress, and what is refused before anything is sampled."""

import comfy.cli_args
import comfy.model_management
import comfy.nested_tensor
import comfy.utils
import pytest
import torch

from denoiscope.devtools.driving.analytic_model import AnalyticModel, analytic_model, prompt
from denoiscope.host.batch_size import AT_ONCE_ON_CPU, cells_at_once, is_out_of_memory
from denoiscope.host.cells import sample_cells
from denoiscope.host.start import start_from

from .cell_runs import BUDGET, COND, UNCOND, assert_equal_runs, cell, in_order, latent, run, stock


def model_with_room_for(items, error=torch.OutOfMemoryError):
    """A model that runs out of memory beyond this many cells, cond and uncond each."""
    model = analytic_model()
    plain = model.model._apply_model

    def apply(x, *args, **kwargs):
        if x.shape[0] > 2 * items:
            raise error("out of memory" if error is not MemoryError else "")
        return plain(x, *args, **kwargs)

    model.model._apply_model = apply
    return model


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, MemoryError, RuntimeError])
def test_a_batch_that_does_not_fit_is_halved_until_it_does(error, caplog):
    cells = [cell(seed=seed) for seed in range(7)]
    finished = run(model_with_room_for(2, error), cells, at_once=7)
    assert sorted(len(batch.indices) for batch in finished) == [1, 2, 2, 2]
    assert "ran out of memory with 7 cells at once, goes on with 4" in caplog.text
    for asked, got in zip(cells, in_order(finished), strict=True):
        assert_equal_runs(got, stock(analytic_model(), asked))


def test_a_single_cell_that_does_not_fit_is_comfyuis_to_report():
    with pytest.raises(torch.OutOfMemoryError):
        run(model_with_room_for(0), [cell()])


def test_another_error_is_no_reason_to_try_again():
    def broken(*args, **kwargs):
        AnalyticModel.calls += 1
        raise RuntimeError("shapes do not fit")

    model = analytic_model()
    model.model._apply_model, AnalyticModel.calls = broken, 0
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        run(model, [cell(seed=1), cell(seed=2)])
    assert AnalyticModel.calls == 1


def test_only_an_error_that_speaks_of_memory_is_one():
    assert not is_out_of_memory(ValueError("out of range"))
    assert is_out_of_memory(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"))


def test_the_batch_is_as_large_as_memory_lets_it_be(monkeypatch):
    model = analytic_model()
    call = model.memory_required([2, 4, 8, 8]) * 1.5

    def at_once_with(free):
        monkeypatch.setattr(comfy.model_management, "get_free_memory", lambda device=None: free + model.model_size())
        monkeypatch.setattr(comfy.model_management, "loaded_models", lambda: [])
        return cells_at_once(model, (4, 8, 8))

    assert at_once_with(call * 3.5) == min(3, AT_ONCE_ON_CPU)
    assert at_once_with(0) == 1
    assert at_once_with(call * 1000) == AT_ONCE_ON_CPU


def test_cells_at_once_is_kept_to_and_1_means_one_by_one():
    cells = [cell(seed=seed) for seed in range(5)]
    assert [len(batch.indices) for batch in run(analytic_model(), cells, at_once=1)] == [1] * 5
    assert [len(batch.indices) for batch in run(analytic_model(), cells, at_once=3)] == [2, 3]


def test_an_interrupt_goes_on_and_what_was_finished_is_the_callers(monkeypatch):
    bars = []
    monkeypatch.setattr(comfy.utils, "PROGRESS_THROTTLE_MIN_INTERVAL", 0)

    def hook(value, total, preview, node_id=None):
        bars.append((value, total))
        if value > 10:
            raise comfy.model_management.InterruptProcessingException

    finished = []
    monkeypatch.setattr(comfy.utils, "PROGRESS_BAR_HOOK", hook)
    with pytest.raises(comfy.model_management.InterruptProcessingException):
        for batch in batches([cell(seed=seed) for seed in range(6)], at_once=2):
            finished.append(batch)
    assert [batch.indices for batch in finished] == [(0, 1)]
    assert finished[0].trajectories[0].complete
    assert {total for _, total in bars} == {30}


def batches(cells, start=None, *, budget_bytes=BUDGET, at_once=0):
    given = {"positive": prompt(COND), "negative": prompt(UNCOND), "latent": start or latent(), "keep_guidance": True}
    return sample_cells(start_from(analytic_model(), **given), cells, budget_bytes=budget_bytes, at_once=at_once)


def test_one_bar_counts_the_steps_of_all_cells_and_shows_a_preview(monkeypatch):
    seen = []
    monkeypatch.setattr(comfy.utils, "PROGRESS_BAR_HOOK", lambda *args, **kwargs: seen.append(args))
    monkeypatch.setattr("comfy.cli_args.args.preview_method", comfy.cli_args.LatentPreviewMethod.Latent2RGB)
    run(analytic_model(), [cell(steps=4, seed=1), cell(steps=4, seed=2), cell(steps=3)], at_once=2)
    values = [value for value, *_ in seen]
    assert values == sorted(values) and values[-1] == 11
    assert {total for _, total, _ in seen} == {11}
    assert any(preview is not None for *_, preview in seen)


def test_no_trajectory_is_cut_by_a_budget_that_holds_all_of_them():
    numbers = 4 * 8 * 8
    tensors = 2 * (6 + 5 * 3 + 1)
    cells = [cell(seed=1, sampler_name="seeds_3"), cell(seed=2, sampler_name="seeds_3")]
    finished = run(analytic_model(), cells, budget_bytes=tensors * numbers * 4)
    assert all(trajectory.complete for trajectory, _ in in_order(finished))
    with pytest.raises(ValueError, match="2 trajectories of 10 steps in all.*raise the budget"):
        run(analytic_model(), cells, budget_bytes=tensors * numbers * 4 - 1)


@pytest.mark.parametrize(
    ("cells", "options", "sentence"),
    [
        ([cell(sampler_name="nope")], {}, "this ComfyUI has no sampler 'nope'; it has euler, "),
        ([cell(scheduler="nope")], {}, "this ComfyUI has no scheduler 'nope'; it has simple, "),
        ([cell()], {"start": latent(batch=3)}, "this LATENT holds a batch of 3: set batch_size to 1"),
        ([cell(noise=torch.zeros(1, 4, 9, 9))], {}, r"noise of shape \[1, 4, 9, 9\] does not fit a latent of"),
        ([cell()], {"budget_bytes": 1000}, "leave the two guidance predictions out, or ask for fewer cells or steps"),
        (
            [cell()],
            {"start": {"samples": comfy.nested_tensor.NestedTensor([torch.zeros(1, 4, 8, 8), torch.zeros(1, 4, 9)])}},
            "packs several tensors",
        ),
    ],
)
def test_what_cannot_be_sampled_is_refused_before_anything_is(cells, options, sentence):
    AnalyticModel.calls = 0
    with pytest.raises(ValueError, match=sentence):
        batches(cells, **options)
    assert AnalyticModel.calls == 0


def test_latents_that_no_deck_can_hold_are_refused_before_anything_is_sampled():
    AnalyticModel.calls = 0
    with pytest.raises(ValueError, match="have 4 axes"):
        run(analytic_model(), [cell()], {"samples": torch.zeros(1, 4, 2, 2, 2, 3)})
    assert AnalyticModel.calls == 0
