"""The attention of a word, seen: colours over the picture at every step, on a page and in both renderers."""

import pytest
import torch
from playwright.sync_api import expect

from denoiscope.core.drawing.colour import FROM_ZERO, colour
from denoiscope.devtools.driving.frontend import close_to, pixel, settle, step_slider, wait_for_deck, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.scrubbing import scrub
from denoiscope.devtools.driving.synthetic import Slot, data_url, payload
from denoiscope.devtools.driving.synthetic_layers import COLUMNS, WORDS, grey, looked, looked_grid
from denoiscope.devtools.driving.workflows import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPACITY = 0.66
LAST = 6


@pytest.fixture
def opened(chromium, tmp_path):
    deck = looked(payload(data_url, steps=LAST, views=("x", "x_raw", "x0", "channels", "difference")))
    with page_from_disk(chromium, tmp_path, deck) as page:
        yield page
        assert page.complaints == []


def switch(viewer):
    return viewer.get_by_role("switch", name="attention")


def word(viewer, index: int):
    return viewer.get_by_role("button", name=WORDS[index], exact=True)


def turn_on(viewer) -> None:
    switch(viewer).click()
    expect(word(viewer, 0)).to_be_visible()
    wait_for_pictures(viewer)


def go(opened, state: int) -> None:
    slider = step_slider(opened.viewer)
    slider.focus()
    opened.page.keyboard.press("Home")
    for _ in range(state):
        opened.page.keyboard.press("ArrowRight")
    settle(opened.page)


def covered(slot: Slot, share: float, high: float) -> list[int]:
    over = (colour(torch.tensor(share), 0, high, FROM_ZERO) * 255).round().tolist()
    return [round(OPACITY * a + (1 - OPACITY) * b) for a, b in zip(over, slot.colour, strict=True)]


def place(opened, column: int) -> list[int]:
    return pixel(opened.viewer, (16 * column + 8, 16))


def test_each_place_has_the_colour_of_its_share_at_each_step_and_the_last_picture_that_of_the_last_call(opened):
    turn_on(opened.viewer)
    for state, guess in ((0, 0), (3, 3), (LAST - 1, LAST - 1), (LAST, LAST - 1)):
        go(opened, state)
        for column in range(COLUMNS):
            wanted = covered(Slot("x", 0, state, 0), grey(0, guess, column) / 255 * 0.5, 0.5)
            assert close_to(place(opened, column), wanted), (state, column)


def test_another_word_stands_on_the_scale_of_all_until_it_gets_its_own(opened):
    viewer = opened.viewer
    turn_on(viewer)
    go(opened, 1)
    word(viewer, 1).click()
    share = grey(1, 1, 0) / 255 * 0.2
    assert close_to(place(opened, 0), covered(Slot("x", 0, 1, 0), share, 0.5))
    expect(viewer.get_by_role("img", name="up to the largest of any word in the run from 0 to 0.5")).to_be_visible()
    viewer.get_by_role("button", name="own scale").click()
    assert close_to(place(opened, 0), covered(Slot("x", 0, 1, 0), share, 0.2))
    expect(viewer.get_by_role("img", name="in the run from 0 to 0.2")).to_be_visible()
    expect(viewer.locator(".ds-legend")).to_contain_text("relative to its own largest share of attention in the run")


def test_the_layers_can_be_chosen(opened):
    viewer = opened.viewer
    turn_on(viewer)
    viewer.get_by_role("combobox", name="Layers").select_option("4 × 2")
    wait_for_pictures(viewer)
    go(opened, 2)
    assert close_to(place(opened, 3), covered(Slot("x", 0, 2, 0), grey(0, 2, 3) / 255 * 0.8, 0.8))


def test_the_switch_takes_the_colours_away_and_the_line_with_it(opened):
    viewer = opened.viewer
    turn_on(viewer)
    switch(viewer).click()
    expect(word(viewer, 0)).to_be_hidden()
    assert close_to(place(opened, 0), Slot("x", 0, LAST, 0).colour)


def test_it_says_which_call_the_map_is_of_and_how_large_it_gets(opened):
    viewer = opened.viewer
    turn_on(viewer)
    expect(viewer.locator(".ds-looking")).to_contain_text(f"from the last call, at step {LAST - 1}")
    go(opened, 0)
    expect(viewer.locator(".ds-looking")).to_contain_text("up to 0.5 here")


