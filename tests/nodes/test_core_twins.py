"""The lessons' twins of core nodes, run on the real server with a miniature of SD 1.5 in place of the checkpoint.

Only what makes them quick is changed: the canvas is an eighth as wide and the mask with it, and a run that is not cut
at a certain step has a fifth of its steps.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from denoiscope.tests.nodes.miniature_checkpoint import write_checkpoint

LESSONS = Path(__file__).resolve().parents[2] / "example_workflows"
TWINS = sorted((LESSONS / "core_nodes").glob("*.json"))
EACH = pytest.mark.parametrize("twin", TWINS, ids=lambda path: path.stem)
CHECKPOINT = "v1-5-pruned-emaonly-fp16.safetensors"
CORE = ("nodes", "comfy_extras.")
NOTES = "MarkdownNote"
SMALLER, FEWER = 8, 5
SIZED = {"EmptyLatentImage": ("width", "height"), "SolidMask": ("width", "height"), "MaskComposite": ("x", "y")}


def read(twin: Path) -> dict:
    return json.loads(twin.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def with_checkpoint(server):
    path = server.server.base / "models" / "checkpoints" / CHECKPOINT
    path.parent.mkdir(parents=True, exist_ok=True)
    write_checkpoint(path)
    yield server
    server.client.post("/free", {"unload_models": True, "free_memory": True})
    path.unlink()


@pytest.fixture(scope="module")
def pictures(with_checkpoint):
    """Runs a twin once and gives its pictures by the titles of their nodes: whole numbers, [height, width, 3]."""
    seen: dict[str, dict[str, np.ndarray]] = {}

    def run(name: str) -> dict[str, np.ndarray]:
        if name not in seen:
            prompt = smaller(with_checkpoint.to_api(read(LESSONS / "core_nodes" / f"{name}.json")))
            outputs = with_checkpoint.run(prompt).outputs
            seen[name] = {
                prompt[node]["_meta"]["title"]: picture(with_checkpoint, out["images"]) for node, out in outputs.items()
            }
        return seen[name]

    return run


def smaller(prompt: dict) -> dict:
    cut = any(node["class_type"] == "SplitSigmas" for node in prompt.values())
    for node in prompt.values():
        inputs = node["inputs"]
        for name in SIZED.get(node["class_type"], ()):
            inputs[name] //= SMALLER
        if node["class_type"] == "KSampler" or (node["class_type"] == "BasicScheduler" and not cut):
            inputs["steps"] = max(1, inputs["steps"] // FEWER)
    return prompt


def picture(server, images: list[dict]) -> np.ndarray:
    (image,) = images
    with Image.open(server.path_of(image)) as opened:
        return np.asarray(opened.convert("RGB")).astype(int)


@EACH
def test_a_twin_is_made_of_core_nodes(server, twin):
    """Before ComfyUI is asked to run it: also a node without a picture behind it counts."""
    known = server.client.get_json("/object_info")
    kinds = {node["type"] for node in read(twin)["nodes"]} - {NOTES}
    assert [kind for kind in kinds if not known[kind]["python_module"].startswith(CORE)] == []


@EACH
def test_every_link_of_a_twin_joins_what_its_two_nodes_say(twin):
    flow = read(twin)
    nodes = {node["id"]: node for node in flow["nodes"]}
    joined = {
        (link, nodes[source]["outputs"][slot]["type"], nodes[target]["inputs"][place]["type"])
        for link, source, slot, target, place, _ in flow["links"]
        if link in nodes[source]["outputs"][slot]["links"] and link == nodes[target]["inputs"][place]["link"]
    }
    assert joined == {(link[0], link[-1], link[-1]) for link in flow["links"]}


@EACH
def test_a_twin_runs_and_shows_a_picture_in_every_preview(pictures, twin):
    previews = [node["title"] for node in read(twin)["nodes"] if node["type"] == "PreviewImage"]
    assert sorted(pictures(twin.stem)) == sorted(set(previews)) and len(previews) == len(set(previews))


@EACH
def test_a_twin_has_its_lessons_name_asks_for_a_prediction_and_folds_its_answer_away(twin):
    assert (LESSONS / twin.name).is_file()
    note, answer = (node for node in read(twin)["nodes"] if node["type"] == NOTES)
    assert all(words in note["widgets_values"][0] for words in ("**Predict first.**", "**The full lesson**"))
    assert answer["title"] == "Answer" and answer["flags"]["collapsed"]


@EACH
def test_a_twin_names_the_checkpoint_of_comfyuis_own_first_template(twin):
    (loader,) = (node for node in read(twin)["nodes"] if node["type"] == "CheckpointLoaderSimple")
    assert loader["widgets_values"] == [CHECKPOINT]
    assert [model["name"] for model in loader["properties"]["models"]] == [CHECKPOINT]


def test_no_twin_stands_in_the_template_browser(server):
    """Whoever has the pack has the lessons themselves, and needs no checkpoint for them."""
    listed = {stem for stems in server.client.get_json("/workflow_templates").values() for stem in stems}
    assert not any("core" in stem for stem in listed) and len(listed) == len(list(LESSONS.glob("*.json")))


def test_the_run_that_is_cut_into_pieces_ends_as_one_that_is_not(pictures):
    whole = pictures("10 Prompt switch")["the lighthouse from the start"]
    assert far_apart(pictures("01 First look")["the picture, after step 20"], whole) <= 1


def test_the_formula_taken_literally_is_the_guided_guess(pictures):
    seen = pictures("03 The CFG triangle")
    assert far_apart(seen["the formula"], seen["guided"]) <= 1
    assert far_apart(seen["guided"], seen["with: conditional"]) > 5


def test_without_guidance_the_negative_prompt_changes_nothing(pictures):
    seen = pictures("05 The negative prompt")
    assert far_apart(seen["red, clouds, guidance 1"], seen["empty, guidance 1"]) == 0
    assert far_apart(seen["red, clouds, guidance 7"], seen["empty, guidance 7"]) > 0


def far_apart(one: np.ndarray, other: np.ndarray) -> int:
    """The largest difference, in grey levels of 256."""
    return np.abs(one - other).max()
