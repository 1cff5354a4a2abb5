"""Decks of many cells: heads, one σ for all, enlarging, pinning and comparing, with the mouse and without."""

import io
import itertools
import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from denoiscope.devtools.driving.frontend import PIXEL, close_to, pixel, settle, step_slider, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.scrubbing import scrub
from denoiscope.devtools.driving.synthetic import SAMPLERS, STEPS, Axis, Slot, data_url, grid, tint, tinted

pytestmark = pytest.mark.browser

MISSING = (3, 2)
PLACES = [(c, r) for r in range(4) for c in range(4) if (c, r) != MISSING]
GUIDANCE = Axis("guidance", ("1", "2", "4", "7", "12", "20"))
GAIN = 4
NODE = {"viewport": {"width": 448, "height": 900}}


def sixteen(**rest) -> dict:
    return grid(data_url, STEPS, SAMPLERS, missing=(MISSING,), paint=tinted, views=("x", "x0"), **rest)


@pytest.fixture
def opened(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, sixteen()) as page:
        yield page
        assert page.complaints == []


@pytest.fixture
def small(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, sixteen(), **NODE) as page:
        yield page
        assert page.complaints == []


@pytest.fixture
def one_axis(chromium, tmp_path):
    deck = grid(data_url, GUIDANCE, steps=6, paint=tinted, views=("x", "x0"))
    with page_from_disk(chromium, tmp_path, deck) as page:
        yield page
        assert page.complaints == []


def cells(opened) -> Locator:
    return opened.viewer.get_by_role("checkbox")


def shows(opened, cell: int, state: int, view: str = "x0") -> bool:
    return close_to(pixel(opened.viewer, cell=cell), tint(Slot(view, cell, state, 0)), slack=2)


def compared(opened, x: float) -> list[int]:
    """The colour of the comparison at a share of its width."""
    settle(opened.page)
    canvas = opened.viewer.locator(".ds-compared canvas")
    return canvas.evaluate(PIXEL, [int(x * canvas.evaluate("(canvas) => canvas.width")), 5])


def pin(opened, *which: int) -> None:
    for cell in which:
        cells(opened).nth(cell).click()


def inside(inner: Locator, outer: Locator) -> bool:
    a, b = inner.bounding_box(), outer.bounding_box()
    return (
        a["x"] >= b["x"] - 1
        and a["y"] >= b["y"] - 1
        and a["x"] + a["width"] <= b["x"] + b["width"] + 1
        and a["y"] + a["height"] <= b["y"] + b["height"] + 1
    )


def apart(one: Locator, other: Locator) -> bool:
    a, b = one.bounding_box(), other.bounding_box()
    return (
        a["x"] >= b["x"] + b["width"]
        or b["x"] >= a["x"] + a["width"]
        or a["y"] >= b["y"] + b["height"]
        or b["y"] >= a["y"] + a["height"]
    )


def test_columns_and_rows_have_heads_and_cells_do_not_repeat_them(opened):
    viewer = opened.viewer
    expect(viewer.locator(".ds-column")).to_have_text(list(STEPS.values))
    expect(viewer.locator(".ds-row")).to_have_text(list(SAMPLERS.values))
    expect(viewer.locator(".ds-axis")).to_have_text(["↓ sampler", "→ steps"])
    expect(cells(opened)).to_have_count(15)
    expect(viewer.locator(".ds-label")).to_have_count(0)


def test_a_cell_stands_under_its_column_and_beside_its_row(opened):
    columns = [located.bounding_box() for located in opened.viewer.locator(".ds-column").all()]
    rows = [located.bounding_box() for located in opened.viewer.locator(".ds-row").all()]
    for cell, (column, row) in zip(cells(opened).all(), PLACES, strict=True):
        box = cell.bounding_box()
        assert abs(box["x"] - columns[column]["x"]) < 2
        below = rows[row + 1]["y"] if row < 3 else float("inf")
        assert rows[row]["y"] <= box["y"] + box["height"] / 2 < below + box["height"] / 2


