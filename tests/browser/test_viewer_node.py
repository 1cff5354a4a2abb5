"""The viewer inside its node, in ComfyUI's own frontend and against the real server, in both renderers."""

import itertools
import re
import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import (
    PATIENCE,
    close_to,
    pixel,
    ready,
    settle,
    step_slider,
    wait_for_deck,
    wait_for_pictures,
)
from denoiscope.devtools.driving.workflows import DECODE, PICTURE, VIEWER, sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEEDS = itertools.count(100)


@pytest.fixture
def shown(opened):
    """A workflow that has run; the same in every test, so that ComfyUI samples it once and then has it in its cache."""
    opened.load(sampled(seed=7))
    opened.run()
    wait_for_deck(opened.viewer())
    return opened


def wait_until_remembered(opened, step: int) -> None:
    """A place is kept once the user rests."""
    opened.page.wait_for_function(
        """([node, step]) => {
          const kept = sessionStorage.getItem(`denoiscope.place|${app.rootGraph.id}|${node}`);
          return JSON.parse(kept)?.step === step;
        }""",
        arg=[VIEWER, step],
    )


def payload_of(server, opened, node: str = VIEWER) -> dict:
    """What the newest finished job of the workflow on screen gave the viewer."""
    workflow = opened.page.evaluate("app.rootGraph.id")
    jobs = server.client.get_json(f"/api/jobs?status=completed&limit=1&workflow_id={workflow}")["jobs"]
    return server.client.get_json(f"/api/jobs/{jobs[0]['id']}")["outputs"][node]["denoiscope_deck"][0]


def picture_on_disk(server, payload: dict, view: str, state: int) -> Image.Image:
    """The same picture by another road: cut from the sheet's file by Pillow."""
    sheets = next(view_told for view_told in payload["views"] if view_told["id"] == view)["sheets"]
    sheet = next(one for one in sheets if one["first"] <= state < one["first"] + one["count"])
    size, at = payload["tile"]["width"], state - sheet["first"]
    left, top = at % sheet["columns"] * size, at // sheet["columns"] * size
    whole = Image.open(server.path_of(sheet["source"])).convert("RGB")
    return whole.crop((left, top, left + size, top + size))


def test_a_run_is_shown_picture_by_picture(shown, server):
    viewer, payload = shown.viewer(), payload_of(server, shown)
    for tab, view in (("x_t", "x"), ("x0 guess", "x0")):
        viewer.get_by_role("tab", name=tab, exact=True).click()
        wait_for_pictures(viewer)
        for state in (0, 3, 6):
            step_slider(viewer).fill(str(state))
            wanted = picture_on_disk(server, payload, view, state)
            for place in ((5, 5), (PICTURE // 2, PICTURE // 3)):
                assert close_to(pixel(viewer, place), wanted.getpixel(place)), (view, state, place)


def test_the_last_step_is_shown_after_a_run_and_keys_lead_back(shown):
    slider = step_slider(shown.viewer())
    expect(slider).to_have_value("6")
    slider.focus()
    shown.page.keyboard.press("Home")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"^step 0 of 6, sigma 14\.6, starting noise, pull [\d.]+$")
    )
    shown.page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("1")


def test_a_screen_reader_finds_the_parts_by_name(shown):
    viewer = shown.viewer()
    expect(viewer.get_by_role("tablist", name="Views")).to_be_visible()
    expect(viewer.get_by_role("tab", name="x_t", exact=True)).to_have_attribute("aria-selected", "true")
    expect(viewer.get_by_role("tabpanel")).to_be_visible()
    for name in ("Play", "Loop", "Big view", "Save this picture as PNG"):
        expect(viewer.get_by_role("button", name=name)).to_be_visible()


def test_the_viewer_stays_inside_its_node(shown):
    box = shown.viewer().bounding_box()
    left, top, width, height = shown.page.evaluate(
        """(id) => {
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          const [x, y] = app.canvasPosToClientPos(node.pos);
          return [x, y, node.size[0] * app.canvas.ds.scale, node.size[1] * app.canvas.ds.scale];
        }""",
        VIEWER,
    )
    assert left <= box["x"] and box["x"] + box["width"] <= left + width + 1
    assert top - 1 <= box["y"] and box["y"] + box["height"] <= top + height + 1
    assert box["height"] > height / 2