def test_maps_of_numbers_and_the_triangle_keep_their_own_colours(opened):
    viewer = opened.viewer
    turn_on(viewer)
    viewer.get_by_role("tab", name="latent channels").click()
    wait_for_pictures(viewer)
    expect(switch(viewer)).to_be_hidden()
    expect(word(viewer, 0)).to_be_hidden()
    viewer.get_by_role("tab", name="x0 guess").click()
    wait_for_pictures(viewer)
    expect(word(viewer, 0)).to_be_visible()


def test_words_are_text_and_never_markup(opened):
    turn_on(opened.viewer)
    expect(opened.viewer.locator(".ds-look-words b")).to_have_count(0)


def test_the_keyboard_reaches_everything(opened):
    viewer = opened.viewer
    switch(viewer).focus()
    opened.page.keyboard.press("Space")
    word(viewer, 1).focus()
    opened.page.keyboard.press("Enter")
    expect(word(viewer, 1)).to_have_attribute("aria-pressed", "true")


def test_a_step_that_was_not_read_shows_the_bare_picture_and_says_so(chromium, tmp_path):
    present = [[True, True, False, False, False, False, False]]
    deck = looked(payload(data_url, steps=LAST), present=present)
    with page_from_disk(chromium, tmp_path, deck) as opened:
        turn_on(opened.viewer)
        go(opened, 3)
        expect(opened.viewer.locator(".ds-looking")).to_contain_text("not read at this step")
        assert close_to(place(opened, 0), Slot("x", 0, 3, 0).colour)


def test_a_page_without_attention_has_no_switch(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=4)) as page:
        expect(switch(page.viewer)).to_be_hidden()
        assert page.complaints == []


def test_a_scrub_of_sixteen_cells_with_attention_draws_once(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, looked_grid()) as page:
        turn_on(page.viewer)
        assert set(scrub(page.page, 60).draws) == {1}


# In ComfyUI's own frontend, in both renderers.


def watched(**run) -> dict:
    """The workflow of `sampled` with Attention of a Word in place of the prompt's encoder."""
    flow = sampled(**run)
    encoder = next(node for node in flow["nodes"] if node["id"] == 2)
    encoder |= {
        "type": "DenoiscopeAttention",
        "size": [300, 180],
        "inputs": [{"name": "model", "type": "MODEL", "link": 9}, {"name": "clip", "type": "CLIP", "link": 2}],
        "outputs": [
            {"name": "model", "type": "MODEL", "links": [1]},
            {"name": "positive", "type": "CONDITIONING", "links": [5]},
            {"name": "report", "type": "STRING", "links": []},
        ],
        "widgets_values": ["a red lighthouse on a cliff at dusk", "lighthouse, cliff, dusk"],
    }
    ends = {1: [1, 2, 0, 5, 0, "MODEL"], 2: [2, 1, 1, 2, 1, "CLIP"], 5: [5, 2, 1, 5, 1, "CONDITIONING"]}
    flow["links"] = [*(ends.get(link[0], link) for link in flow["links"]), [9, 1, 0, 2, 0, "MODEL"]]
    flow["nodes"][0]["outputs"][0]["links"] = [9]
    return flow | {"last_link_id": 9}


def test_a_real_run_shows_where_its_words_are_and_remembers_the_choice(frontend_tab):
    opened = frontend_tab
    opened.load(watched(steps=6), name="attention")
    opened.run()
    viewer = opened.viewer()
    wait_for_deck(viewer)
    viewer.get_by_role("tab", name="x0 guess").click()
    wait_for_pictures(viewer)
    plain = pixel(viewer, (60, 60))
    switch(viewer).click()
    wait_for_pictures(viewer)
    assert not close_to(pixel(viewer, (60, 60)), plain)
    viewer.get_by_role("button", name="cliff").click()
    opened.run()
    wait_for_deck(viewer)
    expect(viewer.get_by_role("button", name="cliff")).to_have_attribute("aria-pressed", "true")


@pytest.fixture
def frontend_tab(tab):
    tab.complaints.clear()
    yield tab
    assert tab.complaints == []
