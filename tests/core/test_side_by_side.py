"""Decks of different runs become one, each run where it belongs, or a sentence says why they cannot."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.recording.deck import Axis
from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.core.recording.side_by_side import of_a_list, side_by_side
from denoiscope.tests.core.decks import deck, forward, grid


def row(*values):
    """A sweep of one axis."""
    whole = grid(values, ("only",))
    cells = tuple(replace(cell, place=cell.place[:1], label=f"guidance {cell.place[0]}") for cell in whole.trajectories)
    return replace(whole, trajectories=cells, axes=whole.axes[:1], varies="guidance")


def test_single_runs_stand_in_a_row_under_their_labels():
    runs = [deck(count=1), deck(count=1, steps=6)]
    together = side_by_side(runs, ["plain", "with the LoRA"], "LoRA")
    assert together.axes == (Axis(name="LoRA", values=("plain", "with the LoRA")),)
    assert [cell.place for cell in together.trajectories] == [(0,), (1,)]
    assert [cell.label for cell in together.trajectories] == ["plain", "with the LoRA"]
    assert (together.kind, together.varies) == ("sweep", "LoRA")


def test_every_number_of_every_run_stays_as_it_was(tmp_path):
    runs = [grid(), deck(count=3)]
    save_deck(side_by_side(runs, ["a", "b"], "run"), tmp_path / "deck.safetensors")
    kept = load_deck(tmp_path / "deck.safetensors").trajectories
    for before, after in zip([t for run in runs for t in run.trajectories], kept, strict=True):
        for name in ("x", "x0", "cond", "uncond", "sigmas"):
            torch.testing.assert_close(getattr(after, name), getattr(before, name), rtol=0, atol=0)
        assert (after.settings, after.notes, after.model_calls) == (before.settings, before.notes, before.model_calls)


def test_sweeps_over_the_same_values_become_a_grid_with_a_deck_in_each_row():
    together = side_by_side([row("1", "4", "7"), row("1", "4", "7")], ["base", "tuned"], "model")
    assert [axis.name for axis in together.axes] == ["guidance", "model"]
    assert [cell.place for cell in together.trajectories] == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]
    assert together.trajectories[4].label == "tuned, guidance 1"
    assert together.varies == "guidance × model"


def test_a_sweep_that_was_stopped_leaves_its_places_empty():
    stopped = replace(row("1", "4", "7"), trajectories=row("1", "4", "7").trajectories[:2])
    together = side_by_side([stopped, row("1", "4", "7")], ["a", "b"], "run")
    assert [cell.place for cell in together.trajectories] == [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1)]


def test_batches_of_as_many_items_become_a_grid():
    together = side_by_side([deck(count=2), deck(count=2)], ["a", "b"], "model")
    assert together.axes[0] == Axis(name="item", values=("item 0", "item 1"))


def test_whatever_else_stands_run_after_run():
    together = side_by_side([grid(("1", "4"), ("8",)), deck(count=1)], ["grid", "alone"], "run")
    assert together.axes[0].values == ("grid, guidance 1, seed 8", "grid, guidance 4, seed 8", "alone")
    assert [cell.place for cell in together.trajectories] == [(0,), (1,), (2,)]


def test_the_same_label_twice_gets_a_number():
    together = side_by_side([deck(count=1)] * 3, ["a", "a", "b"], "run")
    assert together.axes[0].values == ("a", "a (2)", "b")


def test_the_models_of_all_decks_are_named_once_each():
    runs = [replace(deck(count=1), model=name) for name in ("one", "two", "one")]
    assert side_by_side(runs, list("abc"), "model").model == "one; two"


def test_forward_decks_stay_forward_decks():
    assert side_by_side([forward(), forward()], ["a", "b"], "schedule").kind == "forward"


@pytest.mark.parametrize(
    ("decks", "labels", "sentence"),
    [
        ([deck(count=1)], ["a"], "need two decks or more, got 1: connect another one"),
        ([deck(count=1)] * 3, ["a", "b"], "3 decks need 3 labels, separated by commas, got 2: a, b"),
        ([deck(count=1), forward()], ["a", "b"], "share no steps: join decks of one kind"),
        ([deck(count=1), deck(count=1, shape=(4, 8, 16))], ["a", "b"], r"the same latent shape, got \(4, 8, 8\) and"),
        ([deck(count=1), replace(deck(count=1), parameterization="flow")], ["a", "b"], "got eps and flow: their noise"),
        ([deck(count=1), replace(deck(count=1), sigma_data=2.0)], ["a", "b"], "the same sigma data, got 1.0 and 2.0"),
        (
            [deck(count=1), replace(deck(count=1), space=replace(deck().space, name="Other"))],
            ["a", "b"],
            "the same space, got TestFormat and Other: one decoder must serve all of them",
        ),
    ],
)
def test_decks_that_cannot_be_compared_are_refused_in_a_sentence(decks, labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        side_by_side(decks, labels, "run")


def test_decks_that_come_as_a_list_are_all_shown_or_said():
    one, other = deck(count=1), deck(count=1, steps=6)
    assert of_a_list([one]) is one
    assert len(of_a_list([one, other]).trajectories) == 2
    alone = of_a_list([one, forward()])
    assert len(alone.trajectories) == 1
    assert "This is the first of 2 decks that came as a list: a picture" in alone.trajectories[0].notes[-1]
