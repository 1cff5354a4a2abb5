"""A walk from seed to seed: one stop at a time, moved along by slider, keys and play, at any step of the run."""

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import close_to, pixel, step_slider, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.synthetic import Axis, Slot, data_url, grid, tint, tinted

pytestmark = pytest.mark.browser

STOPS = Axis("stop", ("seed 1", "1 → 2, 25 %", "1 → 2, 50 %", "1 → 2, 75 %", "seed 2"))


@pytest.fixture
def opened(chromium, tmp_path):
    deck = grid(data_url, STOPS, kind="walk", steps=6, paint=tinted, views=("x", "x0"))
    with page_from_disk(chromium, tmp_path, deck) as page:
        yield page
        assert page.complaints == []


def stops(opened):
    return opened.viewer.get_by_role("slider", name="Stop")


def shows(opened, stop: int, state: int) -> bool:
    return close_to(pixel(opened.viewer), tint(Slot("x0", stop, state, 0)), slack=2)


def test_a_walk_shows_one_picture_and_a_slider_along_its_stops(opened):
    expect(opened.viewer.locator(".ds-cell")).to_have_count(1)
    assert shows(opened, 0, 6)
    stops(opened).fill("2")
    assert shows(opened, 2, 6)
    expect(stops(opened)).to_have_attribute("aria-valuetext", "1 → 2, 50 %, stop 3 of 5")
    expect(opened.viewer.get_by_role("combobox", name="Shown")).to_have_value("2")


def test_every_stop_can_be_seen_at_every_step(opened):
    for stop, state in ((4, 0), (1, 3), (3, 6)):
        stops(opened).fill(str(stop))
        step_slider(opened.viewer).fill(str(state))
        assert shows(opened, stop, state)


def test_brackets_and_shifted_arrows_walk_while_arrows_step(opened):
    opened.viewer.get_by_role("tabpanel").focus()
    for key, stop, state in (
        ("]", 1, 6),
        ("Shift+ArrowRight", 2, 6),
        ("ArrowLeft", 2, 5),
        ("[", 1, 5),
        ("Shift+ArrowLeft", 0, 5),
    ):
        opened.page.keyboard.press(key)
        assert shows(opened, stop, state), key


def test_arrows_on_the_slider_of_stops_walk(opened):
    stops(opened).focus()
    opened.page.keyboard.press("ArrowRight")
    expect(stops(opened)).to_have_value("1")
    expect(step_slider(opened.viewer)).to_have_value("6")


def test_play_goes_along_the_walk_at_one_step_and_stops_at_its_end(opened):
    step_slider(opened.viewer).fill("3")
    opened.viewer.get_by_role("button", name="Play", exact=True).click()
    expect(opened.viewer.get_by_role("button", name="Pause")).to_be_visible()
    expect(opened.viewer.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=20_000)
    assert shows(opened, 4, 3)


def test_play_goes_through_the_steps_where_that_is_chosen(opened):
    opened.viewer.get_by_role("button", name="play steps").click()
    stops(opened).fill("1")
    step_slider(opened.viewer).fill("2")
    opened.viewer.get_by_role("button", name="Play", exact=True).click()
    expect(step_slider(opened.viewer)).to_have_value("6", timeout=20_000)
    expect(stops(opened)).to_have_value("1")


def test_a_loop_walks_round(opened):
    opened.viewer.get_by_role("button", name="Loop").click()
    opened.viewer.get_by_role("tabpanel").focus()
    opened.page.keyboard.press("[")
    assert shows(opened, 4, 6)
    opened.viewer.get_by_role("combobox", name="Speed").select_option("4")
    opened.viewer.get_by_role("button", name="Play", exact=True).click()
    for value in ("1", "4", "1"):
        opened.page.wait_for_function("(value) => document.querySelector('.ds-stops').value === value", arg=value)


def test_a_walk_can_stand_side_by_side_and_be_compared(opened):
    opened.viewer.get_by_role("combobox", name="Shown").select_option("side by side")
    wait_for_pictures(opened.viewer)
    expect(opened.viewer.locator(".ds-label")).to_have_text(list(STOPS.values))
    expect(stops(opened)).to_be_hidden()
    for cell in (0, 4):
        opened.viewer.get_by_role("checkbox").nth(cell).click()
    expect(opened.viewer.get_by_role("slider", name="Border between A, seed 1, and B, seed 2")).to_be_visible()
    opened.viewer.get_by_role("button", name="1 → 2, 25 %").click()
    expect(stops(opened)).to_have_value("1")


def test_the_curves_of_all_stops_keep_one_scale(opened):
    def front():
        return opened.viewer.locator("path.ds-front[data-line=change]").first.get_attribute("d")

    heights = []
    for stop in (0, 4):
        stops(opened).fill(str(stop))
        opened.page.wait_for_function("(value) => document.querySelector('.ds-stops').value === value", arg=str(stop))
        heights.append(front())
    assert heights[0] != heights[1]


def test_the_slider_of_stops_stands_below_nothing_but_its_own_thumb(opened):
    """Both sliders share their column, so that the two thumbs can be compared by eye."""
    walk, run = stops(opened).bounding_box(), step_slider(opened.viewer).bounding_box()
    assert abs(walk["x"] - run["x"]) < 2
