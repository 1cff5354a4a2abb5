"""Runs of different models side by side, on the real server."""

import pytest

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run, viewer


def two_models(*, joined: dict | None = None, **second) -> dict:
    """One run of the pocket model and one of it with fewer bits, joined."""
    graph = pocket_run(seed=3)
    other = pocket_run(seed=3, **second)
    graph["bits"] = node("DenoiscopeFewerBits", model=["pocket", 0], bits="3")
    for name in ("record", "sample", "deck"):
        graph[f"{name} 2"] = other[name]
    graph["record 2"]["inputs"]["model"] = ["bits", 0]
    graph["sample 2"]["inputs"]["model"] = ["record 2", 0]
    graph["deck 2"]["inputs"] |= {"recording": ["record 2", 1], "latent": ["sample 2", 0], "label": "3 bits"}
    decks = {"decks.deck0": ["deck", 0], "decks.deck1": ["deck 2", 0]}
    graph["join"] = node("DenoiscopeJoinDecks", **decks, **({"labels": "", "differs": "bits"} | (joined or {})))
    graph["save"] = node("DenoiscopeSaveDeck", deck=["join", 0], filename_prefix="tests/joined")
    graph["show"] = viewer(deck=["join", 0])
    return graph


def saved(server, run):
    return load_deck(server.path_of(run.outputs["save"]["denoiscope_files"][0]))


def test_two_runs_become_one_deck_under_their_titles_from_one_noise(server):
    run = server.run(two_models())
    deck = saved(server, run)
    assert deck.axes[0].name == "bits"
    assert deck.axes[0].values == ("A run", "3 bits")
    assert len({cell.noise_fingerprint() for cell in deck.trajectories}) == 1
    assert not deck.trajectories[0].x[-1].equal(deck.trajectories[1].x[-1])
    (payload,) = run.outputs["show"]["denoiscope_deck"]
    assert (payload["kind"], len(payload["trajectories"])) == ("sweep", 2)


def test_labels_of_ones_own_may_be_given_and_the_steps_may_differ(server):
    run = server.run(two_models(joined={"labels": "as it is, rounded"}, steps=6))
    deck = saved(server, run)
    assert deck.axes[0].values == ("as it is", "rounded")
    assert [cell.steps for cell in deck.trajectories] == [4, 6]


def test_labels_that_are_not_as_many_as_the_decks_are_refused_in_a_sentence(server):
    with pytest.raises(RunFailed, match="2 decks need 2 labels, separated by commas, got 3"):
        server.run(two_models(joined={"labels": "one, two, three"}))


def test_pictures_of_different_sizes_are_refused_in_a_sentence(server):
    graph = two_models()
    graph["wide"] = node("EmptyLatentImage", width=192, height=128, batch_size=1)
    graph["sample 2"]["inputs"]["latent_image"] = ["wide", 0]
    with pytest.raises(RunFailed, match="the same latent shape, got .8, 16, 16. and .8, 16, 24."):
        server.run(graph)
