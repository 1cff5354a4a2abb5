"""The live page opened from disk with the network cut: it samples, stops, keeps, sweeps, saves, refuses in words."""

import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from safetensors.torch import load_file

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.core.whole_file import write_text
from denoiscope.devtools.livepage.page import build

pytestmark = pytest.mark.browser

MOST_BYTES = 8_000_000
PATIENCE = 120_000
"""Milliseconds: the model shares the machine with the other tests."""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("live") / "live.html"
    write_text(path, [build()])
    return path


@contextmanager
def live(chromium, page_file, settings="steps=2", **context):
    profile = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, "offline": True} | context)
    page = profile.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{page_file.as_uri()}#{settings}")
    try:
        finished(page)
        yield page
        assert complaints == []
        assert {url.split(":")[0] for url in requests} <= {"file", "blob", "data"}
    finally:
        profile.close()


def finished(page):
    expect(page.locator("#live .lv-run:not(.lv-stop)")).to_be_enabled(timeout=PATIENCE)
    expect(page.locator(".lv-status")).not_to_be_empty(timeout=PATIENCE)


def run(page):
    page.locator("#live .lv-run").click()
    expect(page.locator(".lv-stop")).to_have_count(1)
    expect(page.locator(".lv-stop")).to_have_count(0, timeout=PATIENCE)


def spread(page) -> float:
    """How far the pixels of the picture on the stage are from one another."""
    return page.locator(".ds-cell canvas").first.evaluate(
        """canvas => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
          return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
        }"""
    )


def test_the_file_is_no_larger_than_it_says(page_file):
    assert page_file.stat().st_size <= MOST_BYTES


def test_it_samples_as_soon_as_it_is_open(chromium, page_file):
    with live(chromium, page_file, "steps=3") as page:
        expect(page.locator(".ds-transport, .ds-time").first).to_contain_text("3/3")
        wait_until(lambda: spread(page) > 20)


def wait_until(is_so, seconds=60):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.1)


def test_all_views_have_pictures_or_say_why(chromium, page_file):
    with live(chromium, page_file) as page:
        for view in ("x0 guess", "latent channels", "unconditional", "conditional", "difference", "triangle"):
            page.get_by_role("tab", name=view, exact=True).click()
            page.get_by_role("slider", name="Step", exact=True).press("Home")
            wait_until(lambda: spread(page) > 10)


def test_the_viewer_has_its_own_looks(chromium, page_file):
    with live(chromium, page_file) as page:
        tab = page.get_by_role("tab").first
        assert tab.evaluate("tab => getComputedStyle(tab).borderTopStyle") == "none"
        assert tab.evaluate("tab => getComputedStyle(tab).fontSize") == "12px"


def test_kept_runs_stand_on_one_slider_and_can_be_taken_away(chromium, page_file):
    with live(chromium, page_file) as page:
        page.get_by_role("button", name="Keep this run").click()
        page.get_by_role("textbox", name="Seed").fill("8")
        run(page)
        expect(page.locator(".ds-cell")).to_have_count(2)
        expect(page.locator(".lv-shelf li")).to_have_count(2)
        page.get_by_role("button", name="Remove Seed 7").click()
        expect(page.locator(".ds-cell")).to_have_count(1)


def test_a_sweep_and_a_walk_fill_the_viewer(chromium, page_file):
    with live(chromium, page_file) as page:
        page.get_by_text("Sweep", exact=True).click()
        page.get_by_label("Values").fill("1, 4, 9")
        page.get_by_role("button", name="Run the sweep").click()
        expect(page.locator(".ds-content")).to_have_attribute("data-state", "deck", timeout=PATIENCE)
        expect(page.locator(".ds-cell")).to_have_count(3, timeout=PATIENCE)
        page.get_by_label("Values").fill("nonsense")
        page.get_by_role("button", name="Run the sweep").click()
        expect(page.get_by_role("alert")).to_contain_text("Two to eight values")


