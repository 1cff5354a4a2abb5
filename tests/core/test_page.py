"""What the one-file page says round the viewer: the run in one line, and what to look for."""

import pytest

from denoiscope.core.recording.deck import KINDS
from denoiscope.core.showing.views import VIEWS
from denoiscope.core.telling.page import LOOK_FOR, describe, look_for


def payload(kind: str = "run", *, absent: tuple[str, ...] = (), **rest) -> dict:
    return {
        "kind": kind,
        "model": "pocket",
        "trajectories": [{"sampler": "euler", "scheduler": "karras", "sigmas": [0.0] * 9}],
        "views": [{"id": view, "absent": "none" if view in absent else None} for view in VIEWS],
    } | rest


def test_there_are_sentences_for_every_kind_of_deck_and_only_of_views_that_exist():
    assert set(LOOK_FOR) == set(KINDS)
    assert {view for sentences in LOOK_FOR.values() for view in sentences} <= set(VIEWS)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_of_a_view_without_pictures(kind):
    whole = look_for(payload(kind))
    assert whole == list(LOOK_FOR[kind].values())
    assert look_for(payload(kind, absent=("x0",))) == [line for line in whole if line != LOOK_FOR[kind]["x0"]]


def test_a_deck_of_a_later_kind_is_looked_at_as_a_run():
    assert look_for(payload("something new")) == list(LOOK_FOR["run"].values())


def test_a_run_has_steps_and_a_picture_that_is_noised_has_levels():
    assert describe(payload()) == "pocket · euler / karras · 8 steps"
    assert describe(payload("forward")) == "pocket · euler / karras · 8 levels"
