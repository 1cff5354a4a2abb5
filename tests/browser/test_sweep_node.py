"""The Sweep node's axes in ComfyUI's own frontend: each choice brings its text, and nothing of it is ever lost."""

import pytest

from denoiscope.devtools.driving.frontend import PATIENCE, ready, settle
from denoiscope.devtools.driving.workflows import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NODE = """app.graph.nodes.filter((node) => node.type === "DenoiscopeSweep")"""
AXES = f"""() => {NODE}.map((node) => Object.fromEntries(
  node.widgets.filter((widget) => widget.name.includes("axis")).map((widget) => [widget.name, widget.value])))"""
SET = f"""([name, value]) => {{
  const widget = {NODE}[0].widgets.find((one) => one.name === name);
  widget.value = value;
  widget.callback?.(value);
  app.extensionManager.workflow.activeWorkflow.changeTracker.checkState();
}}"""
TRACKER = "(way) => app.extensionManager.workflow.activeWorkflow.changeTracker[way]()"
PASTE = f"""() => {{
  const [node] = {NODE};
  app.canvas.deselectAll();
  app.canvas.select(node);
  app.canvas.copyToClipboard();
  app.canvas.pasteFromClipboard({{ position: [node.pos[0], node.pos[1] + 500] }});
}}"""
MIDDLE = f"""(name) => {{
  const [node] = {NODE};
  const widget = node.widgets.find((one) => one.name === name);
  return app.canvasPosToClientPos([node.pos[0] + node.size[0] / 2, node.pos[1] + widget.last_y + 10]);
}}"""

GUIDANCE = {"axis": "guidance", "axis.guidance_values": "2, 3", "second_axis": "steps", "second_axis.step_counts": "4"}
SWITCH = {
    "axis": "prompt switch",
    "axis.switch_steps": "0, 2, 4, 8, 12, 20",
    "second_axis": "steps",
    "second_axis.step_counts": "4",
}


@pytest.fixture
def opened(opened):
    """A saved workflow whose sweep has both axes set."""
    opened.load(swept())
    return opened


def swept() -> dict:
    workflow = sampled()
    node = next(node for node in workflow["nodes"] if node["type"] == "DenoiscopeKSampler")
    node |= {
        "type": "DenoiscopeSweep",
        "outputs": node["outputs"][::-1],
        "widgets_values": [7, "fixed", 6, 4.0, "euler", "karras", 1.0, *GUIDANCE.values(), True, 0, 1024],
    }
    for link in workflow["links"]:
        link[2] = 0 if link[5] == "DENOISCOPE_DECK" else link[2]
    return workflow


def axes(opened) -> list[dict]:
    settle(opened.page)
    return opened.page.evaluate(AXES)


def choose(opened, name: str, value: str) -> None:
    opened.page.evaluate(SET, [name, value])


def test_a_saved_workflow_opens_with_its_axes_and_queues_what_it_was_saved_with(opened, server):
    assert axes(opened) == [GUIDANCE]
    saved, queued = opened.page.evaluate("async () => [app.rootGraph.serialize(), (await app.graphToPrompt()).output]")
    assert server.to_api(saved) == queued
    assert queued["5"]["inputs"].items() >= GUIDANCE.items()


def test_another_axis_brings_its_own_text_and_leaves_the_second_alone(opened):
    choose(opened, "axis", "prompt switch")
    assert axes(opened) == [SWITCH]
    choose(opened, "second_axis", "none")
    assert axes(opened) == [{**dict(list(SWITCH.items())[:2]), "second_axis": "none"}]


def test_undo_and_redo_bring_texts_back(opened):
    choose(opened, "axis", "prompt switch")
    for way, wanted in (("undo", GUIDANCE), ("redo", SWITCH)):
        opened.page.evaluate(TRACKER, way)
        assert axes(opened) == [wanted]


def test_a_pasted_sweep_has_the_same_axes(opened):
    opened.page.evaluate(PASTE)
    assert axes(opened) == [GUIDANCE, GUIDANCE]


def test_a_reload_keeps_the_axes(opened):
    choose(opened, "axis.guidance_values", "5, 6")
    opened.page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('5, 6'))")
    opened.page.reload()
    ready(opened)
    opened.page.wait_for_function(f"() => {NODE}.length > 0", timeout=PATIENCE)
    assert axes(opened) == [{**GUIDANCE, "axis.guidance_values": "5, 6"}]


def test_a_choice_made_with_the_mouse_opens_its_text(opened):
    opened.page.evaluate("() => { app.canvas.ds.offset = [-200, 100]; app.canvas.setDirty(true, true); }")
    settle(opened.page)
    pick(opened, "second_axis", "seed")
    assert axes(opened)[0] == {**dict(list(GUIDANCE.items())[:2]), "second_axis": "seed", "second_axis.seeds": "1..4"}


def pick(opened, name: str, entry: str) -> None:
    """The classic canvas draws its widgets itself, and opens a menu where one is clicked."""
    if not opened.classic:
        opened.page.locator("[data-node-id='5']").get_by_role("combobox", name=name).click()
        opened.page.get_by_role("option", name=entry, exact=True).click()
        return
    opened.page.mouse.click(*opened.page.evaluate(MIDDLE, name))
    opened.page.locator(".litemenu-entry").get_by_text(entry, exact=True).click()
