"""When a run settles, seen: colours over the picture and curves below it, on a page and in both renderers."""

import re

import pytest
import torch
from playwright.sync_api import expect

from denoiscope.core.drawing.colour import FROM_ZERO, colour
from denoiscope.devtools.driving.frontend import (
    PATIENCE,
    close_to,
    pixel,
    settle,
    step_slider,
    wait_for_deck,
    wait_for_pictures,
)
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.scrubbing import scrub
from denoiscope.devtools.driving.synthetic import Slot, data_url, payload
from denoiscope.devtools.driving.synthetic_layers import covered_grid, settling
from denoiscope.devtools.driving.workflows import sampled, swept

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPACITY = 0.66
LAST = 8

PARTS = re.compile(r"They (part at step (?P<step>\d+)|part from the (?P<start>start)|(?P<never>never) part)")


@pytest.fixture
def opened(chromium, tmp_path):
    deck = settling(payload(data_url, steps=LAST, views=("x", "x_raw", "x0", "channels", "difference")))
    with page_from_disk(chromium, tmp_path, deck) as page:
        yield page
        assert page.complaints == []


def switch(viewer):
    return viewer.get_by_role("switch", name="settled")


def go(opened, state: int) -> None:
    slider = step_slider(opened.viewer)
    slider.focus()
    opened.page.keyboard.press("Home")
    for _ in range(state):
        opened.page.keyboard.press("ArrowRight")
    settle(opened.page)


def covered(slot: Slot, step: int) -> list[int]:
    """The picture's colour under that of a region which settled at a step."""
    over = (colour_of(step) * 255).round().tolist()
    return [round(OPACITY * a + (1 - OPACITY) * b) for a, b in zip(over, slot.colour, strict=True)]


def colour_of(step: int):
    return colour(torch.tensor(float(step)), 0, LAST, FROM_ZERO)


def region(opened, column: int) -> list[int]:
    return pixel(opened.viewer, (16 * column + 8, 16))


def test_a_region_is_coloured_from_the_step_on_at_which_it_settled_and_its_colour_is_that_of_the_step(opened):
    switch(opened.viewer).click()
    for state in (0, 1, 2, 4, 5, 8):
        go(opened, state)
        for column, step in enumerate((0, 2, 5, 8)):
            slot = Slot("x", 0, state, 0)
            wanted = covered(slot, step) if step <= state else slot.colour
            assert close_to(region(opened, column), wanted, slack=3), (state, column)


def test_the_switch_takes_the_colours_away_again_and_brings_the_other_curves_back(opened):
    viewer = opened.viewer
    lines = viewer.locator(".ds-key")
    before = lines.all_inner_texts()
    switch(viewer).click()
    expect(switch(viewer)).to_have_attribute("aria-checked", "true")
    expect(lines).to_have_text(["σ 0", "layout 0 %", "shapes 0 %", "texture 0 %"])
    switch(viewer).click()
    expect(lines).to_have_text(before)
    assert close_to(region(opened, 3), Slot("x", 0, 8, 0).colour)


def test_the_legend_says_what_the_colours_mean_from_the_first_step_to_the_last(opened):
    viewer = opened.viewer
    switch(viewer).click()
    expect(viewer.locator(".ds-legend")).to_contain_text("stays within 20 % of the final latent")
    expect(viewer.get_by_role("img", name="settled at step from 0 to 8")).to_be_visible()


def test_maps_of_numbers_and_the_triangle_keep_their_own_colours(opened):
    viewer = opened.viewer
    switch(viewer).click()
    for view in ("latent channels", "difference"):
        viewer.get_by_role("tab", name=view).click()
        wait_for_pictures(viewer)
        expect(switch(viewer)).to_be_hidden()
    viewer.get_by_role("tab", name="x0 guess").click()
    wait_for_pictures(viewer)
    expect(switch(viewer)).to_have_attribute("aria-checked", "true")


def test_a_ring_marks_where_each_band_settled_and_a_key_hides_its_line(opened):
    viewer = opened.viewer
    switch(viewer).click()
    rings = viewer.locator(".ds-curves .ds-hole")
    expect(rings).to_have_count(3)
    assert rings.first.get_attribute("d").startswith("M250 "), "step 2 of 8 on a field 1000 wide"
    viewer.locator(".ds-key[data-line=layout]").click()
    expect(rings).to_have_count(2)


def test_the_facts_name_the_steps(opened):
    expect(opened.viewer.locator(".ds-list")).to_contain_text("layout 2, shapes 5, texture 7, whole 6")


