"""The blueprint that the server offers: Record, KSampler and Collect as one subgraph, run as the frontend would."""

import json

import pytest

from denoiscope.devtools.driving.pack import ROOT

from .graphs import pocket_run, viewer

NAME = "Recorded KSampler (Denoiscope)"
GIVEN = {"model": ["pocket", 0], "positive": ["positive", 0], "negative": ["negative", 0], "latent_image": ["empty", 0]}
INPUT, OUTPUT = -10, -20
"""Ids of a subgraph's own ends."""


def links_of(subgraph, end: str, node: int) -> list[dict]:
    return [link for link in subgraph["links"] if link[end] == node]


def as_prompt(server, subgraph) -> tuple[dict, dict]:
    """The nodes inside as an API prompt, what comes from outside taken from GIVEN; and what feeds each output."""
    inner = {"nodes": subgraph["nodes"], "links": [link for link in subgraph["links"] if link["origin_id"] != INPUT]}
    outside = {link["id"] for link in links_of(subgraph, "origin_id", INPUT)}
    for node in inner["nodes"]:
        for slot in node["inputs"]:
            slot["link"] = None if slot["link"] in outside else slot["link"]
    prompt = server.to_api(inner)
    for link in links_of(subgraph, "origin_id", INPUT):
        target = next(node for node in inner["nodes"] if node["id"] == link["target_id"])
        name = target["inputs"][link["target_slot"]]["name"]
        prompt[str(link["target_id"])]["inputs"][name] = GIVEN[subgraph["inputs"][link["origin_slot"]]["name"]]
    outputs = {
        subgraph["outputs"][link["target_slot"]]["name"]: [str(link["origin_id"]), link["origin_slot"]]
        for link in links_of(subgraph, "target_id", OUTPUT)
    }
    return prompt, outputs


def test_the_server_offers_the_blueprint_and_its_deck_fills_a_viewer(server):
    offered = server.client.get_json("/global_subgraphs")
    (key,) = (key for key, entry in offered.items() if entry["name"] == NAME)
    blueprint = json.loads(server.client.get_json(f"/global_subgraphs/{key}")["data"])
    (subgraph,) = blueprint["definitions"]["subgraphs"]
    (shown,) = blueprint["nodes"]
    assert shown["type"] == subgraph["id"] and subgraph["description"].endswith(".")
    prompt, outputs = as_prompt(server, subgraph)
    kept = {name: part for name, part in pocket_run().items() if name in ("pocket", "positive", "negative", "empty")}
    (sampler,) = (part for part in prompt.values() if part["class_type"] == "KSampler")
    sampler["inputs"]["steps"] = 3
    run = server.run({**kept, **prompt, "view": viewer(deck=outputs["deck"], decode="nothing")})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    assert len(payload["trajectories"][0]["sigmas"]) == 4
    assert {name for name in outputs} == {"LATENT", "deck"}


@pytest.mark.parametrize("file", sorted((ROOT / "subgraphs").glob("*.json")), ids=lambda file: file.stem)
def test_a_blueprint_promotes_only_widgets_that_its_nodes_have(server, file):
    blueprint = json.loads(file.read_text(encoding="utf-8"))
    (subgraph,) = blueprint["definitions"]["subgraphs"]
    known = server.client.get_json("/object_info")
    nodes = {str(node["id"]): known[node["type"]]["input"] for node in subgraph["nodes"]}
    for node, widget in blueprint["nodes"][0]["properties"]["proxyWidgets"]:
        assert any(widget in inputs for inputs in nodes[node].values()), widget