def test_nothing_of_the_viewer_is_saved_or_queued(shown):
    saved, queued = shown.page.evaluate(
        """async (id) => {
          const saved = app.rootGraph.serialize().nodes.find((node) => String(node.id) === id);
          const queued = (await app.graphToPrompt()).output[id];
          return [saved.widgets_values, Object.keys(queued.inputs).sort()];
        }""",
        VIEWER,
    )
    assert saved == [PICTURE, DECODE, "off"]
    assert queued == ["deck", "decode", "picture_size", "predict", "vae"]


def test_the_wheel_over_the_viewer_zooms_the_canvas(shown):
    before = shown.page.evaluate("app.canvas.ds.scale")
    shown.viewer().get_by_role("tabpanel").hover()
    shown.page.mouse.wheel(0, -120)
    shown.page.wait_for_function("(before) => app.canvas.ds.scale > before", arg=before)


def test_the_middle_button_over_the_viewer_moves_the_canvas(shown):
    before = shown.page.evaluate("[...app.canvas.ds.offset]")
    shown.viewer().get_by_role("tabpanel").hover()
    shown.page.mouse.down(button="middle")
    box = shown.viewer().bounding_box()
    shown.page.mouse.move(box["x"] + box["width"] + 60, box["y"] + 60, steps=4)
    shown.page.mouse.up(button="middle")
    shown.page.wait_for_function("(before) => app.canvas.ds.offset[0] !== before[0]", arg=before)
    expect(step_slider(shown.viewer())).to_have_value("6")


def test_a_bypassed_viewer_is_dimmed(shown):
    dimmed = """() => {
      let opacity = 1;
      for (let e = document.querySelector("section.denoiscope"); e; e = e.parentElement) {
        opacity *= Number(getComputedStyle(e).opacity);
      }
      return opacity < 0.7;
    }"""
    assert not shown.page.evaluate(dimmed)
    shown.page.evaluate(
        """() => {
          app.graph.nodes.find((node) => node.type === "DenoiscopeViewer").mode = 4;
          app.canvas.setDirty(true, true);
        }"""
    )
    shown.page.wait_for_function(dimmed)


def test_the_panel_on_the_right_cannot_squeeze_the_viewer(shown):
    width = shown.viewer().bounding_box()["width"]
    shown.page.evaluate(
        """() => {
          const node = app.graph.nodes.find((one) => one.type === "DenoiscopeViewer");
          node.widgets.find((widget) => widget.name === "viewer").width = 100;
          app.canvas.setDirty(true, true);
        }"""
    )
    settle(shown.page)
    assert shown.viewer().bounding_box()["width"] == width


def test_keys_in_the_big_view_stay_there(shown):
    shown.viewer().get_by_role("button", name="Big view").click()
    expect(shown.page.get_by_role("dialog", name="Deck viewer")).to_be_visible()
    shown.page.keyboard.press("Delete")
    shown.page.keyboard.press("Escape")
    expect(shown.page.get_by_role("dialog", name="Deck viewer")).to_have_count(0)
    wait_for_deck(shown.viewer())
    expect(step_slider(shown.viewer())).to_be_visible()


def test_a_viewer_out_of_sight_loads_nothing(opened):
    opened.load(sampled(seed=next(SEEDS), steps=2))
    sheets = []
    opened.page.on(
        "request", lambda request: sheets.append(request.url) if "subfolder=denoiscope" in request.url else None
    )
    opened.page.evaluate("() => { app.canvas.ds.offset = [9000, 9000]; app.canvas.setDirty(true, true); }")
    opened.run()
    opened.wait_until_idle()
    settle(opened.page)
    assert [url for url in sheets if "live" not in url] == []
    opened.page.evaluate("() => { app.canvas.ds.offset = [-640, 60]; app.canvas.setDirty(true, true); }")
    wait_for_deck(opened.viewer())
    assert len([url for url in sheets if "live" not in url]) == 1


def test_a_batch_stands_side_by_side(opened):
    opened.load(sampled(seed=next(SEEDS), batch=2, steps=2))
    opened.run()
    wait_for_deck(opened.viewer())
    expect(opened.viewer().locator(".ds-cell")).to_have_count(2)


def test_pictures_come_while_the_sampler_runs_and_stay_when_it_is_interrupted(opened):
    opened.load(sampled(seed=next(SEEDS), steps=4000))
    viewer = opened.viewer()
    opened.queue()
    expect(viewer.locator(".ds-content")).to_have_attribute("data-state", "live", timeout=PATIENCE)
    expect(viewer.locator(".ds-badge")).to_have_text("live, approximate")
    expect(step_slider(viewer)).to_have_attribute("data-reach", re.compile("[3-9]|.."), timeout=PATIENCE)
    opened.page.evaluate("() => app.api.interrupt()")
    expect(viewer.get_by_text(re.compile(r"The run stopped at step \d+ of 4000"))).to_be_visible(timeout=PATIENCE)
    expect(viewer.locator(".ds-badge")).to_have_text("approximate")
    wait_for_pictures(viewer)
    newest = step_slider(viewer).get_attribute("data-reach")
    step_slider(viewer).focus()
    opened.page.keyboard.press("Home")
    opened.page.keyboard.press("End")
    expect(step_slider(viewer)).to_have_value(newest)
    opened.wait_until_idle()


