"""The answer of a lesson in ComfyUI's frontend: folded away until the mark before its title is clicked."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from denoiscope.devtools.driving.frontend import PATIENCE, Frontend
from denoiscope.devtools.driving.pack import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = ROOT / "example_workflows" / "03 The CFG triangle.json"
SAID = "three times the difference beyond the conditional one"
IN_SIGHT = """() => {
  const answer = app.graph.nodes.find((node) => node.title === "Answer");
  const { ds, canvas } = app.canvas;
  ds.scale = 1;
  ds.offset = [300 - answer.pos[0], 400 - answer.pos[1]];
  app.canvas.setDirty(true, true);
  const { left, top } = canvas.getBoundingClientRect();
  return [left + 315, top + 385];
}"""
"""Brings the answer into sight, and gives the middle of its mark in the page's coordinates."""


def the_answer(opened: Frontend) -> Locator | Page:
    """Where its text stands in the graph; in Nodes 2.0 the panel at the side may show the note a second time."""
    return opened.page if opened.classic else opened.page.locator(".lg-node").filter(has=title(opened))


def title(opened: Frontend) -> Locator:
    return opened.page.get_by_text("Answer", exact=True)


def click_the_mark(opened: Frontend) -> None:
    place = opened.page.evaluate(IN_SIGHT)
    if opened.classic:
        opened.page.mouse.click(*place)
    else:
        the_answer(opened).get_by_test_id("node-collapse-button").click(timeout=PATIENCE)


def test_the_answer_of_a_lesson_opens_at_a_click_and_not_before(opened):
    opened.load(json.loads(LESSON.read_text(encoding="utf-8")), name="a lesson")
    answer = the_answer(opened).get_by_text(SAID)
    opened.page.evaluate(IN_SIGHT)
    expect(answer).not_to_be_visible()
    click_the_mark(opened)
    expect(answer).to_be_visible(timeout=PATIENCE)
