"""Seed walks on the real server with the pocket model: stops, pictures, the NOISE, and what an interrupt leaves."""

import json

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from denoiscope.core.comparing.noise_walk import slerp
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run, viewer

PLACES = ("model", "positive", "negative", "latent_image", "steps", "cfg", "sampler_name", "scheduler")


def walked(**changes) -> dict:
    """The pocket model in a walk, node "walk"; a stock KSampler of the same settings is "stock"."""
    graph = pocket_run(seed=1, steps=4)
    settings = {**graph["sample"]["inputs"], "model": ["pocket", 0]}
    for unused in ("record", "deck", "sample"):
        del graph[unused]
    path = {"seeds": "1, 2", "frames_between": 1, "loop": False, "mixing": "spherical", "ease": "even"}
    own = {"spacing": "equal angles", "vae": ["pocket", 2], "keep_guidance": False, "cells_at_once": 0}
    inputs = {**{name: settings[name] for name in PLACES}, **path, **own, "memory_mb": 256, **changes}
    return {**graph, "walk": node("DenoiscopeSeedWalk", **inputs), "stock": node("KSampler", **settings)}


def outcome(server, graph):
    """The deck as it was saved, and the files of the pictures."""
    saves = {
        "save": node("DenoiscopeSaveDeck", deck=["walk", 1], filename_prefix="tests/walk"),
        "images": node("SaveImage", images=["walk", 0], filename_prefix="tests/walk"),
    }
    run = server.run({**graph, **saves})
    deck = load_deck(server.path_of(run.outputs["save"]["denoiscope_files"][0]))
    return deck, [server.path_of(item) for item in run.outputs["images"]["images"]]


def saved_latent(server, graph, source):
    run = server.run({**graph, "latent": node("SaveLatent", samples=source, filename_prefix="tests/walk")})
    return load_file(server.path_of(run.outputs["latent"]["latents"][0]))["latent_tensor"]


def stock(graph, **settings):
    """The graph with its stock KSampler set otherwise."""
    changed = node("KSampler", **{**graph["stock"]["inputs"], **settings})
    return {**graph, "stock": changed}


def final(deck, index):
    return deck.space.to_vae(deck.trajectories[index].x[-1:])


def colours(path):
    with Image.open(path) as image:
        return torch.frombuffer(bytearray(image.convert("RGB").tobytes()), dtype=torch.uint8).int()


def test_at_its_seeds_a_walk_is_the_stock_ksampler_with_those_seeds(server):
    graph = walked()
    deck, pictures = outcome(server, graph)
    assert (deck.kind, deck.varies) == ("walk", "stop")
    assert deck.axes[0].values == ("seed 1", "1 → 2, 50 %", "seed 2")
    assert len(pictures) == 3
    for index, seed in ((0, 1), (2, 2)):
        latent = saved_latent(server, stock(graph, seed=seed), ["stock", 0])
        torch.testing.assert_close(final(deck, index), latent, atol=2e-4, rtol=2e-4)


def test_the_pictures_are_what_the_stock_decoder_shows_at_the_seeds(server):
    graph = walked()
    _, pictures = outcome(server, graph)
    decoded = node("VAEDecode", samples=["stock", 0], vae=["pocket", 2])
    run = server.run(
        {**graph, "decoded": decoded, "save": node("SaveImage", images=["decoded", 0], filename_prefix="tests/seed")}
    )
    expected = server.path_of(run.outputs["save"]["images"][0])
    assert (colours(pictures[0]) - colours(expected)).abs().max() <= 1


def test_halfway_the_walk_starts_from_the_noise_in_between(server):
    deck, _ = outcome(server, walked())
    start, middle, end = (t.x[0] for t in deck.trajectories)
    torch.testing.assert_close(middle, slerp(start, end, 0.5), atol=1e-4, rtol=1e-4)
    assert [t.settings.seed for t in deck.trajectories] == [1, None, 2]


def test_a_loop_with_equal_differences_goes_on_from_the_last_seed_to_the_first(server):
    deck, pictures = outcome(server, walked(loop=True, spacing="equal differences", vae=None))
    assert len(pictures) == len(deck.trajectories) == 4
    assert any("Neighbours differ by" in note for note in deck.trajectories[0].notes)
    assert any("equal differences" in note for note in deck.trajectories[0].notes)


def custom(graph, noise, latent):
    """SamplerCustomAdvanced over the same schedule, as nodes of a graph."""
    settings = graph["stock"]["inputs"]
    pair = {name: settings[name] for name in ("model", "positive", "negative", "cfg")}
    return {
        "guider": node("CFGGuider", **pair),
        "sampler": node("KSamplerSelect", sampler_name="euler"),
        "sigmas": node("BasicScheduler", model=["pocket", 0], scheduler="karras", steps=4, denoise=1.0),
        "custom": node(
            "SamplerCustomAdvanced",
            noise=noise,
            guider=["guider", 0],
            sampler=["sampler", 0],
            sigmas=["sigmas", 0],
            latent_image=latent,
        ),
    }


