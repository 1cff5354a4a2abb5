"""Every example workflow, as a person would open and run it."""

from functools import cache
from urllib.parse import quote

import pytest
import torch

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.coursework.lesson import lessons

from .lessons import NAMES, notes_of, read, text_of

FIRST = "01 First look"
DECKS = {
    FIRST: {("run", 1)},
    "11 Why latent space": {("forward", 1)},
    "02 Forward noising": {("forward", 1)},
    "08 Samplers and steps": {("sweep", 20)},
    "09 Layout first": {("run", 1)},
    "10 Prompt switch": {("sweep", 8)},
    "03 The CFG triangle": {("run", 1)},
    "04 Guidance sweep": {("sweep", 6)},
    "05 The negative prompt": {("run", 1)},
    "06 Where a word looks": {("run", 1)},
    "12 Seed walk": {("walk", 13)},
    "13 From a picture": {("sweep", 8)},
    "14 Behind a mask": {("sweep", 6)},
    "16 How much rank does a style need": {("sweep", 10)},
    "17 A fine-tune as a LoRA": {("sweep", 5)},
    "18 Longer strides": {("sweep", 4)},
    "19 Fewer bits": {("sweep", 5)},
    "20 One more axis": {("run", 12)},
    "21 What it is asked": {("forward", 1)},
    "22 Lie about the time": {("sweep", 3)},
    "23 Layout by one, rendering by another": {("sweep", 3)},
    "24 A bigger canvas": {("run", 1), ("sweep", 2)},
    "25 Broken on purpose": {("run", 1)},
}
"""What the viewers of each lesson show: the kind of deck, and how many trajectories."""
THE_FIRST = pytest.param(FIRST, marks=pytest.mark.smoke)
CHARTS = {"07 Schedules": 4}
"""How many curves the chart of a lesson without a deck has."""

LABS = {"15 A bolt in 96 numbers": ("bolt", "noise")}
"""The updates that the labs of a lesson take apart."""


@pytest.fixture(scope="module")
def outputs_of(server):
    """What a lesson gives at the first click, node by node; run once for all tests of it."""

    @cache
    def run(name: str) -> dict[str, dict]:
        workflow = read(name)
        return server.run(server.to_api(workflow), extra_pnginfo={"workflow": workflow}).outputs

    return run


def all_shown(outputs: dict, key: str) -> list[dict]:
    return [payload for out in outputs.values() for payload in out.get(key, [])]


def shown(outputs: dict, key: str) -> dict:
    (payload,) = all_shown(outputs, key)
    return payload


def test_every_lesson_is_expected_to_show_something():
    assert set(NAMES) == DECKS.keys() | CHARTS.keys() | LABS.keys()


@pytest.mark.parametrize("name", [THE_FIRST, *sorted(DECKS.keys() - {FIRST})])
def test_a_lesson_shows_its_decks_at_the_first_click(outputs_of, name):
    payloads = all_shown(outputs_of(name), "denoiscope_deck")
    assert {(payload["kind"], len(payload["trajectories"])) for payload in payloads} == DECKS[name]
    for payload in payloads:
        assert all(t["complete"] for t in payload["trajectories"])
        pictures = {view["id"]: view for view in payload["views"] if not view["absent"]}
        assert pictures.get("x0", pictures["x"])["source"] == "vae"


@pytest.mark.parametrize(
    "lesson", [lesson for lesson in lessons("en") if lesson.workflow in DECKS], ids=lambda it: it.id
)
def test_all_that_a_lesson_points_at_is_there_once_it_has_run(outputs_of, lesson):
    shown_by = {
        id: out["denoiscope_deck"][0] for id, out in outputs_of(lesson.workflow).items() if "denoiscope_deck" in out
    }
    targets = [item.target for block in lesson.sections["Look"].blocks for item in block.items if item.target]
    assert targets
    for target in targets:
        deck = shown_by[target["node"]] if "node" in target else next(iter(shown_by.values()))
        views = {view["id"] for view in deck["views"] if not view["absent"]}
        assert target.get("view") in {*views, "triangle", None}
        assert int(target.get("step", 0)) < max(len(t["sigmas"]) for t in deck["trajectories"])


@pytest.mark.parametrize("name", CHARTS)
def test_a_lesson_shows_its_chart_at_the_first_click(outputs_of, name):
    chart = shown(outputs_of(name), "denoiscope_chart")
    assert len(chart["series"]) == CHARTS[name] and chart["panels"]


