"""A sweep on one sheet of paper."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.showing.grid_sheet import grid_sheet
from denoiscope.core.showing.rendering import approximate_decoder
from denoiscope.core.showing.sheets import Tile
from denoiscope.core.showing.views import find_view

from .decks import deck, grid


def approximate(view):
    return approximate_decoder(deck())


def test_a_grid_sheet_has_a_place_for_each_cell_of_each_view():
    full, tile = grid(), Tile(width=240, height=240)
    sheet = grid_sheet(full, [find_view("x0")], approximate, state=-1, columns=8, tile=tile)
    both = grid_sheet(full, [find_view("x0"), find_view("x")], approximate, state=-1, columns=8, tile=tile)
    wide = grid_sheet(grid(across=tuple("123456")), [find_view("x0")], approximate, state=-1, columns=8, tile=tile)
    assert both.shape[1] > 1.7 * sheet.shape[1]
    assert wide.shape[2] > sheet.shape[2] and wide.shape[1] == sheet.shape[1]


def test_a_grid_sheet_shows_the_state_that_was_asked_for():
    full, tile = grid(), Tile(width=240, height=240)
    sheets = [grid_sheet(full, [find_view("x")], approximate, state=s, columns=8, tile=tile) for s in (0, -1, 4)]
    assert not torch.equal(sheets[0], sheets[1])
    assert torch.equal(sheets[1], sheets[2])


def test_a_single_axis_wraps_on_a_grid_sheet():
    base = grid(down=("1",), across=tuple("123456"))
    cells = tuple(replace(t, place=t.place[:1]) for t in base.trajectories)
    row, tile = replace(base, axes=base.axes[:1], trajectories=cells), Tile(width=240, height=240)
    long = grid_sheet(row, [find_view("x0")], approximate, state=-1, columns=8, tile=tile)
    wrapped = grid_sheet(row, [find_view("x0")], approximate, state=-1, columns=3, tile=tile)
    assert wrapped.shape[1] > long.shape[1] and wrapped.shape[2] < long.shape[2]


def test_a_run_is_no_grid():
    with pytest.raises(ValueError, match="no grid"):
        grid_sheet(deck(), [find_view("x")], None, state=-1, columns=3, tile=Tile(width=8, height=8))
