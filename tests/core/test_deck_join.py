"""Parts of a grid become the whole grid, or a sentence says why they cannot."""

from dataclasses import replace

import pytest

from denoiscope.core.recording.deck import Axis
from denoiscope.core.recording.deck_join import Part, joined
from denoiscope.core.recording.trajectory import Settings
from denoiscope.tests.core.decks import grid

AXES = (Axis(name="seed", values=("1", "2", "3", "4")), Axis(name="sampler", values=("euler", "heun")))


def part(corner, seeds, samplers, **changes):
    """A rectangle of AXES; every cell remembers its seed and starts from that seed's noise."""
    deck = grid(tuple(seeds), samplers)
    cells = tuple(
        replace(cell, settings=Settings(seed=int(seeds[cell.place[0]])), noise=f"noise {seeds[cell.place[0]]}")
        for cell in deck.trajectories
    )
    axes = (Axis(name="seed", values=tuple(seeds)), Axis(name="sampler", values=tuple(samplers)))
    return Part(deck=replace(deck, trajectories=cells, axes=axes, **changes), corner=corner)


def whole(*parts):
    return joined(parts, AXES)


def test_cells_of_all_parts_stand_row_by_row_on_the_whole_axes():
    deck = whole(part((2, 0), "34", ("euler",)), part((0, 1), "1234", ("heun",)), part((0, 0), "12", ("euler",)))
    assert deck.axes == AXES
    assert [cell.place for cell in deck.trajectories] == [(i, j) for j in range(2) for i in range(4)]
    assert [cell.settings.seed for cell in deck.trajectories] == [1, 2, 3, 4] * 2


def test_a_grid_may_lack_a_part():
    assert len(whole(part((2, 1), "34", ("heun",))).trajectories) == 2


def test_no_cell_counts_twice():
    with pytest.raises(ValueError, match="two trajectories of a deck stand at the same place"):
        whole(part((0, 0), "12", ("euler",)), part((1, 0), "23", ("euler",)))


def test_a_part_that_lies_elsewhere_than_it_says_is_refused():
    with pytest.raises(ValueError, match="a part has seed 3, 4 where the grid has seed 1, 2"):
        whole(part((0, 0), "34", ("euler",)))


def test_parts_of_different_models_are_refused():
    with pytest.raises(ValueError, match="need the same model, got .* and another"):
        whole(part((0, 0), "12", ("euler",)), part((2, 0), "34", ("euler",), model="another"))


def test_cells_of_one_seed_must_have_started_from_one_noise():
    odd = part((0, 1), "12", ("heun",))
    cells = tuple(replace(cell, noise="other") for cell in odd.deck.trajectories)
    with pytest.raises(ValueError, match="cells of seed 1 started from different noise"):
        whole(part((0, 0), "12", ("euler",)), replace(odd, deck=replace(odd.deck, trajectories=cells)))


def test_nothing_cannot_be_joined():
    with pytest.raises(ValueError, match="at least one"):
        whole()