def test_a_missing_cell_keeps_its_place_with_a_quiet_word(opened):
    expect(opened.viewer.get_by_text("not run")).to_have_count(1)


def test_one_axis_wraps_with_a_value_below_each_cell(one_axis):
    expect(one_axis.viewer.locator(".ds-axis")).to_have_text(["→ guidance"])
    expect(one_axis.viewer.locator(".ds-label")).to_have_text(list(GUIDANCE.values))
    expect(one_axis.viewer.get_by_role("group", name="Cells stand")).to_be_hidden()


def test_at_the_same_sigma_every_cell_is_where_its_schedule_says(opened):
    sigmas = [box["sigmas"] for box in sixteen()["trajectories"]]
    longest = sigmas[3]
    for step in (0, 3, 9, 15, 16):
        step_slider(opened.viewer).fill(str(step))
        for cell in (0, 1, 2, 3, 14):
            state = sum(own >= longest[step] * 0.999 for own in sigmas[cell]) - 1
            assert shows(opened, cell, state), (step, cell)
            steps = len(sigmas[cell]) - 1
            expect(opened.viewer.locator(".ds-tag").nth(cell)).to_have_text(f"{state}/{steps}")


def test_at_the_same_step_a_shorter_run_rests_at_its_end(opened):
    opened.viewer.get_by_role("button", name="same step").click()
    step_slider(opened.viewer).fill("3")
    for cell, state in enumerate((2, 3, 3, 3)):
        assert shows(opened, cell, state)


def test_resting_on_a_cell_enlarges_it_beside_the_pointer_and_never_over_it(small):
    preview = small.viewer.locator(".ds-preview")
    for cell in (0, 5, 10, 14):
        cells(small).nth(cell).hover()
        expect(preview).to_be_visible()
        assert apart(preview, cells(small).nth(cell))
        assert inside(preview, small.viewer)
        assert preview.bounding_box()["width"] > 1.4 * cells(small).nth(cell).bounding_box()["width"]
    expect(preview).to_contain_text("steps 16, sampler euler_ancestral")
    expect(preview).to_contain_text("16 calls · 0.34 s · 4 at once")
    small.page.mouse.move(3, 3)
    expect(preview).to_be_hidden()


def test_the_enlarged_picture_follows_the_scrub(small):
    cells(small).nth(3).focus()
    small.page.keyboard.press("ArrowLeft")
    expect(small.viewer.locator(".ds-preview")).to_contain_text("step 8/8")
    small.page.keyboard.press("Home")
    expect(small.viewer.locator(".ds-preview")).to_contain_text("step 0/8")


def test_a_finger_enlarges_nothing_and_pins(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, sixteen(), viewport={"width": 448, "height": 900}, has_touch=True) as page:
        cells(page).nth(1).tap()
        expect(cells(page).nth(1)).to_be_checked()
        page.page.wait_for_timeout(300)
        expect(page.viewer.locator(".ds-preview")).to_be_hidden()


def test_two_clicks_pin_a_and_b_and_open_the_wipe(opened):
    pin(opened, 0)
    expect(opened.viewer.locator(".ds-cell[data-pin=A] .ds-pin")).to_have_text("A")
    expect(opened.viewer.get_by_role("region", name="A and B compared")).to_be_hidden()
    pin(opened, 3)
    expect(opened.viewer.get_by_role("region", name="A and B compared")).to_be_visible()
    assert close_to(compared(opened, 0.4), tint(Slot("x0", 0, 2, 0)), slack=2)
    assert close_to(compared(opened, 0.6), tint(Slot("x0", 3, 16, 0)), slack=2)