def walk_noise(**changes):
    path = {"seeds": "1, 2", "frames_between": 1, "loop": False, "mixing": "spherical", "ease": "even"}
    return node("DenoiscopeWalkNoise", latent=["empty", 0], **{**path, **changes})


def test_the_noise_of_a_walk_drives_sampler_custom_advanced(server):
    graph = walked()
    graph |= {"noise": walk_noise(), **custom(graph, ["noise", 0], ["noise", 1])}
    batch = saved_latent(server, graph, ["custom", 0])
    deck, _ = outcome(server, walked())
    assert batch.shape[0] == 3
    for index in range(3):
        torch.testing.assert_close(batch[index : index + 1], final(deck, index), atol=2e-4, rtol=2e-4)


def test_the_noise_of_a_walk_at_a_seed_is_what_random_noise_gives_there(server):
    graph = walked()
    graph |= {"noise": walk_noise(frames_between=0), **custom(graph, ["noise", 0], ["noise", 1])}
    batch = saved_latent(server, graph, ["custom", 0])
    for index, seed in enumerate((1, 2)):
        graph |= {"random": node("RandomNoise", noise_seed=seed), **custom(graph, ["random", 0], ["empty", 0])}
        alone = saved_latent(server, graph, ["custom", 0])
        torch.testing.assert_close(batch[index : index + 1], alone, atol=2e-4, rtol=2e-4)


def test_a_latent_that_was_not_repeated_is_told_where_to_come_from(server):
    graph = walked()
    graph |= {"noise": walk_noise(), **custom(graph, ["noise", 0], ["empty", 0])}
    with pytest.raises(RunFailed, match="3 stops, .* the latent has 1: connect the latent that came out of Seed Walk"):
        saved_latent(server, graph, ["custom", 0])


def cells_of(run):
    return [event.data for event in run.events if event.type == "denoiscope.cells"]


def test_stops_are_announced_to_the_viewer_as_they_finish(server):
    run = server.run({**walked(cells_at_once=1), "view": viewer(deck=["walk", 1])})
    told = cells_of(run)
    assert [message["finished"] for message in told] == [1, 2, 3]
    assert {tuple(message["labels"]) for message in told} == {("seed 1", "1 → 2, 50 %", "seed 2")}
    assert {message["kind"] for message in told} == {"walk"}
    assert all(server.path_of(message["file"]).is_file() for message in told)
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    assert payload["kind"] == "walk"
    assert payload["axes"] == [{"name": "stop", "values": ["seed 1", "1 → 2, 50 %", "seed 2"]}]


def test_an_interrupted_walk_keeps_its_finished_stops(server):
    def stop_after_the_second(event):
        if event.type == "denoiscope.cells" and event.data["finished"] == 2:
            server.interrupt()

    graph = walked(seeds="31, 32", frames_between=20, cells_at_once=1, steps=8)
    run = server.run({**graph, "view": viewer(deck=["walk", 1])}, on_event=stop_after_the_second)
    assert run.interrupted
    stopped = cells_of(run)[-1]["stopped"]
    assert "of 22 stops. They are kept in output/denoiscope/stopped_" in stopped
    name = stopped.partition("kept in output/")[2].partition(":")[0]
    kept = load_deck(server.output / name)
    assert 2 <= len(kept.trajectories) < 22
    assert [t.label for t in kept.trajectories] == list(kept.axes[0].values[: len(kept.trajectories)])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seeds": "5"}, "needs two or more"),
        ({"seeds": ""}, "the list is empty"),
        ({"seeds": "1, -1"}, "from 0 to 18446744073709551615, got -1"),
        ({"seeds": "4, 4"}, "it would stand still"),
        ({"seeds": "1..3", "frames_between": 600}, "make 1,203 stops"),
        ({"frames_between": -1}, "frames_between must be 0..600, got -1"),
        ({"spacing": "equal differences", "ease": "slow at the seeds"}, "leave no room for the ease"),
        ({"spacing": "by luck"}, "spacing"),
        ({"steps": 0}, "steps"),
    ],
)
def test_what_no_walk_could_be_made_of_is_refused_before_anything_runs(server, changes, words):
    with pytest.raises(Refused) as refused:
        outcome(server, walked(**changes))
    (error,) = json.loads(str(refused.value))["node_errors"]["walk"]["errors"]
    assert words in error["details"] and len(error["details"]) < 300


def test_a_batch_of_latents_is_refused_when_it_arrives(server):
    graph = walked()
    graph["empty"]["inputs"]["batch_size"] = 3
    with pytest.raises(RunFailed, match="a latent of one item, .* but this one has 3: set its batch size to 1"):
        outcome(server, graph)