@pytest.mark.parametrize("name", [THE_FIRST, "03 The CFG triangle", *LABS])
def test_a_lesson_with_a_page_leaves_it_in_the_output_folder(server, outputs_of, name):
    page = shown(outputs_of(name), "denoiscope_files")
    assert server.path_of(page).stat().st_size > 100_000


@pytest.mark.parametrize("name", LABS)
def test_a_lesson_shows_its_labs_at_the_first_click(outputs_of, name):
    labs = [out["denoiscope_low_rank"][0] for out in outputs_of(name).values()]
    assert sorted(lab["pattern"] for lab in labs) == sorted(LABS[name])


def test_the_numbers_in_the_lesson_on_rank_are_what_its_labs_show(outputs_of):
    name = "15 A bolt in 96 numbers"
    labs = {
        lab["pattern"]: lab["ranks"] for (lab,) in (out["denoiscope_low_rank"] for out in outputs_of(name).values())
    }
    note, answer = map(text_of, notes_of(read(name)))
    bolt, noise = labs["bolt"], labs["noise"]
    assert f"At rank 3 the bolt has {bolt[3]['kept']} of its energy" in answer
    assert f"with {bolt[3]['numbers']} numbers in place of 256" in answer
    assert f"At rank 8 the two matrices have {noise[8]['numbers']} numbers" in note
    assert 1 - noise[8]["energy"] > 0.05, "a part of the noise is still missing"


@pytest.mark.smoke
def test_the_first_lesson_has_every_view_and_no_warning(outputs_of):
    payload = shown(outputs_of(FIRST), "denoiscope_deck")
    assert all(view["absent"] is None for view in payload["views"])
    assert {view["source"] for view in payload["views"]} == {"vae", "approximate", "exact"}
    assert all(t["notes"] == [] for t in payload["trajectories"])


def test_the_step_that_the_first_lesson_calls_right_is_the_one_that_its_viewer_measures(outputs_of):
    (first, *_) = lessons("en")
    (run,) = shown(outputs_of(FIRST), "denoiscope_deck")["trajectories"]
    assert first.measured == (None, run["settling"]["decided"])


def test_the_cells_of_the_guidance_lesson_share_one_noise_and_only_guidance_1_is_never_asked_without_the_prompt(
    outputs_of,
):
    cells = shown(outputs_of("04 Guidance sweep"), "denoiscope_deck")["trajectories"]
    assert len({cell["noise"] for cell in cells}) == 1
    assert [cell["guidance"] for cell in cells] == [1, 2, 4, 7.5, 12, 20]
    assert [any(size is not None for size in cell["pull"]) for cell in cells] == [False, True, True, True, True, True]


def test_the_lesson_on_the_negative_prompt_moves_one_guess_and_leaves_the_other_as_it_was_to_the_bit(server):
    prompt = server.to_api(read("05 The negative prompt"))
    samplers = {id: node for id, node in prompt.items() if node["class_type"] == "DenoiscopeKSampler"}
    saves = {
        f"save {id}": {
            "class_type": "DenoiscopeSaveDeck",
            "inputs": {"deck": [id, 1], "filename_prefix": "tests/negative"},
        }
        for id in samplers
    }
    outputs = server.run({**prompt, **saves}).outputs
    plain, negative = (
        load_deck(server.path_of(outputs[save]["denoiscope_files"][0])).trajectories[0] for save in saves
    )
    assert torch.equal(plain.x[0], negative.x[0]) and torch.equal(plain.cond[0], negative.cond[0])
    assert not torch.equal(plain.uncond[0], negative.uncond[0])
    assert not any(torch.equal(one, other) for one, other in zip(plain.cond[1:], negative.cond[1:], strict=True))


@pytest.mark.parametrize("name", [THE_FIRST, *NAMES[1:]])
def test_the_frontend_finds_a_lesson_and_its_picture_in_the_template_browser(server, name):
    templates = server.client.get_json("/workflow_templates")
    (pack,) = (pack for pack, stems in templates.items() if name in stems)
    assert server.client.get(f"/api/workflow_templates/{pack}/{quote(name)}.json")
    assert server.client.get(f"/api/workflow_templates/{pack}/{quote(name)}.jpg")
