"""Predict before reveal in the viewer's node, in ComfyUI's own frontend and both renderers."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, ready, settle, step_slider, wait_for_deck
from denoiscope.devtools.driving.workflows import VIEWER, sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEEDS = itertools.count(7000)
NEW_SEED = """(seed) => {
  const node = app.graph.nodes.find((one) => one.type === "DenoiscopeKSampler");
  node.widgets.find((one) => one.name === "seed").value = seed;
}"""
REMEMBERED = """(node) => {
  const kept = sessionStorage.getItem(`denoiscope.place|${app.rootGraph.id}|${node}`);
  return JSON.parse(kept)?.prediction?.mark === 2;
}"""


def test_a_run_is_predicted_once_stays_shown_after_a_reload_and_the_next_run_is_hidden_again(opened):
    opened.load(sampled(seed=next(SEEDS), steps=4, predict="step"))
    opened.run()
    viewer, slider = opened.viewer(), step_slider(opened.viewer())
    wait_for_deck(viewer)
    expect(slider).to_have_value("0")
    for _ in range(2):
        viewer.get_by_role("button", name="Next step").click()
    slider.fill("4")
    settle(opened.page)
    expect(slider).to_have_value("2")
    viewer.get_by_role("button", name="Decided here: step 2").click()
    answer = viewer.get_by_text(re.compile(r"You said step 2[;,].* 90 % of the picture stayed put from step \d on"))
    expect(answer).to_be_focused()
    opened.page.wait_for_function(REMEMBERED, arg=VIEWER)
    opened.page.reload()
    ready(opened)
    wait_for_deck(viewer)
    expect(answer).to_be_visible()
    slider.fill("4")
    opened.page.evaluate(NEW_SEED, next(SEEDS))
    opened.run()
    expect(viewer.get_by_role("button", name="Decided here: step 0")).to_be_visible(timeout=PATIENCE)
    expect(slider).to_have_value("0")


@pytest.mark.parametrize("tab", ["classic"], indirect=True)
def test_live_pictures_are_held_back_and_it_says_so(opened):
    opened.load(sampled(seed=next(SEEDS), steps=4000, predict="step"))
    viewer = opened.viewer()
    opened.queue()
    expect(viewer.get_by_text("Its live pictures are held back")).to_be_visible(timeout=PATIENCE)
    expect(viewer.locator(".ds-cell, .ds-slider:visible")).to_have_count(0)
    opened.page.evaluate("() => app.api.interrupt()")
    expect(viewer.get_by_text("There is nothing to predict.")).to_be_visible(timeout=PATIENCE)
    opened.wait_until_idle()
