"""Every instrument, stopped at every call of its model: what was finished is kept, and the next run is as ever."""

import comfy.model_management
import folder_paths
import pytest
import torch

from denoiscope.core.recording.deck_file import load_deck

from .instruments import INSTRUMENTS, answering, calls_of, model_for, raising

Interrupt = comfy.model_management.InterruptProcessingException
PARTS = ("x", "x0", "cond", "uncond", "regenerated")


def no_memory():
    return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")


@pytest.fixture
def output(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path))
    return tmp_path


def stopped(name, at, error, output):
    """The deck that is left when the model's n-th call ends the run, None where nothing is; and that very model."""
    model = model_for(name)
    with answering(model, raising(at, error)), torch.inference_mode(), pytest.raises(type(error())) as raised:
        INSTRUMENTS[name](model)
    files = list(output.rglob("*.safetensors"))
    assert len(files) <= 1 and not list(output.rglob("*.part"))
    left = load_deck(files[0]) if files else getattr(raised.value, "interrupted", None)
    for file in files:
        file.unlink()
    return left, model


def assert_the_next_run_is_as_ever(name, model, whole):
    with torch.inference_mode():
        again = INSTRUMENTS[name](model)
    assert_same_as_far_as_it_goes(again, whole)
    assert size_of(again) == size_of(whole)


def assert_same_as_far_as_it_goes(left, whole):
    """Every number that was kept is the one of the undisturbed run; trajectories are told apart by their places."""
    by_place = {trajectory.place: trajectory for trajectory in whole.trajectories}
    for kept in left.trajectories:
        full = by_place[kept.place]
        for name in PARTS:
            ours, theirs = getattr(kept, name), getattr(full, name)
            if ours is not None:
                made = ours.isfinite()
                torch.testing.assert_close(ours[made], theirs[: len(ours)][made], rtol=0, atol=0)
        assert (kept.attention is None) == (full.attention is None)
        for ours, theirs in zip(
            *(kept_run.attention.groups if kept_run.attention else () for kept_run in (kept, full)), strict=True
        ):
            torch.testing.assert_close(ours.maps, theirs.maps[: len(ours.maps)], rtol=0, atol=0)


def size_of(deck):
    """How many guesses and arrivals there are, of all trajectories."""
    kept = [t for trajectory in deck.trajectories for t in (trajectory.x0, trajectory.regenerated) if t is not None]
    return sum(int(kept_run.flatten(1).isfinite().all(1).sum()) for kept_run in kept)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_stopped_at_any_call_what_was_finished_is_kept_and_the_next_run_is_as_ever(name, output):
    whole, calls = calls_of(name)
    sizes = []
    for at in range(calls):
        left, model = stopped(name, at, Interrupt, output)
        sizes.append(0 if left is None else size_of(left))
        if left is not None:
            assert_same_as_far_as_it_goes(left, whole)
    assert sizes == sorted(sizes) and sizes[0] == 0 and 0 < sizes[-1] < size_of(whole)
    assert_the_next_run_is_as_ever(name, model, whole)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_out_of_memory_late_in_a_run_goes_on_as_it_came_keeps_as_much_and_the_next_run_is_as_ever(name, output):
    whole, calls = calls_of(name)
    left, model = stopped(name, calls - 1, no_memory, output)
    assert 0 < size_of(left) < size_of(whole)
    assert_same_as_far_as_it_goes(left, whole)
    assert_the_next_run_is_as_ever(name, model, whole)