def test_the_border_is_a_slider_for_keys_and_a_handle_for_the_mouse(opened):
    pin(opened, 0, 3)
    border = opened.viewer.get_by_role("slider", name="Border between A, steps 2, sampler euler, and B, steps 16")
    border.focus()
    for key, share in (("Home", 0), ("ArrowRight", 2), ("PageUp", 12), ("End", 100)):
        opened.page.keyboard.press(key)
        expect(border).to_have_attribute("aria-valuenow", str(share))
        expect(border).to_have_attribute("aria-valuetext", f"{share} % A")
    expect(step_slider(opened.viewer)).to_have_value("16")
    assert close_to(compared(opened, 0.99), tint(Slot("x0", 0, 2, 0)), slack=2)
    box = opened.viewer.locator(".ds-compared").bounding_box()
    opened.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 20)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20, steps=3)
    opened.page.mouse.up()
    expect(border).to_have_attribute("aria-valuenow", "25")
    assert close_to(compared(opened, 0.3), tint(Slot("x0", 3, 16, 0)), slack=2)


def test_the_difference_is_absolute_at_the_gain_that_it_names_and_follows_the_scrub(opened):
    pin(opened, 1, 2)
    opened.viewer.get_by_role("button", name=f"difference × {GAIN}").click()
    for step, state_a, state_b in ((16, 4, 8), (0, 0, 0)):
        step_slider(opened.viewer).fill(str(step))
        a, b = tint(Slot("x0", 1, state_a, 0)), tint(Slot("x0", 2, state_b, 0))
        wanted = tuple(min(255, GAIN * abs(one - other)) for one, other in zip(a, b, strict=True))
        assert close_to(compared(opened, 0.5), wanted, slack=2)
    expect(opened.viewer.get_by_role("img", name="times 4; black is equal")).to_be_visible()


def parting_at(state: int):
    """Two cells whose guesses are one until a state, and a tenth of the scale apart from there on."""

    def paint(slot, size, share):
        shift = 26 if slot.trajectory and slot.state >= state else 0
        return Image.new("RGB", size, (80 + shift, 80 + shift, 80 + shift))

    return paint


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (3, "They part at step 3, σ 0.7: the x0 guesses get more than 5 % apart."),
        (0, "They part from the start: the x0 guesses are 10 % apart at once."),
        (99, "They never part: their x0 guesses stay within 0 %."),
    ],
)
def test_words_and_the_chart_say_where_two_cells_part(chromium, tmp_path, state, words):
    deck = grid(data_url, Axis("guidance", ("1", "2")), steps=6, paint=parting_at(state), views=("x", "x0"))
    with page_from_disk(chromium, tmp_path, deck) as page:
        pin(page, 0, 1)
        expect(page.viewer.locator(".ds-parting")).to_have_text(words)
        mark = page.viewer.locator(".ds-parts")
        if state > 6:
            return expect(mark).to_be_hidden()
        plot, place = page.viewer.locator(".ds-plot").bounding_box(), mark.bounding_box()
        assert abs(place["x"] - plot["x"] - plot["width"] * state / 6) < 2


def test_a_pin_is_let_go_by_a_click_by_escape_and_by_the_button(opened):
    region = opened.viewer.get_by_role("region", name="A and B compared")
    pin(opened, 0, 1)
    pin(opened, 0)
    expect(region).to_be_hidden()
    expect(cells(opened).nth(1)).to_be_checked()
    pin(opened, 5)
    expect(region).to_be_visible()
    opened.page.keyboard.press("Escape")
    expect(opened.viewer.locator(".ds-cell[data-pin]")).to_have_count(0)
    pin(opened, 0, 1)
    opened.viewer.get_by_role("button", name="Unpin").click()
    expect(region).to_be_hidden()


def test_escape_in_the_big_view_first_lets_the_pins_go(opened):
    opened.viewer.get_by_role("button", name="Big view").click()
    dialog = opened.page.get_by_role("dialog")
    dialog.get_by_role("checkbox").nth(0).click()
    dialog.get_by_role("checkbox").nth(1).click()
    expect(dialog.get_by_role("region", name="A and B compared")).to_be_visible()
    opened.page.keyboard.press("Escape")
    expect(dialog.get_by_role("region", name="A and B compared")).to_be_hidden()
    opened.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_drag_that_begins_on_a_cell_scrubs_and_pins_nothing(opened):
    box = cells(opened).nth(3).bounding_box()
    opened.page.mouse.move(box["x"] + 20, box["y"] + 20)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] - 200, box["y"] + 20, steps=5)
    opened.page.mouse.up()
    expect(step_slider(opened.viewer)).not_to_have_value("16")
    expect(opened.viewer.locator(".ds-cell[data-pin]")).to_have_count(0)


