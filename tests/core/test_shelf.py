"""Where states lie: every row as it came, in one tensor, however many rows there turn out to be."""

import pytest
import torch

from denoiscope.core.recording.recording import Recording
from denoiscope.core.recording.shelf import Shelf
from denoiscope.core.recording.steps import ModelCall
from denoiscope.core.recording.trajectory import Settings

from .test_recording import FACTS

SHAPE = (2, 4, 8, 8)


def states(count, *, kind=torch.float32, asked=lambda i: True):
    generator = torch.Generator().manual_seed(1)

    def numbers():
        return torch.randn(SHAPE, generator=generator).to(kind)

    return [
        ModelCall(x=numbers(), sigma=8.0 - i, x0=numbers(), cond=numbers() if asked(i) else None) for i in range(count)
    ]


def trajectories_of(calls, *, expected):
    """The trajectories of a recorded run of these calls, whose schedule promised `expected` steps."""
    recording = Recording(budget_bytes=2**24)
    schedule = tuple(float(expected - i) for i in range(expected + 1))
    sampling = recording.begin(model=FACTS, settings=Settings(), schedule=schedule, batch=2)
    for call in calls:
        recording.add(sampling, call)
        sampling.steps.report()
    sampling.learn_final(torch.ones(SHAPE))
    return recording.finish(sampling, torch.ones(SHAPE)).trajectories


@pytest.mark.parametrize("expected", [1, 2, 5, 12])
def test_a_sampler_that_takes_more_or_fewer_steps_than_asked_has_all_its_states_in_one_tensor(expected):
    calls = states(5)
    first, trajectory = trajectories_of(calls, expected=expected)
    torch.testing.assert_close(trajectory.x0, torch.stack([call.x0[1] for call in calls]), rtol=0, atol=0)
    torch.testing.assert_close(trajectory.x[:-1], torch.stack([call.x[1] for call in calls]), rtol=0, atol=0)
    assert torch.equal(trajectory.x[-1], torch.ones(SHAPE[1:]))
    assert trajectory.x0.untyped_storage().data_ptr() == first.x0.untyped_storage().data_ptr()


def test_what_was_not_asked_is_zero_and_what_was_never_asked_is_nothing():
    for trajectory in trajectories_of(states(4, asked=lambda i: i == 2), expected=4):
        assert [bool(row.any()) for row in trajectory.cond] == [False, False, True, False]
    assert all(run.cond is None for run in trajectories_of(states(4, asked=lambda i: False), expected=4))


def test_states_of_a_finer_kind_than_the_first_lose_nothing():
    coarse, fine = states(1, kind=torch.float16), states(3)[1:]
    kept = torch.stack([run.x0 for run in trajectories_of([*coarse, *fine], expected=3)], dim=1)
    assert kept.dtype == torch.float32
    torch.testing.assert_close(kept, torch.stack([call.x0.float() for call in [*coarse, *fine]]), rtol=0, atol=0)


def test_what_a_state_held_before_is_let_go_of_as_soon_as_it_lies_on_the_shelf():
    state = states(1)[0]
    shelf = Shelf(rows=3)
    assert not shelf.put(0, state)
    seen = shelf.seen_from(0, state)
    assert torch.equal(seen.x, state.x) and seen.x.data_ptr() == shelf.tensors["x"].data_ptr() != state.x.data_ptr()


def test_a_full_shelf_says_that_what_was_seen_of_it_is_to_be_seen_anew():
    shelf, calls = Shelf(rows=2), states(3)
    assert [shelf.put(row, call) for row, call in enumerate(calls)] == [False, False, True]
    assert len(shelf.tensors["x"]) == 4
