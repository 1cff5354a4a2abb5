"""Sweeps and walks in ComfyUI's own frontend and against the real server, in both renderers."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, ready, step_slider, wait_for_deck, wait_for_pictures
from denoiscope.devtools.driving.workflows import VIEWER, swept, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEEDS = itertools.count(500)
STEPS = ("steps", "2, 3, 5")
SMALL = (*STEPS, "sampler", "euler, heun")


@pytest.fixture
def shown(opened):
    """The same sweep in every test, so that ComfyUI samples it once and then has it in its cache."""
    opened.load(swept(axes=SMALL))
    opened.run()
    wait_for_deck(opened.viewer())
    return opened


def wait_until_kept(opened, *, pins: int, compare: str) -> None:
    """A place is kept once the user rests."""
    opened.page.wait_for_function(
        """([node, pins, compare]) => {
          const kept = JSON.parse(sessionStorage.getItem(`denoiscope.place|${app.rootGraph.id}|${node}`));
          return kept?.pins?.length === pins && kept.compare === compare;
        }""",
        arg=[VIEWER, pins, compare],
    )


def test_a_sweep_is_a_grid_with_heads_and_its_cells_differ(shown):
    viewer = shown.viewer()
    expect(viewer.locator(".ds-column")).to_have_text(["2", "3", "5"])
    expect(viewer.locator(".ds-row")).to_have_text(["euler", "heun"])
    expect(viewer.get_by_role("checkbox")).to_have_count(6)
    expect(viewer.get_by_text(re.compile("one for all 6: [0-9a-f]{8}"))).to_be_attached()
    expect(viewer.get_by_role("group", name="Cells stand")).to_be_visible()
    viewer.get_by_role("tab", name="x0 guess", exact=True).click()
    wait_for_pictures(viewer)
    pictures = viewer.locator(".ds-cell canvas").evaluate_all("(all) => all.map((canvas) => canvas.toDataURL())")
    assert len(set(pictures)) == 6


def test_the_grid_fills_while_the_sweep_runs_and_the_deck_takes_its_place(opened):
    opened.load(swept(axes=(*STEPS, "guidance", "1, 3, 6"), steps=4, seed=next(SEEDS), one_by_one=True))
    opened.page.evaluate(
        """() => {
          window.seen = new Set();
          const content = document.querySelector(".ds-content");
          const look = () => {
            const waiting = [...content.querySelectorAll(".ds-sentence")].some((one) => one.textContent === "waiting");
            const caption = content.querySelector(".ds-caption").textContent;
            if (content.dataset.state === "live") seen.add(`${waiting ? "waiting, " : ""}${caption}`);
          };
          new MutationObserver(look).observe(content, { attributes: true, subtree: true, childList: true });
        }"""
    )
    opened.run()
    wait_for_deck(opened.viewer())
    seen = opened.page.evaluate("[...seen]")
    assert any(re.match(r"waiting, [1-8] of 9 cells", text) for text in seen), seen
    expect(opened.viewer().get_by_role("checkbox")).to_have_count(9)
    expect(step_slider(opened.viewer())).to_have_attribute("max", "5")


def test_a_sweep_that_is_interrupted_keeps_its_cells_and_names_the_file(opened):
    opened.load(swept(axes=("seed", "1..40"), steps=40, seed=next(SEEDS), one_by_one=True))
    viewer = opened.viewer()
    opened.queue()
    expect(viewer.locator(".ds-caption").first).to_have_text(re.compile(r"^([2-9]|..) of 40 cells"), timeout=PATIENCE)
    opened.page.evaluate("() => app.api.interrupt()")
    expect(viewer.get_by_text(re.compile(r"stopped_\d+_\.safetensors"))).to_be_visible(timeout=PATIENCE)
    expect(viewer.get_by_text("not run").first).to_be_attached()
    expect(viewer.locator(".ds-sentence:visible", has_text="waiting")).to_have_count(0)
    opened.wait_until_idle()


def test_pins_and_the_comparison_survive_a_reload(shown):
    viewer = shown.viewer()
    for cell in (0, 5):
        viewer.get_by_role("checkbox").nth(cell).click()
    with shown.page.expect_navigation():  # at once, as the click is made: before anybody has rested
        viewer.get_by_role("button", name="difference").evaluate("(way) => (way.click(), window.location.reload())")
    ready(shown)
    wait_for_deck(shown.viewer())
    expect(viewer.get_by_role("region", name="A and B compared")).to_be_visible()
    expect(viewer.get_by_role("button", name="difference")).to_have_attribute("aria-pressed", "true")
    expect(viewer.locator(".ds-cell[data-pin=B]")).to_have_count(1)
    viewer.get_by_role("button", name="Unpin").click()
    wait_until_kept(shown, pins=0, compare="difference")


def test_pins_are_let_go_where_their_cells_are_gone(shown):
    for cell in (0, 1):
        shown.viewer().get_by_role("checkbox").nth(cell).click()
    wait_until_kept(shown, pins=2, compare="wipe")
    shown.page.evaluate(
        """() => {
          const sweep = app.graph.nodes.find((node) => node.type === "DenoiscopeSweep");
          sweep.widgets.find((widget) => widget.name === "axis.step_counts").value = "2, 4, 6";
        }"""
    )
    shown.run()
    expect(shown.viewer().locator(".ds-column").nth(1)).to_have_text("4", timeout=PATIENCE)
    expect(shown.viewer().locator(".ds-cell[data-pin]")).to_have_count(1)


def test_where_two_cells_part_is_found_in_their_pictures(shown):
    viewer = shown.viewer()
    for cell in (0, 2):
        viewer.get_by_role("checkbox").nth(cell).click()
    expect(viewer.locator(".ds-parting")).to_have_text(re.compile("They (never )?part"), timeout=PATIENCE)
    viewer.get_by_role("button", name="Unpin").click()


def test_the_grid_stays_inside_a_small_node(shown):
    viewer = shown.viewer()
    box = viewer.bounding_box()
    for part in (".ds-stage", ".ds-together", ".ds-time"):
        inner = viewer.locator(part).bounding_box()
        assert box["x"] <= inner["x"] and inner["x"] + inner["width"] <= box["x"] + box["width"] + 1, part


def test_a_walk_shows_one_stop_and_is_played_along(opened):
    opened.load(walked(steps=3, between=2))
    opened.run()
    wait_for_deck(opened.viewer())
    viewer = opened.viewer()
    expect(viewer.locator(".ds-cell")).to_have_count(1)
    stops = viewer.get_by_role("slider", name="Stop")
    expect(stops).to_have_attribute("max", "3")
    viewer.get_by_role("combobox", name="Speed").select_option("4")
    viewer.get_by_role("button", name="Play", exact=True).click()
    expect(stops).to_have_value("3", timeout=PATIENCE)
    expect(stops).to_have_attribute("aria-valuetext", "seed 2, stop 4 of 4")
    expect(step_slider(viewer)).to_have_value("3")
