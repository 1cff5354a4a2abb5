"""The examples of several samplers on the real server: what one slider shows, and what is said of the joins."""

import json
from pathlib import Path

import pytest
import torch

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run

FOLDER = Path(__file__).resolve().parents[2] / "example_workflows" / "two_samplers"


def example(server, name: str) -> dict:
    return server.to_api(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def by_kind(prompt: dict, kind: str) -> list[str]:
    return [key for key, one in prompt.items() if one["class_type"] == kind]


def shown(outputs: dict) -> dict:
    (payload,) = [payload for out in outputs.values() for payload in out.get("denoiscope_deck", ())]
    (run,) = payload["trajectories"]
    return {**payload, "run": run}


@pytest.mark.parametrize(
    ("name", "parts", "models"),
    [
        ("Two models", [(0, "", [16, 16]), (8, "on", [16, 16])], 2),
        ("Split and refine", [(0, "", [16, 16]), (14, "on", [16, 16])], 1),
        ("Hires", [(0, "", [16, 16]), (21, "size", [24, 24])], 1),
    ],
)
def test_an_example_shows_the_way_of_both_samplers(server, name, parts, models):
    told = shown(server.run(example(server, name)).outputs)
    assert [(one["start"], one["join"], one["size"]) for one in told["run"]["stages"]] == parts
    assert len({one["model"] for one in told["run"]["stages"]}) == models, told["model"]
    assert not any(note.startswith(("A later part", "An earlier part")) for note in told["run"]["notes"])
    assert all(view["present"][0][5] for view in told["views"] if view["id"] in ("x", "x0", "cond", "uncond"))


def test_a_pair_of_samplers_chained_is_the_single_run_to_the_bit_and_can_be_used_as_one(server):
    graph = example(server, "Two models")
    (chain,) = by_kind(graph, "DenoiscopeChainRuns")
    (lora,) = by_kind(graph, "DenoiscopePocketLora")
    graph[lora]["inputs"]["strength"] = 0.0
    single = pocket_run(seed=7, steps=20)
    single["save"] = node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="tests/single")
    graph |= {
        "save": node("DenoiscopeSaveDeck", deck=[chain, 0], filename_prefix="tests/way"),
        "measure": node("DenoiscopeMeasures", deck=[chain, 0]),
        "doctor": node("DenoiscopeDoctor", deck=[chain, 0]),
        "page": node("DenoiscopePage", deck=[chain, 0], filename_prefix="tests/way"),
        "pick": node("DenoiscopePickStep", deck=[chain, 0], trajectory=0, state=3, what="state"),
        "report": node("PreviewAny", source=[chain, 1]),
    }
    known = server.client.get_json("/object_info")
    graph = {key: with_defaults(one, known) for key, one in graph.items()}
    outputs = server.run(graph).outputs
    way = load_deck(server.path_of(outputs["save"]["denoiscope_files"][0])).trajectories[0]
    whole = server.run(single).outputs["save"]["denoiscope_files"][0]
    one = load_deck(server.path_of(whole)).trajectories[0]
    for name in ("x", "x0", "cond", "uncond", "sigmas"):
        assert torch.equal(getattr(way, name), getattr(one, name)), name
    assert "it takes up the same state (0 % apart)" in outputs["report"]["text"][0]


def with_defaults(one: dict, known: dict) -> dict:
    """A node with what its widgets say in a new graph."""
    asked = known[one["class_type"]]["input"].get("required", {})
    defaults = {name: spec[1]["default"] for name, spec in asked.items() if len(spec) > 1 and "default" in spec[1]}
    return {**one, "inputs": {**defaults, **one["inputs"]}}


def test_a_half_says_so_and_the_recording_lists_its_runs(server):
    graph = example(server, "Split and refine")
    (collect,) = by_kind(graph, "DenoiscopeCollect")
    graph[collect]["inputs"]["run"] = "of this latent"
    outputs = server.run(graph).outputs
    assert shown(outputs)["run"]["notes"][0].startswith("A later part")
    (text,) = [out["text"][0] for out in outputs.values() if "text" in out]
    assert [line.split(",")[0].split(": ")[1] for line in text.splitlines()][-2:] == ["euler", "heun"]


def test_a_start_that_is_not_the_others_end_is_told(server):
    graph = example(server, "Two models")
    late = next(key for key in by_kind(graph, "KSamplerAdvanced") if graph[key]["inputs"]["start_at_step"] == 8)
    graph[late]["inputs"]["start_at_step"] = 6
    told = shown(server.run(graph).outputs)
    assert told["run"]["stages"][1]["join"] == "level"
    assert "takes the latent for one of sigma" in told["run"]["notes"][0]


def test_runs_that_do_not_go_on_from_each_other_are_refused(server):
    graph = pocket_run(seed=1)
    other = pocket_run(seed=2)
    graph |= {f"{key} 2": other[key] for key in ("record", "sample", "deck")}
    graph["sample 2"]["inputs"]["model"] = ["record 2", 0]
    graph["deck 2"]["inputs"] |= {"recording": ["record 2", 1], "latent": ["sample 2", 0]}
    decks = {"decks.deck0": ["deck", 0], "decks.deck1": ["deck 2", 0]}
    graph["chain"] = node("DenoiscopeChainRuns", **decks, label="")
    graph["save"] = node("DenoiscopeSaveDeck", deck=["chain", 0], filename_prefix="tests/no")
    with pytest.raises(RunFailed, match="are no chain"):
        server.run(graph)