def test_a_cell_is_looked_at_alone_at_the_state_where_it_stood(opened):
    step_slider(opened.viewer).fill("9")
    settle(opened.page)
    stood = opened.viewer.locator(".ds-tag").nth(6).text_content()
    cells(opened).nth(6).hover()
    opened.viewer.get_by_role("button", name="Show steps 8, sampler dpmpp_2m alone").click()
    expect(opened.viewer.locator(".ds-cell")).to_have_count(1)
    expect(step_slider(opened.viewer)).to_have_value(stood.split("/")[0])
    opened.viewer.get_by_role("combobox", name="Shown").select_option("side by side")
    expect(cells(opened)).to_have_count(15)
    expect(opened.viewer.locator(".ds-tag").nth(6)).to_have_text(stood)


def test_brackets_lead_to_the_next_cell_while_one_is_alone(opened):
    opened.viewer.get_by_role("combobox", name="Shown").select_option("2")
    opened.viewer.get_by_role("tabpanel").focus()
    opened.page.keyboard.press("]")
    expect(opened.viewer.get_by_role("combobox", name="Shown")).to_have_value("3")
    assert close_to(pixel(opened.viewer), tint(Slot("x0", 3, 8, 0)), slack=2)


def test_keys_go_from_cell_to_cell_past_what_is_missing_and_pin(opened):
    first = cells(opened).first
    opened.viewer.get_by_role("tabpanel").focus()
    opened.page.keyboard.press("Tab")
    expect(first).to_be_focused()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"):
        opened.page.keyboard.press(key)
    expect(cells(opened).nth(7)).to_be_focused()
    opened.page.keyboard.press("ArrowDown")
    expect(cells(opened).nth(14)).to_be_focused()
    opened.page.keyboard.press("Enter")
    expect(cells(opened).nth(14)).to_be_checked()
    opened.page.keyboard.press("ArrowUp")
    opened.page.keyboard.press("Space")
    expect(opened.viewer.get_by_role("region", name="A and B compared")).to_be_visible()
    expect(step_slider(opened.viewer)).to_have_value("16")


def test_a_screen_reader_hears_a_cell_by_its_place_its_step_and_its_pin(opened):
    pin(opened, 1)
    name = "x0 guess, steps 4, sampler euler, step 4 of 4, pinned as A"
    expect(opened.viewer.get_by_role("checkbox", name=name)).to_be_checked()


@pytest.mark.parametrize("names", [SAMPLERS.values, ("uni_pc_bh2", "dpmpp_2m_sde_gpu", "heun", "res_multistep_cfg_pp")])
def test_heads_can_be_read_in_a_small_node(chromium, tmp_path, names):
    deck = grid(data_url, GUIDANCE, Axis("sampler", names), steps=3, paint=tinted, views=("x0",))
    with page_from_disk(chromium, tmp_path, deck, **NODE) as page:
        for head in page.viewer.locator(".ds-axis-head > span").all():
            assert head.evaluate("(e) => e.scrollWidth <= e.clientWidth"), head.text_content()
        assert page.viewer.locator(".ds-frame").first.bounding_box()["width"] >= 56
        assert page.viewer.evaluate("(viewer) => viewer.scrollWidth - viewer.clientWidth") == 0


def test_heads_stay_in_sight_while_the_stage_scrolls(chromium, tmp_path):
    many = Axis("sampler", tuple(f"sampler {k}" for k in range(12)))
    deck = grid(data_url, GUIDANCE, many, steps=2, paint=tinted, views=("x0",))
    with page_from_disk(chromium, tmp_path, deck, **NODE) as page:
        stage = page.viewer.get_by_role("tabpanel")
        stage.evaluate("(stage) => stage.scrollTo(0, stage.scrollHeight)")
        assert inside(page.viewer.locator(".ds-column").first, stage)
        expect(page.viewer.locator(".ds-frame").last).to_be_in_viewport()