def test_the_finished_pictures_take_the_place_of_the_live_ones(opened):
    opened.load(sampled(seed=next(SEEDS), steps=8))
    opened.page.evaluate(
        """() => {
          window.states = new Set();
          const content = document.querySelector(".ds-content");
          new MutationObserver(() => states.add(content.dataset.state)).observe(content, { attributes: true });
        }"""
    )
    opened.run()
    wait_for_deck(opened.viewer())
    assert opened.page.evaluate("[...states]") == ["live", "deck"]
    expect(opened.viewer().locator(".ds-badge")).to_have_text("approximate")
    opened.viewer().get_by_role("tab", name="x0 guess").click()
    expect(opened.viewer().locator(".ds-badge")).to_have_text("VAE")
    expect(step_slider(opened.viewer())).to_have_value("8")


def test_undo_and_redo_leave_the_deck_on_screen(shown):
    shown.page.evaluate(
        """() => {
          const tracker = app.extensionManager.workflow.activeWorkflow.changeTracker;
          tracker.checkState();
          const sampler = app.graph.nodes.find((node) => node.type === "DenoiscopeKSampler");
          sampler.widgets.find((widget) => widget.name === "cfg").value = 7;
          tracker.checkState();
        }"""
    )
    step_slider(shown.viewer()).fill("2")
    wait_until_remembered(shown, 2)
    for way in ("undo", "redo"):
        shown.page.evaluate("(way) => app.extensionManager.workflow.activeWorkflow.changeTracker[way]()", way)
        expect(shown.page.locator("section.denoiscope")).to_have_count(1)
        wait_for_deck(shown.viewer())
        expect(step_slider(shown.viewer())).to_have_value("2")
        shown.viewer().get_by_role("tab", name="x0 guess").click()
        wait_for_pictures(shown.viewer())
    shown.page.evaluate(
        """() => {
          const sampler = app.graph.nodes.find((node) => node.type === "DenoiscopeKSampler");
          sampler.widgets.find((widget) => widget.name === "steps").value = 9;
        }"""
    )
    shown.run()
    expect(step_slider(shown.viewer())).to_have_attribute("max", "9", timeout=PATIENCE)


def test_a_pasted_viewer_is_its_own(shown):
    shown.page.evaluate(
        """(id) => {
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          app.canvas.deselectAll();
          app.canvas.select(node);
          app.canvas.copyToClipboard();
          app.canvas.pasteFromClipboard({ position: [node.pos[0] + 460, node.pos[1]], connectInputs: true });
        }""",
        VIEWER,
    )
    viewers = shown.page.locator("section.denoiscope")
    expect(viewers).to_have_count(2)
    states = shown.page.locator(".ds-content")
    expect(states.nth(0)).to_have_attribute("data-state", "deck")
    expect(states.nth(1)).to_have_attribute("data-state", "empty")
    shown.run()
    expect(states.nth(1)).to_have_attribute("data-state", "deck", timeout=PATIENCE)
    step_slider(viewers.nth(0)).fill("1")
    expect(step_slider(viewers.nth(1))).to_have_value("6")


def test_a_removed_node_takes_its_viewer_along(shown):
    shown.page.evaluate(
        "(id) => app.graph.remove(app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id)))", VIEWER
    )
    expect(shown.page.locator("section.denoiscope")).to_have_count(0)


def test_a_viewer_in_a_subgraph_gets_its_deck(opened):
    opened.load(sampled(seed=next(SEEDS)))
    opened.page.evaluate(
        """(id) => {
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          const { subgraph, node: box } = app.graph.convertToSubgraph(new Set([node]));
          window.box = box;
        }""",
        VIEWER,
    )
    opened.run()
    opened.page.evaluate("() => app.canvas.openSubgraph(window.box.subgraph, window.box)")
    expect(opened.viewer()).to_be_visible(timeout=PATIENCE)
    wait_for_deck(opened.viewer())
    expect(step_slider(opened.viewer())).to_have_value("6")


