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
PARTS = (
    "## ",
    "**Predict first.**",
    "**Run it.**",
    "**Look.**",
    "**Change one thing.**",
    "**Question.**",
    "folded away",
)
"""What the leading note says, in this order."""
BELOW = 60
"""At most so many graph units between a note and its answer."""

IN_NO_LESSON = {
    "DenoiscopeChainRuns": "has graphs of its own, in example_workflows/two_samplers",
    "DenoiscopeCompareRuns": "holds two runs of your own beside each other",
    "DenoiscopeLoadDeck": "opens a file, and a lesson brings none",
    "DenoiscopeSaveDeck": "its file shows nothing by itself; the lessons that leave something behind leave a page",
    "DenoiscopeFrames": "for who puts pictures of a run into a film or a print",
    "DenoiscopeLoadLora": "opens a file of one's own",
    "DenoiscopeTruncateLora": "makes a file from one's own",
}
"""Nodes that stand in no lesson, and why."""


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