def test_targets_are_large_enough_for_a_finger(small):
    pin(small, 0, 1)
    for control in small.viewer.locator("button:visible, select:visible, [role=slider]:visible").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24, control.evaluate("(e) => e.outerHTML.slice(0, 80)")


def test_facts_say_the_shared_noise_once_and_the_time(opened):
    opened.viewer.locator(".ds-summary").click()
    expect(opened.viewer.locator("dd", has_text="one for all 15: 1a2b3c4d")).to_have_count(1)
    expect(opened.viewer.locator("dd", has_text="2.2 s in all, 0.042 to 0.34 s a cell, 4 at once")).to_have_count(1)


def test_cells_with_room_say_what_they_cost(one_axis):
    costs = one_axis.viewer.locator(".ds-cost:visible")
    expect(costs).to_have_text(["6 calls · 0.13 s"] * 6)


def test_the_grid_is_saved_in_its_own_columns_with_the_missing_place_empty(opened):
    with opened.page.expect_download() as waiting:
        opened.viewer.get_by_role("button", name="Save this picture as PNG").click()
    saved = Image.open(io.BytesIO(waiting.value.path().read_bytes())).convert("RGB")
    assert saved.size == (4 * 64 + 3 * 8, 4 * (64 + 28))
    corner = {
        place: saved.getpixel((place[0] * 72 + 5, place[1] * 92 + 5)) for place in itertools.product(range(4), repeat=2)
    }
    assert corner[MISSING] == (255, 255, 255)
    for index, (column, row) in enumerate(PLACES):
        assert corner[column, row] == tint(Slot("x0", index, int(STEPS.values[column]), 0))


def test_a_scrub_of_thirty_six_cells_draws_once(chromium, tmp_path):
    columns = Axis("steps", ("4", "8", "12", "16", "18", "20"), steps=(4, 8, 12, 16, 18, 20))
    deck = grid(data_url, columns, GUIDANCE, size=(128, 128), views=("x",))
    with page_from_disk(chromium, tmp_path, deck) as page:
        assert set(scrub(page.page, 60).draws) == {1}


def test_no_text_of_an_axis_becomes_markup(chromium, tmp_path):
    text = '<img src=x onerror="window.broken=1">'
    deck = grid(data_url, Axis(text, (text, text + "2")), Axis(text, (text,)), steps=2, paint=tinted, views=("x", "x0"))
    with page_from_disk(chromium, tmp_path, deck) as page:
        pin(page, 0, 1)
        wait_for_pictures(page.viewer)
        assert page.page.evaluate("window.broken") is None
        assert page.page.evaluate("document.querySelectorAll('img').length") == 0


def test_a_step_that_is_held_is_laid_over_every_other_step(chromium, tmp_path):
    deck = grid(data_url, Axis("guidance", ("4",)), steps=6, paint=tinted, views=("x", "x0"))
    with page_from_disk(chromium, tmp_path, deck) as opened:
        viewer, slider = opened.viewer, step_slider(opened.viewer)
        slider.focus()
        for key in ("Home", "ArrowRight", "h", "End"):
            slider.press(key)
        assert close_to(compared(opened, 0.2), tint(Slot("x0", 0, 1, 0)), slack=2)
        assert close_to(compared(opened, 0.8), tint(Slot("x0", 0, 6, 0)), slack=2)
        expect(viewer.locator(".ds-pinned-name").first).to_have_text(re.compile("^step 1, σ"))
        expect(viewer.locator(".ds-pinned-name").last).to_have_text(re.compile("^step 6, σ 0"))
        expect(viewer.locator(".ds-parts")).to_have_attribute("data-sign", "A")
        expect(viewer.get_by_text(re.compile("The two pictures are .* apart, .* dB"))).to_be_visible()
        slider.press("Escape")
        expect(viewer.get_by_role("region", name="A and B compared")).to_be_hidden()
        assert opened.complaints == []