def test_a_page_without_these_numbers_has_no_switch(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=4)) as page:
        expect(switch(page.viewer)).to_be_hidden()
        assert page.complaints == []


def test_the_keyboard_reaches_the_switch(opened):
    switch(opened.viewer).focus()
    opened.page.keyboard.press("Space")
    expect(switch(opened.viewer)).to_have_attribute("aria-checked", "true")


def test_a_scrub_of_sixteen_covered_cells_draws_once(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, covered_grid()) as page:
        switch(page.viewer).click()
        assert set(scrub(page.page, 60).draws) == {1}


# In ComfyUI's own frontend, in both renderers.


def with_measures(flow: dict, *, deck: tuple[int, int]) -> dict:
    """The workflow with Measures beside its viewer; `deck` is the node and the output that give it."""
    node, slot = deck
    flow["nodes"].append(
        {
            "id": 20,
            "type": "DenoiscopeMeasures",
            "pos": [1140, 0],
            "size": [480, 900],
            "flags": {},
            "order": 20,
            "mode": 0,
            "inputs": [
                {"name": "deck", "type": "DENOISCOPE_DECK", "link": 90},
                {"name": "vae", "type": "VAE", "link": 91},
            ],
            "outputs": [
                {"name": name, "type": kind, "links": []}
                for name, kind in (("chart", "IMAGE"), ("commit_map", "IMAGE"), ("table", "STRING"), ("csv", "STRING"))
            ],
            "properties": {},
            "widgets_values": ["when it settles", 0.2, 0, 0, 2.0, 6.0],
        }
    )
    flow["links"] += [[90, node, slot, 20, 0, "DENOISCOPE_DECK"], [91, 1, 2, 20, 1, "VAE"]]
    for placed in flow["nodes"]:
        if placed["id"] == node:
            placed["outputs"][slot]["links"].append(90)
        if placed["id"] == 1:
            placed["outputs"][2]["links"].append(91)
    return flow | {"last_node_id": 20, "last_link_id": 91}


@pytest.fixture
def frontend_tab(tab):
    tab.complaints.clear()
    yield tab
    assert tab.complaints == []


def result_of(server, opened) -> dict:
    workflow = opened.page.evaluate("app.rootGraph.id")
    jobs = server.client.get_json(f"/api/jobs?status=completed&limit=1&workflow_id={workflow}")["jobs"]
    return server.client.get_json(f"/api/jobs/{jobs[0]['id']}")["outputs"]


def test_the_chart_and_the_viewer_show_the_same_steps(frontend_tab, server):
    opened = frontend_tab
    opened.load(with_measures(sampled(steps=8), deck=(5, 1)))
    opened.run()
    charted, viewer = opened.page.locator(".ds-plot-content"), opened.viewer()
    expect(charted).to_have_attribute("data-state", "chart", timeout=PATIENCE)
    wait_for_deck(viewer)
    outputs = result_of(server, opened)
    (run,) = outputs["20"]["denoiscope_measures"][0]["runs"]
    steps = ", ".join(f"{part} {step}" for part, step in run["settled_at"].items())
    expect(viewer.locator(".ds-list")).to_contain_text(steps)
    switch(viewer).click()
    expect(viewer.locator(".ds-key")).to_have_count(4)
    for name in run["settled_at"]:
        expect(opened.page.get_by_role("button", name=name, exact=True).first).to_be_visible()


def test_two_cells_part_in_the_viewer_where_measures_says_so(frontend_tab, server):
    opened = frontend_tab
    opened.load(with_measures(swept(axes=("guidance", "4, 5, 9"), steps=8), deck=(5, 0)))
    opened.run()
    wait_for_deck(opened.viewer())
    runs = result_of(server, opened)["20"]["denoiscope_measures"][0]["runs"]
    viewer = opened.viewer()
    cells = viewer.get_by_role("checkbox")
    for other in (1, 2):
        cells.nth(0).click()
        cells.nth(other).click()
        expect(viewer.locator(".ds-parting")).to_contain_text("part", timeout=PATIENCE)
        expect(viewer.locator(".ds-parting")).not_to_contain_text("Looking", timeout=PATIENCE)
        said = PARTS.search(viewer.locator(".ds-parting").inner_text())
        found = runs[other]["parting"]
        assert found["kind"] == next(kind for kind, value in said.groupdict().items() if value)
        if found["kind"] == "step":
            assert found["step"] == int(said["step"])
        opened.page.keyboard.press("Escape")
