"""The triangle and a forward deck inside the node, in ComfyUI's own frontend, of real runs, in both renderers."""

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, ready, step_slider, wait_for_pictures
from denoiscope.devtools.driving.workflows import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STEPS = 6
FORWARD = """() => {
  const first = (type) => app.graph.nodes.find((node) => node.type === type);
  const node = LiteGraph.createNode("DenoiscopeForward");
  app.graph.add(node);
  first("DenoiscopePocketModel").connect(0, node, "model");
  first("CLIPTextEncode").connect(0, node, "positive");
  first("DenoiscopeKSampler").connect(0, node, "latent");
  node.connect(0, first("DenoiscopeViewer"), "deck");
  const set = (name, value) => (node.widgets.find((widget) => widget.name === name).value = value);
  set("steps", 6);
  set("mirror", "one guess");
}"""
ROOM = [560, 820]
"""A viewer that has room for the sentence below the formula."""


def run(opened, workflow: dict, change: str | None = None):
    opened.load(workflow)
    if change:
        opened.page.evaluate(change)
    opened.run()
    expect(opened.viewer().locator(".ds-content")).to_have_attribute("data-state", "deck", timeout=PATIENCE)
    wait_for_pictures(opened.viewer())
    return opened.viewer()


def open_triangle(viewer) -> None:
    viewer.get_by_role("tab", name="triangle").click()
    wait_for_pictures(viewer)


def guided(cfg: float) -> dict:
    workflow = sampled(seed=7, steps=STEPS)
    next(node for node in workflow["nodes"] if node["type"] == "DenoiscopeKSampler")["widgets_values"][3] = cfg
    next(node for node in workflow["nodes"] if node["type"] == "DenoiscopeViewer")["size"] = ROOM
    return workflow


def test_a_real_run_is_its_formula(opened):
    viewer = run(opened, guided(4.0))
    open_triangle(viewer)
    expect(step_slider(viewer)).to_have_value(str(STEPS - 1))
    expect(viewer.locator(".ds-sign[data-sign=times]")).to_have_text("× 4")
    expect(viewer.get_by_text("exactly what the formula makes")).to_be_visible()
    expect(viewer.locator(".ds-corner canvas:visible")).to_have_count(4)
    expect(viewer.locator("path.ds-curve[data-line=pull]")).to_have_count(1)


def test_the_triangle_fits_into_the_node_as_it_is_made(opened):
    viewer = run(opened, guided(4.0))
    open_triangle(viewer)
    stage = viewer.get_by_role("tabpanel")
    over = "(one) => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]"
    assert max(stage.evaluate(over)) <= 1
    assert max(viewer.locator(".ds-words").evaluate(over)) <= 1


def test_a_real_run_at_guidance_1_was_never_asked_without_the_prompt(opened):
    viewer = run(opened, guided(1.0))
    open_triangle(viewer)
    expect(viewer.locator(".ds-panel")).to_contain_text("The model was never asked without the prompt")
    expect(viewer.locator(".ds-corner canvas:visible")).to_have_count(2)
    expect(viewer.locator(".ds-key[data-line=pull]")).to_have_count(0)


def test_a_reload_brings_the_triangle_and_the_hidden_lines_back(opened):
    viewer = run(opened, guided(4.0))
    open_triangle(viewer)
    viewer.locator(".ds-key[data-line=change]").click()
    step_slider(viewer).fill("2")
    opened.page.reload()
    ready(opened)
    viewer = opened.viewer()
    expect(viewer.locator(".ds-content")).to_have_attribute("data-state", "deck", timeout=PATIENCE)
    wait_for_pictures(viewer)
    expect(viewer.get_by_role("tab", name="triangle")).to_have_attribute("aria-selected", "true")
    expect(step_slider(viewer)).to_have_value("2")
    expect(viewer.locator("path[data-line=change]")).to_have_count(0)


def test_a_real_picture_is_noised_level_by_level(opened):
    viewer = run(opened, guided(4.0), FORWARD)
    expect(viewer.get_by_role("slider", name="Level")).to_have_value("0")
    expect(viewer.locator(".ds-step-flag")).to_have_text("the picture")
    expect(viewer.locator(".ds-key")).to_have_count(3)
    viewer.get_by_role("tab", name="one-step guess").click()
    viewer.get_by_role("slider", name="Level").fill(str(STEPS))
    wait_for_pictures(viewer)
    expect(viewer.locator(".ds-step-flag")).to_have_text("noise")
    expect(viewer.get_by_role("tab", name="triangle")).to_have_count(0)
