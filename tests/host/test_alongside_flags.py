"""The pack in servers that were started with other flags, and in a queue from which prompts are taken away."""

import pytest
import torch
from safetensors.torch import load_file

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import RunFailed
from denoiscope.devtools.driving.real_server import FLAGS, real_server
from denoiscope.devtools.driving.workflow import node
from denoiscope.tests.nodes.graphs import pocket_run, viewer

STARTS = {
    "nothing is kept": ("--cache-none", "--disable-smart-memory", "--use-split-cross-attention"),
    "one result is kept": ("--cache-lru", "1", "--fp16-intermediates", "--preview-method", "latent2rgb"),
    "as it used to be": ("--cache-classic", "--force-channels-last", "--disable-metadata", "--deterministic"),
}
"""Flags by what they mean for someone who runs a graph twice."""


@pytest.fixture(scope="module", params=STARTS)
def flagged(request, tmp_path_factory):
    """A server with some flags, and their name."""
    with real_server(tmp_path_factory.mktemp("flags"), (*FLAGS, *STARTS[request.param])) as running:
        yield running, request.param


def with_saves(graph):
    """The recorded run, saved as deck and as latent, beside the latent of one that nobody records."""
    stock = {**graph["sample"], "inputs": {**graph["sample"]["inputs"], "model": ["pocket", 0]}}
    return {
        **graph,
        "stock": stock,
        "kept": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="tests/deck"),
        "latent": node("SaveLatent", samples=["sample", 0], filename_prefix="tests/recorded"),
        "plain": node("SaveLatent", samples=["stock", 0], filename_prefix="tests/plain"),
    }


def latent(server, run, name):
    return load_file(server.path_of(run.outputs[name]["latents"][0]))["latent_tensor"]


def test_a_recorded_run_is_true_and_changes_nothing_whatever_the_flags_and_again(flagged):
    server, _ = flagged
    for seed in (1, 1, 2):
        run = server.run({**with_saves(pocket_run(seed=seed)), "view": viewer()})
        (trajectory,) = run.outputs["view"]["denoiscope_deck"][0]["trajectories"]
        assert (trajectory["complete"], trajectory["notes"], trajectory["seed"]) == (True, [], str(seed))
        recorded, plain = latent(server, run, "latent"), latent(server, run, "plain")
        assert torch.equal(recorded, plain)
        deck = load_deck(server.path_of(run.outputs["kept"]["denoiscope_files"][0]))
        last = deck.space.to_vae(deck.trajectories[0].x[-1:])
        torch.testing.assert_close(last, recorded.float(), atol=2e-3, rtol=2e-3)  # a LATENT may be in float16


def test_record_sampler_collect_and_viewer_are_enough_whatever_the_flags(flagged):
    """The README's own recipe, with nothing else that would keep the sampler's latent."""
    server, _ = flagged
    run = server.run({**pocket_run(seed=2), "view": viewer()})
    (trajectory,) = run.outputs["view"]["denoiscope_deck"][0]["trajectories"]
    assert (trajectory["complete"], trajectory["seed"]) == (True, "2")


def test_a_sweep_is_whole_whatever_the_flags(flagged):
    server, _ = flagged
    graph = pocket_run(seed=3, steps=3)
    settings = {**graph["sample"]["inputs"], "model": ["pocket", 0]}
    graph["deck"] = node(
        "DenoiscopeSweep",
        **settings,
        **{"axis": "guidance", "axis.guidance_values": "1, 4", "second_axis": "none"},
        keep_guidance=True,
        cells_at_once=0,
        memory_mb=64,
    )
    run = server.run({**graph, "view": viewer()})
    assert [t["complete"] for t in run.outputs["view"]["denoiscope_deck"][0]["trajectories"]] == [True, True]


def test_a_stopped_run_is_collected_where_the_server_keeps_recordings_and_missed_in_a_sentence_where_not(flagged):
    server, name = flagged
    graph = {**pocket_run(seed=4, steps=400), "view": viewer()}
    assert server.run(graph, on_event=stopping(server)).interrupted
    graph["deck"]["inputs"]["run"] = "last interrupted"
    if name == "nothing is kept":
        with pytest.raises(RunFailed, match="no interrupted run .* --cache-none"):
            server.run(graph)
    else:
        (trajectory,) = server.run(graph).outputs["view"]["denoiscope_deck"][0]["trajectories"]
        assert not trajectory["complete"]


def stopping(server, then=lambda: None):
    """Does this once, and interrupts, at the first live picture of a run."""
    done = []

    def stop(event):
        if event.type == "denoiscope.step" and not done:
            done.append(event)
            then()
            server.interrupt()

    return stop


def test_of_three_prompts_one_is_stopped_one_taken_away_and_the_last_one_recorded_as_ever(server):
    def prompt(seed, steps):
        return {**pocket_run(seed=seed, steps=steps), "view": viewer()}

    queued = {}

    def queue_two_and_take_one_away():
        queued["away"], queued["stays"] = (server.client.queue(prompt(seed, 4), {}) for seed in (502, 503))
        server.client.post("/queue", {"delete": [queued["away"]]})

    first = prompt(501, 400)
    assert server.run(first, on_event=stopping(server, queue_two_and_take_one_away)).interrupted
    first["deck"]["inputs"]["run"] = "last interrupted"
    stopped = server.run(first)  # it waits for the one that is still queued
    history = server.client.get_json(f"/history/{queued['stays']}")[queued["stays"]]
    (kept,) = history["outputs"]["view"]["denoiscope_deck"][0]["trajectories"]
    assert (kept["complete"], kept["seed"], len(kept["sigmas"])) == (True, "503", 5)
    (half,) = stopped.outputs["view"]["denoiscope_deck"][0]["trajectories"]
    assert (half["complete"], half["seed"]) == (False, "501")
    assert server.client.get_json(f"/history/{queued['away']}") == {}