def test_the_saved_deck_opens_in_python(chromium, page_file, tmp_path):
    with live(chromium, page_file, "steps=2&seed=18446744073709551615") as page:
        page.get_by_text("Save and share", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save the deck").click()
        path = tmp_path / "live.safetensors"
        download.value.save_as(path)
    deck = load_deck(path)
    (trajectory,) = deck.trajectories
    assert (trajectory.states, trajectory.guesses, trajectory.settings.seed) == (3, 2, 2**64 - 1)
    assert deck.parameterization == "eps" and deck.sigma_data == 2.0
    assert load_file(path)["0.x"].shape == (3, 8, 16, 16)


def test_typed_text_stays_text_and_odd_words_get_a_sentence(chromium, page_file):
    with live(chromium, page_file) as page:
        prompt = page.get_by_role("textbox", name="Prompt", exact=True)
        prompt.fill("<img src=x onerror=alert(1)> a zebra")
        expect(page.locator(".lv-heard")).to_contain_text("It does not know: img, src, x, onerror, alert, 1, zebra.")
        prompt.fill("")
        expect(page.locator(".lv-heard")).to_contain_text("No words")
        run(page)
        prompt.fill("a red house " * 400)
        run(page)
        expect(page.locator(".lv-panel [role=alert]")).to_be_empty()
        assert page.locator("img[src=x]").count() == 0


def test_a_run_can_be_stopped_and_keeps_what_came(chromium, page_file):
    with live(chromium, page_file) as page:
        page.get_by_role("spinbutton", name="Steps").fill("50")
        page.get_by_role("spinbutton", name="Steps").press("Tab")
        page.locator("#live .lv-run").click()
        expect(page.locator(".lv-status")).to_contain_text("Step 2", timeout=PATIENCE)
        page.locator(".lv-stop").click()
        expect(page.locator(".lv-stop")).to_have_count(0, timeout=PATIENCE)
        expect(page.locator(".lv-panel [role=alert]")).to_be_empty()
        expect(page.locator(".lv-status")).to_contain_text("Stopped", timeout=PATIENCE)
        expect(page.locator(".ds-notes")).to_contain_text("Stopped after")
        run(page)


def test_a_link_brings_its_settings(chromium, page_file):
    with live(chromium, page_file, "steps=2&guidance=99&sampler=evil&seed=-1&prompt=a+tree") as page:
        assert page.get_by_role("spinbutton", name="Guidance").input_value() == "15"
        assert page.locator("select[name=sampler]").input_value() == "euler"
        assert page.get_by_role("textbox", name="Seed").input_value() == "7"
        assert page.get_by_role("textbox", name="Prompt", exact=True).input_value() == "a tree"


@pytest.mark.parametrize("locale", ["ja-JP", "zh-CN"])
def test_it_speaks_the_readers_language(chromium, page_file, locale):
    with live(chromium, page_file, locale=locale) as page:
        assert page.locator("html").get_attribute("lang") == locale[:2]
        assert page.get_by_role("heading", level=1).inner_text() in (
            "ノイズから絵が生まれるまで",
            "一幅画如何从噪声中诞生",
        )


def test_on_a_phone_nothing_is_wider_than_the_screen(chromium, page_file):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with live(chromium, page_file, **phone) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Surprise me").tap()
        expect(page.locator(".lv-stop")).to_have_count(0, timeout=PATIENCE)


def test_noise_follows_the_finger_within_a_frame(chromium, page_file):
    with live(chromium, page_file) as page:
        formula = page.locator("#noising .lv-formula")
        expect(formula).to_contain_text("t = 350", timeout=PATIENCE)
        slider = page.get_by_role("slider", name="Timestep t")
        slider.fill("999")
        expect(formula).to_contain_text("t = 999: x_t = 0.07 · picture + 1.00 · noise")
        slider.fill("0")
        expect(formula).to_contain_text("1.00 · picture")


def test_the_world_of_two_numbers_answers(chromium, page_file):
    with live(chromium, page_file) as page:
        plane = page.locator("#plane")
        expect(plane.get_by_role("status")).to_contain_text("100 % of the points")
        plane.get_by_role("slider", name="Steps").fill("2")
        expect(plane.get_by_role("status")).to_contain_text("35 % of the points")
        plane.get_by_role("button", name="Play").click()
        expect(plane.get_by_role("slider", name="From noise to picture")).to_have_value("1", timeout=PATIENCE)
