"""What the browser hears of a prediction: what is hidden, of which runs, and the measured answer."""

import math
from dataclasses import replace

import pytest
import torch

from denoiscope.core.measuring.commit import settled_from
from denoiscope.core.telling.prediction import CELLS, OFF, PREDICTIONS, STEP, name_of_runs, prediction_payload
from denoiscope.core.telling.settling import settling_payload

from .decks import deck, trajectory


def test_the_picture_is_decided_at_the_first_step_with_nine_tenths_of_its_regions():
    torch.manual_seed(0)
    for count in (1, 2, 9, 10, 11, 30, 70, 1000):
        steps = torch.randint(0, 20, (1, count))
        found = settled_from(steps)
        by_step = {k: sum(s <= k for s in steps.flatten().tolist()) for k in range(20)}
        assert found == min(k for k, settled in by_step.items() if 10 * settled >= 9 * count)


def test_the_answer_is_the_one_that_the_map_of_the_payload_gives():
    run = settling_payload(deck(), deck().trajectories[0])
    steps = [int(digit, 36) for digit in run["map"]["steps"]]
    assert run["decided"] == sorted(steps)[math.ceil(9 * len(steps) / 10) - 1]


def test_a_run_that_did_not_end_has_no_answer():
    assert settling_payload(deck(), replace(trajectory(), complete=False)) is None


@pytest.mark.parametrize("what", [STEP, CELLS])
def test_the_payload_names_what_is_hidden_and_the_runs_it_is_hidden_of(what):
    assert prediction_payload(deck(), what) == {"of": what, "run": name_of_runs(deck())}


def test_nothing_is_hidden_unless_it_is_asked_for():
    assert next(iter(PREDICTIONS)) == OFF
    assert prediction_payload(deck(), OFF) is None
    with pytest.raises(ValueError, match="off, step, cells, got 'seed'"):
        prediction_payload(deck(), "seed")


def test_runs_have_another_name_where_a_label_or_a_number_is_another():
    first = deck()
    run = first.trajectories[0]
    changed = run.x.clone()
    changed[-1, 0, 0, 0] += 1e-3
    others = [replace(run, label="another"), replace(run, x=changed)]
    names = [name_of_runs(replace(first, trajectories=(run_, *first.trajectories[1:]))) for run_ in (run, *others)]
    assert names[0] == name_of_runs(first)
    assert len(set(names)) == 3
