"""What the course's page does of each lesson's graph, and of graphs that nobody has thought of."""

import json
import re

import pytest

from denoiscope.devtools.coursework.lesson import lessons
from denoiscope.devtools.driving.pack import ROOT
from denoiscope.devtools.livepage import instrument as reader
from denoiscope.devtools.livepage.course_parts import course, grown
from denoiscope.devtools.livepage.instrument import instrument

GRAPHS = {lesson.id: ROOT / "example_workflows" / f"{lesson.workflow}.json" for lesson in lessons("en")}
KINDS = {"runs", "forward", "lab", "none"}


def read(name):
    return json.loads(GRAPHS[name].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def parts():
    return course()


@pytest.mark.parametrize("name", GRAPHS)
def test_a_lesson_has_an_instrument_or_says_what_the_page_has_not(name):
    told = instrument(read(name))
    assert told["kind"] in KINDS
    if told["kind"] == "none":
        assert told["settings"].keys() == {"prompt"}


def test_a_run_is_the_one_of_the_graph():
    told = instrument(read("14-behind-a-mask"))
    assert told["settings"] == {
        "seed": "1", "steps": 20, "guidance": 4, "sampler": "euler", "scheduler": "karras", "denoise": 1,
        "prompt": "a flat illustration of a scene in a meadow at noon", "negative": "",
    }  # fmt: skip
    assert told["axes"] == [{"name": "seed", "values": ["1", "2", "3", "4", "5", "6"]}]
    assert (told["scene"]["subject"], told["grow"], told["opens"]) == ("windmill", 12, {"view": "x0"})


def test_runs_that_stand_side_by_side_differ_in_what_their_graphs_do():
    assert instrument(read("05-the-negative-prompt"))["cells"] == [{}, {"negative": "night"}]


def test_what_only_comfyui_has_is_named():
    told = instrument(read("19-fewer-bits"))
    assert told["left"] == 4 and {"DenoiscopeFewerBits", "DenoiscopeJoinDecks"} <= set(told["lacks"])


SAMPLER = {"id": 1, "type": "KSampler", "widgets_values": [1, "fixed", 20, 4, "euler", "karras", 1]}
STRANGE = {
    "no node": [],
    "a sampler of which nothing is connected": [SAMPLER],
    "a sampler that the page has not": [SAMPLER | {"widgets_values": [1, "fixed", 20, 4, "uni_pc", "karras", 1]}],
    "nodes that nobody knows": [{"id": 2, "type": "SomebodysNode", "widgets_values": {"a": 1}}],
    "noising of nothing": [{"id": 3, "type": "DenoiscopeForward", "widgets_values": [1, "fixed", 9, "normal"]}],
}


@pytest.mark.parametrize("nodes", STRANGE.values(), ids=STRANGE)
def test_a_graph_that_the_page_cannot_do_harms_nothing(nodes):
    told = instrument({"nodes": nodes, "links": []})
    assert told["kind"] == "none"
    assert set(told["lacks"]) == {node["type"] for node in nodes} & {"SomebodysNode"}


@pytest.mark.parametrize(("names", "file"), [("SAMPLERS", "samplers"), ("SCHEDULERS", "schedule")])
def test_the_reader_knows_what_the_model_in_javascript_can(names, file):
    source = (ROOT / "js" / "pocket" / f"{file}.mjs").read_text(encoding="utf-8")
    table = re.search(rf"export const {names} = \{{(.*?)\}};", source, re.DOTALL)[1]
    names_in = re.findall(r"^  (\w+):", table, re.MULTILINE) or re.findall(r"(\w+)(?:: \w+)?", table)
    assert set(names_in) == set(getattr(reader, names))


def test_the_page_has_every_lesson_in_every_language_and_a_name_for_each_node(parts):
    for payload in parts["languages"].values():
        assert [lesson["id"] for lesson in payload["lessons"]] == list(parts["instruments"])
    wanted = {kind for told in parts["instruments"].values() for kind in told["lacks"]}
    assert all(wanted <= names.keys() for names in parts["nodes"].values())


def test_a_scene_comes_as_a_picture_and_a_mask_as_places(parts):
    told = parts["instruments"]["14-behind-a-mask"]
    assert told["scene"].startswith("data:image/webp;base64,")
    assert len(told["mask"]) == 256 and 0.2 < sum(told["mask"]) / 256 < 0.5


def test_a_mask_grows_as_grow_mask_does():
    import numpy as np

    mask = np.zeros((5, 5), np.float32)
    mask[2, 2] = 1
    assert grown(mask, 1).tolist() == [
        [0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0],
    ]  # fmt: skip
