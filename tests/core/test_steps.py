"""Model calls become states: one call a step, several, reported early, late or never."""

import torch

from denoiscope.core.recording.steps import ModelCall, Steps

SCHEDULE = (8.0, 4.0, 2.0, 0.0)


def call(sigma, value=0.0):
    return ModelCall(x=torch.full((1, 1, 2, 2), float(value)), sigma=sigma, x0=torch.zeros(1, 1, 2, 2))


def feed(events):
    """Feed "c<sigma>" calls and "r" reports."""
    steps = Steps(SCHEDULE)
    for value, event in enumerate(events.split()):
        steps.report() if event == "r" else steps.call(call(float(event[1:]), value))
    steps.finish()
    return [s.sigma for s in steps.states], steps.model_calls, [int(s.x[0, 0, 0, 0]) for s in steps.states], steps


def test_one_call_a_step_is_one_state_a_step():
    sigmas, calls, _, _ = feed("c8 r c4 r c2 r")
    assert (sigmas, calls) == ([8, 4, 2], [1, 1, 1])


def test_the_second_call_of_heun_belongs_to_the_step_before_and_is_no_state():
    sigmas, calls, which, _ = feed("c8 r c4 c4 r c2 c2 r")
    assert (sigmas, calls) == ([8, 4, 2], [2, 2, 1])
    assert which == [0, 3, 6]


def test_a_second_call_at_a_states_own_noise_level_is_that_state_corrected():
    sigmas, calls, which, _ = feed("c8 r c8 c4 r c4 c2 r c2")
    assert (sigmas, calls) == ([8, 4, 2], [2, 2, 2])
    assert which == [2, 5, 8]


def test_two_steps_at_one_noise_level_are_two_states():
    sigmas, calls, which, _ = feed("c8 r c8 r c4 r c4 c2 r")
    assert (sigmas, calls) == ([8, 8, 4, 2], [1, 1, 2, 1])
    assert which == [0, 2, 6, 7]


def test_a_call_between_two_noise_levels_is_no_state():
    sigmas, calls, _, _ = feed("c8 r c6 c4 r c3 c2 r c1")
    assert (sigmas, calls) == ([8, 4, 2], [2, 2, 2])


def test_a_sampler_that_reports_after_the_step_has_its_state_in_the_first_call():
    sigmas, calls, which, steps = feed("c8 c7 c6 r c5 c4 c3 r")
    assert (sigmas, calls, which) == ([8, 5], [3, 3], [0, 4])
    assert steps.reports_early is False


def test_a_step_tried_twice_from_the_same_state_is_one_state_with_all_its_calls():
    steps = Steps(SCHEDULE)
    for sigmas in ((8, 7, 6), (8, 7.5, 7), (7, 6, 5)):
        for sigma in sigmas:
            steps.call(call(sigma, value=sigma))
        steps.report()
    assert [s.sigma for s in steps.states] == [8, 7]
    assert steps.model_calls == [6, 3]


def test_a_sampler_that_never_reports_is_read_by_noise_level():
    sigmas, calls, which, steps = feed("c8 c4 c4 c2 c2")
    assert (sigmas, calls, which) == ([8, 4, 2], [2, 2, 1], [0, 2, 4])
    assert not steps.reported


def test_a_report_without_a_call_changes_nothing():
    sigmas, calls, _, _ = feed("r c8 r r c4 r c2 r r")
    assert (sigmas, calls) == ([8, 4, 2], [1, 1, 1])


def test_every_call_is_counted_once():
    for events in ("c8 r c4 c4 r c2 c2 r", "c8 c7 c6 r c5 c4 c3 r", "c8 c4 c4 c2 c2", "c8 r c6 c4 r c3 c2 r c1"):
        _, calls, _, _ = feed(events)
        assert sum(calls) == sum(event.startswith("c") for event in events.split())
