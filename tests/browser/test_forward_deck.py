"""A picture that is noised, in the page: from picture to noise, with its own words, curves and guesses."""

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import close_to, pixel, settle, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.synthetic import Slot, data_url
from denoiscope.devtools.driving.synthetic_kinds import NO_MODEL, forward

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, forward(data_url, regenerated=True)) as page:
        yield page
        assert page.complaints == []


def level_slider(viewer):
    return viewer.get_by_role("slider", name="Level")


def shows(viewer, view: str, state: int) -> bool:
    return close_to(pixel(viewer), Slot(view, 0, state, 0).colour)


def test_the_picture_itself_is_shown_first(opened):
    expect(level_slider(opened.viewer)).to_have_value("0")
    assert shows(opened.viewer, "x", 0)
    expect(opened.viewer.locator(".ds-step-flag")).to_have_text("the picture")


def test_play_goes_from_picture_to_noise(opened):
    opened.viewer.get_by_role("combobox", name="Speed").select_option("4")
    opened.viewer.get_by_role("button", name="Play").click()
    expect(level_slider(opened.viewer)).to_have_value("8", timeout=20_000)
    expect(opened.viewer.locator(".ds-step-flag")).to_have_text("noise")
    assert shows(opened.viewer, "x", 8)


def test_its_tabs_are_state_guess_channels_and_where_a_sampler_arrives(opened):
    tabs = opened.viewer.get_by_role("tab")
    expect(tabs).to_have_text(["x_t", "one-step guess", "latent channels", "regenerated"])
    level_slider(opened.viewer).fill("5")
    for name, view in (("one-step guess", "x0"), ("regenerated", "regenerated")):
        opened.viewer.get_by_role("tab", name=name).click()
        wait_for_pictures(opened.viewer)
        assert shows(opened.viewer, view, 5)


def test_without_a_model_the_guess_says_that_none_was_asked(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, forward(data_url, asked=False)) as page:
        page.viewer.get_by_role("tab", name="one-step guess").click()
        expect(page.viewer.get_by_text(NO_MODEL)).to_be_visible()
        expect(page.viewer.locator("canvas:visible")).to_have_count(0)
        expect(page.viewer.locator(".ds-key")).to_have_text(["σ 0", "ᾱ 1"])


def test_signal_and_error_are_drawn_and_read(opened):
    level_slider(opened.viewer).fill("8")
    expect(opened.viewer.locator(".ds-key")).to_have_text(["σ 14.6", "ᾱ 0.00467", "error 0.992"])
    expect(opened.viewer.locator("path.ds-curve")).to_have_count(3)


def test_a_flow_model_has_no_alpha_bar(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, forward(data_url, flow=True)) as page:
        level_slider(page.viewer).fill("2")
        expect(page.viewer.locator(".ds-key")).to_have_text(["σ 0.25", "1 − σ 0.75", "error 0.08"])


def test_a_screen_reader_hears_levels_and_which_way_they_go(opened):
    slider = level_slider(opened.viewer)
    expect(slider).to_have_attribute("aria-valuetext", "level 0 of 8, sigma 0, the picture, ᾱ 1, error 0")
    slider.fill("8")
    settle(opened.page)
    expect(slider).to_have_attribute("aria-valuetext", "level 8 of 8, sigma 14.6, noise, ᾱ 0.00467, error 0.992")
    chart = "Chart: sigma rises from 0 to 14.6; signal falls from 1 to 0.00467; error of the guess"
    expect(opened.viewer.get_by_role("img", name=chart)).to_be_visible()


def test_no_word_of_a_run_is_left(opened):
    for level in ("0", "4", "8"):
        level_slider(opened.viewer).fill(level)
        settle(opened.page)
        text = opened.viewer.inner_text().lower()
        for word in ("starting noise", "final latent", "step 0", "step 4", "step 8", "steps"):
            assert word not in text, word


def test_a_saved_picture_is_named_by_its_level(opened):
    level_slider(opened.viewer).fill("3")
    settle(opened.page)
    with opened.page.expect_download() as waiting:
        opened.viewer.get_by_role("button", name="Save this picture as PNG").click()
    assert waiting.value.suggested_filename == "denoiscope_Forward-noising_seed-7_x_level-03.png"
