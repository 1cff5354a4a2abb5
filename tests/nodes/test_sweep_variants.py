"""Sweeps of what is asked: another MODEL, a LoRA, other words. Each cell is the stock run; what lacks is said."""

import pytest

from denoiscope.devtools.driving.client import RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import viewer
from .test_sweep import outcome, same, stock_latent, swept


def with_lora(graph: dict, *, strength: float = 1.0) -> dict:
    lora = node("DenoiscopePocketLora", model=["pocket", 0], lora_name="blueprint, rank 8", strength=strength)
    return graph | {"lora": lora}


def test_models_are_compared_by_their_names_each_from_the_same_noise(server):
    graph = with_lora(swept("model", "as it is, blueprint", "guidance", "2, 4", **{"models.model_2": ["lora", 0]}))
    deck, latents = outcome(server, graph)
    assert deck.axes[0].values == ("as it is", "blueprint")
    assert [t.label for t in deck.trajectories][:2] == ["as it is · guidance 2", "blueprint · guidance 2"]
    assert len({t.noise_fingerprint() for t in deck.trajectories}) == 1
    same(latents[2:3], stock_latent(server, graph, cfg=4.0))
    same(latents[3:4], stock_latent(server, graph, cfg=4.0, model=["lora", 0]))


def test_a_lora_is_swept_by_its_strength(server):
    graph = with_lora(swept("LoRA strength", "0, 0.5", lora=["lora", 1]), strength=0.5)
    deck, latents = outcome(server, graph)
    assert [t.label for t in deck.trajectories] == ["LoRA 0", "LoRA 0.5"]
    same(latents[0:1], stock_latent(server, graph))
    same(latents[1:2], stock_latent(server, graph, model=["lora", 0]))


def test_words_of_the_prompt_give_way_to_others(server):
    graph = swept("prompt words", "red lighthouse, house", clip=["pocket", 1])
    deck, latents = outcome(server, graph)
    assert [t.label for t in deck.trajectories] == ["red lighthouse", "house"]
    assert [t.settings.prompt for t in deck.trajectories] == [
        "a red lighthouse on a cliff at dusk",
        "a house on a cliff at dusk",
    ]
    same(latents[0:1], stock_latent(server, graph))
    graph["other"] = node("CLIPTextEncode", clip=["pocket", 1], text="a house on a cliff at dusk")
    same(latents[1:2], stock_latent(server, graph, positive=["other", 0]))


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (swept("model", "one, two"), "names 2 models .one, two., and 1 are connected"),
        (swept("LoRA strength", "0, 1"), "connect Load LoRA Weights to lora"),
        (swept("prompt words", "red, blue"), "connect the CLIP that encodes it to clip"),
        (swept("prompt words", "green, blue", clip=["pocket", 1]), "'green' is not in the prompt"),
        (swept("ControlNet strength", "0, 1"), "connect Apply ControlNet to positive"),
        (swept("clip skip", "1, 2", clip=["pocket", 1]), "the same at every layer: clip skip changes nothing"),
    ],
)
def test_an_axis_for_which_something_lacks_is_refused_before_a_cell_runs(server, graph, words):
    with pytest.raises(RunFailed, match=words) as failed:
        server.run({**graph, "view": viewer(deck=["sweep", 0])})
    assert not [event for event in getattr(failed.value, "events", ()) if event.type == "denoiscope.cells"]
