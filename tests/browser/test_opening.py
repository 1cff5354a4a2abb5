"""Where a viewer opens: on what its workflow says, until somebody moves; and what it shows while views are drawn."""

import itertools

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, settle, step_slider, wait_for_deck, wait_for_pictures
from denoiscope.devtools.driving.workflows import VIEWER, sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEEDS = itertools.count(9000)
TOLD = """() => {
  window.told = [];
  app.api.addEventListener("denoiscope.views", ({ detail }) => {
    const viewer = document.querySelector(".denoiscope");
    told.push([
      viewer.querySelector(".ds-content").dataset.state, viewer.querySelector(".ds-badge").textContent,
    ]);
  });
}"""
STOP = """() => app.api.addEventListener("denoiscope.views", () => app.api.interrupt(), { once: true })"""


def opening(workflow: dict, **place) -> dict:
    viewer = next(node for node in workflow["nodes"] if str(node["id"]) == VIEWER)
    viewer["properties"]["denoiscope_opens"] = place
    return workflow


def selected(viewer):
    return viewer.locator("[role=tab][aria-selected=true]")


CHOOSE = """([id, words]) => {
  const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
  app.collectNodeMenuItems(node).find(({ content }) => content === words).callback();
  return app.rootGraph.serialize().nodes.find((one) => String(one.id) === id).properties.denoiscope_opens ?? null;
}"""


def test_the_menu_of_the_node_keeps_where_it_opens_in_the_graph(opened):
    opened.load(sampled(seed=next(SEEDS)))
    opened.run()
    viewer = opened.viewer()
    wait_for_deck(viewer)
    viewer.get_by_role("tab", name="x0 guess", exact=True).click()
    step_slider(viewer).fill("3")
    settle(opened.page)
    here, again = "Open here from now on (saved in the workflow)", "Open as it comes again"
    assert opened.page.evaluate(CHOOSE, [VIEWER, here]) == {"view": "x0", "step": 3}
    assert opened.page.evaluate(CHOOSE, [VIEWER, again]) is None


def test_a_viewer_opens_where_its_workflow_says_until_somebody_moves(opened):
    opened.load(opening(sampled(seed=next(SEEDS)), view="triangle", step=2))
    opened.run()
    viewer = opened.viewer()
    wait_for_deck(viewer)
    expect(selected(viewer)).to_have_text("triangle")
    expect(step_slider(viewer)).to_have_value("2")
    viewer.get_by_role("tab", name="x0 guess", exact=True).click()
    step_slider(viewer).fill("5")
    settle(opened.page)
    wait_for_pictures(viewer)
    opened.run()
    expect(selected(viewer)).to_have_text("x0 guess")
    expect(step_slider(viewer)).to_have_value("5")


def test_what_a_file_says_wrongly_is_left_out(opened):
    opened.load(opening(sampled(seed=next(SEEDS)), view=7, step="two", speed=1000))
    opened.run()
    wait_for_deck(opened.viewer())
    expect(step_slider(opened.viewer())).to_have_value("6")


def test_the_deck_stands_there_before_all_its_views_are_drawn(opened):
    opened.load(opening(sampled(seed=next(SEEDS), steps=20), view="x0"))
    opened.page.evaluate(TOLD)
    opened.run()
    wait_for_deck(opened.viewer())
    expect(opened.viewer().locator(".ds-badge")).to_have_text("VAE")
    told = opened.page.evaluate("told")
    assert told[0] == ["deck", "approximate for now"]
    assert ["deck", "VAE"] in told


def test_a_run_that_is_stopped_while_it_is_drawn_keeps_what_came(opened):
    opened.load(opening(sampled(seed=next(SEEDS), steps=40, batch=4), view="x0"))
    opened.page.evaluate(STOP)
    opened.queue()
    viewer = opened.viewer()
    expect(viewer.locator(".ds-legend > .ds-caption")).to_have_text(
        "The run was stopped before the VAE had decoded this view.", timeout=PATIENCE
    )
    wait_for_pictures(viewer)
    expect(viewer.locator(".ds-badge")).to_have_text("approximate")
    viewer.get_by_role("tab", name="conditional", exact=True).click()
    expect(viewer.get_by_text("The run was stopped before this view was drawn.").first).to_be_visible()
    opened.wait_until_idle()
