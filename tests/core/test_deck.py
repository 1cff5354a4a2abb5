"""Decks with axes, and decks of forward noising."""

from dataclasses import replace

import pytest

from denoiscope.core.showing.sheets import Tile
from denoiscope.core.showing.views import absence, latent_of, views_of
from denoiscope.core.telling.deck import payload

from .decks import deck, forward, grid


def test_two_trajectories_cannot_stand_at_the_same_place():
    full = grid()
    with pytest.raises(ValueError, match="same place"):
        replace(full, trajectories=(full.trajectories[0], full.trajectories[0]))


@pytest.mark.parametrize("place", [(), (0,), (2, 0), (0, -1)])
def test_a_place_outside_the_axes_is_refused(place):
    full = grid()
    with pytest.raises(ValueError, match="needs a place"):
        replace(full, trajectories=(replace(full.trajectories[0], place=place),))


def test_a_stopped_sweep_may_lack_cells():
    assert len(replace(grid(), trajectories=grid().trajectories[:4]).trajectories) == 4


def test_one_cell_alone_has_no_place_and_no_axes():
    alone = grid().only(3)
    assert (alone.axes, alone.trajectories[0].place, alone.varies) == ((), (), None)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="kind must be one of"):
        replace(deck(), kind="film")


def test_only_a_forward_deck_offers_regenerated_pictures():
    assert "regenerated" not in [view.id for view in views_of(deck())]
    assert [view.id for view in views_of(forward())] == [
        *("x", "x_raw", "x0", "noise", "velocity", "channels", "regenerated")
    ]
    assert "regenerated" not in [view.id for view in views_of(forward(regenerated=False))]


def test_a_forward_deck_without_a_model_says_why_there_is_no_guess():
    silent = forward(guesses=False)
    guess = next(view for view in views_of(silent) if view.id == "x0")
    assert latent_of(silent, silent.trajectories[0], guess, 0) is None
    assert "connect a model" in absence(silent, guess)


def test_the_payload_tells_the_grid_the_time_and_the_pull():
    told = payload(grid(), Tile(width=8, height=8), [])
    assert told["kind"] == "sweep"
    assert told["axes"] == [{"name": "guidance", "values": ["1", "4"]}, {"name": "seed", "values": ["4", "8", "16"]}]
    assert [t["place"] for t in told["trajectories"]] == [[0, 0], [1, 0], [0, 1], [1, 1], [0, 2], [1, 2]]
    assert told["trajectories"][0]["seconds"] == 0.5 and told["trajectories"][0]["at_once"] == 2
    assert told["trajectories"][0]["pull"][1] is None and told["trajectories"][0]["pull"][0] > 0


def test_the_payload_of_a_forward_deck_tells_the_signal_and_the_error_of_the_guess():
    (told,) = payload(forward(), Tile(width=8, height=8), [])["trajectories"]
    assert told["signal"] == pytest.approx([1 / (1 + s**2) for s in (0, 2.5, 5, 7.5, 10)])
    assert told["error"] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4], abs=1e-6)


def test_a_flow_decks_signal_is_one_minus_sigma():
    base = forward(guesses=False)
    flow = replace(
        base,
        parameterization="flow",
        trajectories=(replace(base.trajectories[0], sigmas=base.trajectories[0].sigmas / 10),),
    )
    (told,) = payload(flow, Tile(width=8, height=8), [])["trajectories"]
    assert told["signal"] == pytest.approx([1, 0.75, 0.5, 0.25, 0])
    assert told["error"] == []
