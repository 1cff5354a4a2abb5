"""Predict before reveal on the page: what is hidden, how it is said, and that the measured answer is shown then."""

import re

import pytest
from playwright.sync_api import expect

from denoiscope.core.telling.settling import bands_payload
from denoiscope.devtools.driving.frontend import close_to, pixel, settle, step_slider, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.synthetic import Axis, Slot, data_url, grid, payload
from denoiscope.devtools.driving.synthetic_kinds import forward

pytestmark = pytest.mark.browser

LAST, DECIDED = 8, 6
GUIDANCE = Axis("guidance", ("1", "4", "9", "20"))


def asking(deck: dict, of: str) -> dict:
    """The deck, measured as the nodes measure it, in a viewer that hides the answer."""
    settled = {"layout": 2, "shapes": 5, "texture": 7, "whole": 5}
    settling = {"distance": {}, "settled": settled, "decided": DECIDED, "map": None}
    runs = [trajectory | {"settling": settling} for trajectory in deck["trajectories"]]
    return deck | {"predict": {"of": of, "run": "a1b2c3d4"}, "settling": bands_payload(), "trajectories": runs}


@pytest.fixture
def steps(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, asking(payload(data_url, steps=LAST), "step")) as page:
        yield page
        assert page.complaints == []


@pytest.fixture
def cells(chromium, tmp_path):
    deck = grid(data_url, GUIDANCE, views=("x", "x0", "difference"))
    for trajectory, value in zip(deck["trajectories"], GUIDANCE.values, strict=True):
        trajectory["guidance"] = float(value)
    with page_from_disk(chromium, tmp_path, asking(deck, "cells")) as page:
        yield page
        assert page.complaints == []


def press(viewer, name: str | re.Pattern) -> None:
    viewer.get_by_role("button", name=name).click()
    settle(viewer.page)


def shows(viewer, state: int) -> bool:
    return close_to(pixel(viewer), Slot("x", 0, state, 0).colour)


def shown_cells(viewer) -> list[int]:
    """Which trajectory's picture stands at each cell, by the pictures."""
    wait_for_pictures(viewer)
    return [round(pixel(viewer, cell=k)[2] / 40) for k in range(len(GUIDANCE.values))]


def test_the_run_is_seen_only_as_far_as_it_has_been_walked_and_nothing_else_tells(steps):
    viewer, slider = steps.viewer, step_slider(steps.viewer)
    expect(viewer.get_by_role("tab")).to_have_text(["x_t", "x0 guess", "latent channels"])
    expect(viewer.locator(".ds-key")).to_have_text(["σ 14.6"])
    expect(viewer.locator(".ds-switch:visible, .ds-flag:visible")).to_have_text(["raw scale"])
    assert "settled" not in viewer.inner_text()
    expect(slider).to_have_value("0")
    assert shows(viewer, 0)
    slider.focus()
    for key in ("End", "PageUp"):
        steps.page.keyboard.press(key)
        assert shows(viewer, 0), key
    slider.fill(str(LAST))
    assert shows(viewer, 0)
    steps.page.keyboard.press("ArrowRight")
    press(viewer, "Next step")
    assert shows(viewer, 2)
    viewer.get_by_role("tabpanel").focus()
    steps.page.keyboard.press("Home")
    steps.page.keyboard.press("End")
    assert shows(viewer, 2)
    box = viewer.locator(".ds-plot").bounding_box()
    steps.page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 20)
    settle(steps.page)
    assert shows(viewer, 2)


def test_the_step_that_is_said_stands_beside_the_measured_one(steps):
    viewer = steps.viewer
    for _ in range(4):
        press(viewer, "Next step")
    viewer.page.keyboard.press("ArrowLeft")
    press(viewer, "Decided here: step 3")
    sentence = viewer.get_by_text("You said step 3; 90 % of the picture stayed put from step 6 on.")
    expect(sentence).to_be_focused()
    assert shows(viewer, 3)
    flags = viewer.locator(".ds-flag:visible")
    expect(flags).to_have_text(["you", "measured"])
    places = [flag.evaluate("(one) => one.style.getPropertyValue('--ds-at')") for flag in flags.all()]
    assert [float(at) for at in places] == [3 / LAST, DECIDED / LAST]
    expect(viewer.get_by_role("tab", name="difference")).to_be_visible()
    expect(viewer.get_by_role("switch", name="settled")).to_be_visible()
    viewer.get_by_text("What was measured").click()
    expect(viewer.get_by_text("within 20 % of the final latent")).to_be_visible()
    step_slider(viewer).fill(str(LAST))
    assert shows(viewer, LAST)
    press(viewer, "Predict again")
    expect(viewer.get_by_role("button", name="Next step")).to_be_focused()
    expect(sentence).to_have_count(0)
    assert shows(viewer, 0)


def test_cells_are_given_their_values_by_keyboard_and_then_stand_in_order(cells):
    viewer, keyboard = cells.viewer, cells.page.keyboard
    order = shown_cells(viewer)
    assert sorted(order) == [0, 1, 2, 3] != order
    expect(viewer.locator(".ds-letter")).to_have_text(["A", "B", "C", "D"])
    expect(viewer.get_by_role("tab")).to_have_text(["x_t", "x0 guess"])
    assert not re.search("guidance (1|4|9|20)", viewer.inner_text())
    check = viewer.get_by_role("button", name="Check")
    expect(check).to_be_disabled()
    said = [order[1], order[0], *order[2:]]
    viewer.get_by_role("combobox", name="guidance of cell B").select_option(GUIDANCE.values[said[0]])
    expect(viewer.get_by_text("3 cells are still without a value.")).to_be_visible()
    viewer.get_by_role("combobox", name="guidance of cell A").focus()
    for value in said:
        keyboard.type(GUIDANCE.values[value])
        keyboard.press("Tab")
    expect(check).to_be_focused()
    keyboard.press("Enter")
    expect(viewer.get_by_text("2 of 4 right.")).to_be_focused()
    assert shown_cells(viewer) == [0, 1, 2, 3]
    marks = ["✓"] * 4
    marks[order[0]], marks[order[1]] = (f"✗ {GUIDANCE.values[k]}" for k in (order[1], order[0]))
    expect(viewer.locator(".ds-verdict")).to_have_text(marks)
    expect(viewer.get_by_role("img", name=f"You said {GUIDANCE.values[order[1]]}.")).to_be_visible()
    press(viewer, "Predict again")
    expect(viewer.get_by_role("combobox", name="guidance of cell A")).to_be_focused()
    assert shown_cells(viewer) != order


def test_where_nothing_can_be_predicted_one_sentence_says_why_and_everything_is_shown(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, asking(forward(data_url), "step")) as page:
        expect(page.viewer.get_by_text("There is nothing to predict here: a picture that is noised")).to_be_visible()
        expect(page.viewer.locator(".ds-press:visible, .ds-slider[data-veiled]")).to_have_count(0)
        expect(page.viewer.get_by_role("switch", name="settled")).to_be_visible()


def test_the_question_fits_a_narrow_page(chromium, tmp_path):
    deck = asking(payload(data_url, steps=LAST), "step")
    with page_from_disk(chromium, tmp_path, deck, viewport={"width": 340, "height": 800}) as page:
        box = page.viewer.bounding_box()
        for button in page.viewer.locator(".ds-press:visible").all():
            inner = button.bounding_box()
            assert box["x"] <= inner["x"] and inner["x"] + inner["width"] <= box["x"] + box["width"]
            assert inner["height"] >= 24