def test_workflows_in_two_tabs_keep_their_own_decks(opened):
    opened.load(sampled(seed=next(SEEDS), steps=2), name="first of two")
    opened.run()
    wait_for_deck(opened.viewer())
    opened.load(sampled(seed=next(SEEDS), steps=96), name="second of two")
    expect(opened.viewer().locator(".ds-content")).to_have_attribute("data-state", "empty")
    opened.queue()
    opened.switch_to("first of two")
    expect(step_slider(opened.viewer())).to_have_attribute("max", "2", timeout=PATIENCE)
    assert not opened.is_idle(), "the second workflow must still be running when the first is on screen"
    opened.wait_until_idle()
    expect(step_slider(opened.viewer())).to_have_attribute("max", "2")
    opened.switch_to("second of two")
    expect(step_slider(opened.viewer())).to_have_attribute("max", "96", timeout=PATIENCE)
    opened.switch_to("first of two")
    expect(step_slider(opened.viewer())).to_have_attribute("max", "2", timeout=PATIENCE)


def test_the_other_renderer_takes_over_deck_and_place(shown):
    step_slider(shown.viewer()).fill("2")
    for classic in (not shown.classic, shown.classic):
        shown.page.evaluate("(on) => app.extensionManager.setting.set('Comfy.VueNodes.Enabled', on)", not classic)
        expect(shown.viewer()).to_be_visible(timeout=PATIENCE)
        wait_for_deck(shown.viewer())
        expect(step_slider(shown.viewer())).to_have_value("2")


def test_a_reload_brings_deck_and_place_back(shown):
    shown.viewer().get_by_role("tab", name="x0 guess").click()
    step_slider(shown.viewer()).fill("4")
    before = pixel(shown.viewer())
    shown.page.reload()
    ready(shown)
    wait_for_deck(shown.viewer())
    expect(step_slider(shown.viewer())).to_have_value("4")
    expect(shown.viewer().get_by_role("tab", name="x0 guess")).to_have_attribute("aria-selected", "true")
    assert pixel(shown.viewer()) == before


def test_pictures_that_are_gone_say_what_to_do(opened, server):
    opened.load(sampled(seed=next(SEEDS), steps=2))
    opened.run()
    wait_for_deck(opened.viewer())
    payload = payload_of(server, opened)
    x0 = next(view for view in payload["views"] if view["id"] == "x0")
    shutil.rmtree(server.path_of(x0["sheets"][0]["source"]).parent)
    opened.viewer().get_by_role("tab", name="x0 guess").click()
    expect(opened.viewer().get_by_text("These pictures are gone; run the workflow again.")).to_be_visible(
        timeout=PATIENCE
    )


def test_a_viewer_to_which_no_deck_comes_says_why_and_the_graph_runs(opened):
    flow = sampled()
    next(node for node in flow["nodes"] if node["type"] == "DenoiscopeKSampler")["mode"] = 4  # bypassed
    opened.load(flow)
    opened.run()
    expect(opened.viewer()).to_contain_text("No deck comes to this viewer: what gives it is bypassed")
    opened.complaints.clear()  # the frontend's own, that nothing goes past the bypassed node


def test_a_viewer_whose_deck_could_not_be_made_says_why(opened):
    flow = sampled()
    next(node for node in flow["nodes"] if node["type"] == "DenoiscopeKSampler")["widgets_values"][-1] = "3"
    opened.load(flow)
    opened.queue()
    expect(opened.viewer()).to_contain_text("the batch has items 0..0, but item 3 was asked for", timeout=PATIENCE)


BUILD = """(flow) => {
  app.clean();
  app.rootGraph.clear();
  const made = {};
  for (const { id, type, pos, widgets_values } of flow.nodes) {
    const node = (made[id] = LiteGraph.createNode(type));
    node.pos = pos;
    app.rootGraph.add(node);
    widgets_values.forEach((value, index) => (node.widgets[index].value = value));
  }
  for (const [, from, slot, to, input] of flow.links) {
    const { name } = flow.nodes.find((node) => node.id === to).inputs[input];
    made[from].connect(slot, made[to], made[to].findInputSlot(name));
  }
}"""


def test_the_deck_of_a_graph_that_was_built_after_clearing_is_there_after_a_reload(opened):
    """ComfyUI takes the id from a cleared graph, under which its results would come back."""
    opened.page.evaluate(BUILD, sampled())
    opened.run()
    wait_for_deck(opened.viewer())
    opened.page.evaluate("app.extensionManager.workflow.activeWorkflow.changeTracker.checkState()")
    settle(opened.page)
    opened.page.reload()
    ready(opened)
    wait_for_deck(opened.viewer())
