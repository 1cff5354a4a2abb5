"""Which cells run together, what they will keep, and the deck that they become."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.comparing.cells import Cell, batches, bytes_kept, deck_of, even_parts
from denoiscope.core.recording.deck import Axis
from denoiscope.core.recording.model_facts import ModelFacts

from .decks import SPACE, trajectory

FACTS = ModelFacts(name="TestModel", parameterization="eps", space=SPACE)


def cell(**changes):
    plain = {"label": "a cell", "place": (0,), "seed": 1, "steps": 4, "cfg": 3.0}
    return Cell(**{**plain, "sampler_name": "euler", "scheduler": "normal", **changes})


def groups(*cells, alone=lambda cell: False):
    return batches(cells, alone=alone)


def test_cells_that_differ_in_seed_noise_or_guidance_run_together():
    noise = torch.zeros(1, 4, 8, 8)
    assert groups(cell(), cell(seed=2), cell(cfg=7.0), cell(noise=noise, step_seed=9)) == [(0, 1, 2, 3)]


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 5},
        {"sampler_name": "heun"},
        {"scheduler": "karras"},
        {"denoise": 0.5},
        {"cfg": 1.0},
        {"embedded_guidance": 2.0},
        {"switch_at": 0},
    ],
)
def test_cells_that_take_other_steps_or_ask_the_model_otherwise_run_apart(change):
    assert groups(cell(), cell(**change), cell(seed=2), cell(seed=2, **change)) == [(0, 2), (1, 3)]


def test_a_cell_that_switches_its_prompt_on_the_way_runs_alone_and_one_that_never_does_is_like_any_other():
    assert groups(cell(switch_at=2), cell(switch_at=2), cell(switch_at=4), cell()) == [(0,), (1,), (2, 3)]


def test_cells_that_must_run_alone_do():
    assert groups(cell(), cell(), cell(seed=2), alone=lambda c: c.seed == 1) == [(0,), (1,), (2,)]


@pytest.mark.parametrize(
    ("count", "at_most", "sizes"), [(9, 8, [4, 5]), (8, 8, [8]), (7, 3, [2, 2, 3]), (2, 1, [1, 1])]
)
def test_parts_are_as_few_and_as_even_as_can_be(count, at_most, sizes):
    parts = even_parts(tuple(range(count)), at_most)
    assert [len(part) for part in parts] == sizes
    assert sum(parts, ()) == tuple(range(count))


def test_the_bytes_that_cells_keep_are_those_of_their_trajectories_and_latents():
    kept = trajectory(steps=4, guidance=True)
    assert bytes_kept([cell(steps=4)] * 3, 4 * 8 * 8, keep_guidance=True) == 3 * (kept.bytes + kept.x[0].nbytes)
    without = trajectory(steps=4, guidance=False)
    assert bytes_kept([cell(steps=4)], 4 * 8 * 8, keep_guidance=False) == without.bytes + without.x[0].nbytes


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"steps": 0}, "a cell: a run needs at least 1 step, got 0"),
        ({"denoise": 0.0}, "denoise must be above 0 and at most 1, got 0"),
        ({"switch_at": 5}, r"the prompt can switch at step 0\.\.4 of this run, got 5"),
        ({"noise": torch.zeros(2, 4, 8, 8)}, "the noise of a cell holds one item, got 2"),
    ],
)
def test_a_cell_that_no_run_can_be_made_of_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        cell(**change)


def test_finished_cells_become_a_deck_row_by_row_whatever_order_they_came_in():
    axes = (Axis(name="guidance", values=("1", "4")), Axis(name="steps", values=("2", "4")))
    places = [(1, 1), (0, 0), (0, 1), (1, 0)]
    cells = [replace(trajectory(seed=i), place=place) for i, place in enumerate(places)]
    deck = deck_of(cells, FACTS, kind="sweep", axes=axes, title="A sweep")
    assert [t.place for t in deck.trajectories] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert (deck.varies, deck.kind, deck.model) == ("guidance × steps", "sweep", "TestModel")
