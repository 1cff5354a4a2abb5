"""What every lesson owes: a prediction, a run, a look, a change, a question, and its answer folded away below."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

from denoiscope.nodes import NODES

from .lessons import FOLDER, NAMES, TITLE_BAR, Box, notes_of, read, text_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
EACH = pytest.mark.parametrize("name", NAMES)
PARTS = ("## ", "**Predict first.**", "**Run it", "**Look", "**Then change one thing", "**Question.**", "folded away")
"""What the leading note says, in this order."""
BELOW = 60
"""At most so many graph units between a note and its answer."""

IN_NO_LESSON = {
    "DenoiscopeLoadDeck": "opens a file, and a lesson brings none",
    "DenoiscopeSaveDeck": "its file shows nothing by itself; the lessons that leave something behind leave a page",
    "DenoiscopePickStep": "for who builds a graph of their own from the middle of a run",
    "DenoiscopeFrames": "for who puts pictures of a run into a film or a print",
    "DenoiscopeLoadLora": "opens a file of one's own",
    "DenoiscopeTruncateLora": "makes a file from one's own",
}
"""Nodes that stand in no lesson, and why."""

FIGURES: dict[str, dict[str, tuple[str, ...]]] = {
    "01 First look": {"early": ("0.94", "0.19", "2.68", "0.79")},
    "02 Why latent space": {"numbers": ("49,152", "2,048", "24", "48"), "autoencoder": ("34.3", "31.3", "21.6")},
    "03 Forward noising": {"mirror": ("14.61", "0.58", "0.83", "0.44", "0.14")},
    "04 Schedules": {"schedules": ("6", "8", "2", "1", "0.137", "0.152", "0.160", "0.173")},
    "05 Samplers and steps": {
        "steps": ("0.328", "0.137", "0.091", "0.041", "0.136", "0.032", "0.520", "0.513"),
    },
    "06 Layout first": {"commit": ("6.2", "7.6", "8.4", "1.9", "10.6", "5.2")},
    "07 Prompt switch": {"switch": ("0.97", "0.72", "0.48", "0.37")},
    "08 The CFG triangle": {"triangle": ("1.47", "0.21", "0.00")},
    "09 Guidance sweep": {
        "burning": ("1.72", "2.99"),
        "obedience": ("0.91", "0.99"),
    },
    "10 The negative prompt": {"negative": ("0.61", "0.502", "0.546")},
    "11 Where a word looks": {"looking": ("0.95", "0.73")},
    "12 Seed walk": {"walks": ("0.71", "0.91", "1.00", "0.40")},
    "13 From a picture": {"strength": ("1.18", "14.61", "0.98", "0.77", "0.29", "0.18")},
    "14 A bolt in 96 numbers": {"bolt": ("96", "98.1", "256")},
    "15 How much rank does a style need": {
        "dial": ("78", "69", "85", "95"),
        "fine-tune": ("87", "25"),
        "loras": ("0.586", "0.337", "0.299", "0.300"),
    },
    "16 Longer strides": {"strides of four": ("0.28", "0.48", "0.41")},
    "17 Fewer bits": {
        "bits": ("0.83", "14.97", "34.15", "81.17", "48.2", "21.2", "14.8", "10.0", "3.74", "1.92"),
    },
}
"""Numbers that a lesson quotes, by the table of docs/claims.md or docs/pocket.md in which they stand."""


@EACH
def test_a_lesson_predicts_runs_looks_changes_one_thing_and_asks(name):
    text = text_of(notes_of(read(name))[0])
    places = [text.find(part) for part in PARTS]
    assert -1 not in places and places == sorted(places), dict(zip(PARTS, places, strict=True))
    assert "*Answer" not in text


@EACH
def test_the_answer_of_a_lesson_is_folded_away_right_below_its_note(name):
    leading, answer = notes_of(read(name))
    assert answer["flags"] == {"collapsed": True} and not leading["flags"].get("collapsed")
    assert text_of(answer)
    (left, top), height = leading["pos"], leading["size"][1]
    assert answer["pos"][0] == left and answer["size"][0] == leading["size"][0]
    assert TITLE_BAR <= answer["pos"][1] - top - height <= BELOW


@EACH
def test_notes_use_no_code_marks_which_one_renderer_paints_dark_on_dark(name):
    assert not any("`" in text_of(note) for note in notes_of(read(name)))


@EACH
def test_nothing_overlaps_in_a_lesson_not_even_the_answer_once_it_is_open(name):
    boxes = [(node.get("title") or node["type"], Box.of(node)) for node in read(name)["nodes"]]
    overlapping = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)]
    assert overlapping == []


@EACH
def test_the_note_stands_left_of_the_graph(name):
    workflow = read(name)
    notes = notes_of(workflow)
    right = max(Box.of(note).right for note in notes)
    assert all(Box.of(node).left >= right for node in workflow["nodes"] if node not in notes)


@EACH
def test_a_lesson_has_a_number_and_a_square_thumbnail(name):
    assert re.fullmatch(r"\d\d [A-Z].+", name)
    with Image.open(FOLDER / f"{name}.jpg") as thumbnail:
        assert thumbnail.size == (512, 512)


def test_no_two_lessons_have_one_number():
    numbers = [name[:2] for name in NAMES]
    assert len(set(numbers)) == len(numbers)


def test_every_node_stands_in_a_lesson_or_has_a_reason_not_to():
    used = {node["type"] for name in NAMES for node in read(name)["nodes"]}
    ids = {node.define_schema().node_id for node in NODES}
    assert ids - used - IN_NO_LESSON.keys() == set()
    assert IN_NO_LESSON.keys() <= ids


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_the_figures_that_a_lesson_quotes_are_those_that_were_measured(name):
    said = " ".join(text_of(note) for note in notes_of(read(name)))
    pages = "".join((DOCS / page).read_text(encoding="utf-8") for page in ("claims.md", "pocket.md"))
    for table, figures in FIGURES[name].items():
        measured = re.search(rf"<!-- {table} -->\n(.*?)<!-- /{table} -->", pages, re.DOTALL)[1]
        assert [figure for figure in figures if not _stands(figure, said) or not _stands(figure, measured)] == []


def _stands(figure: str, text: str) -> bool:
    """As a number of its own, not as a part of a longer one."""
    return re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d]|\.\d)", text) is not None
