"""The live page opened from disk with the network cut: it samples, stops, keeps, sweeps, saves, refuses in words."""

import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from safetensors.torch import load_file

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.core.whole_file import write_text
from denoiscope.devtools.livepage.course_parts import course
from denoiscope.host.live_page import build

pytestmark = pytest.mark.browser

MOST_BYTES = 8_000_000
PATIENCE = 120_000
"""Milliseconds: the model shares the machine with the other tests."""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("live") / "live.html"
    write_text(path, [build(course=course())])
    return path


@contextmanager
def opened(chromium, page_file, address="", **context):
    """The page from disk with the network cut; it must have complained of nothing and asked for nothing."""
    profile = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, "offline": True} | context)
    page = profile.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{page_file.as_uri()}{address}")
    try:
        yield page
        assert complaints == []
        assert {url.split(":")[0] for url in requests} <= {"file", "blob", "data"}
    finally:
        profile.close()


@contextmanager
def live(chromium, page_file, settings="steps=2", **context):
    with opened(chromium, page_file, f"#{settings}", **context) as page:
        finished(page)
        yield page


@pytest.fixture(scope="module")
def shared(chromium, page_file):
    """One page for all tests that ask nothing of how it was opened: each leaves it with runs of its own."""
    with live(chromium, page_file) as page:
        yield page


def finished(page):
    expect(page.locator("#live .lv-run:not(.lv-stop)")).to_be_enabled(timeout=PATIENCE)
    expect(page.locator(".lv-status")).not_to_be_empty(timeout=PATIENCE)


def run(page):
    page.locator("#live .lv-run").click()
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


def wait_until(is_so, seconds=60):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.1)


def test_all_views_have_pictures_or_say_why(shared):
    for view in ("triangle", "latent channels", "unconditional", "conditional", "difference", "x0 guess"):
        shared.get_by_role("combobox", name="Views").select_option(label=view)
        shared.get_by_role("slider", name="Step", exact=True).press("Home")
        wait_until(lambda: spread(shared) > 10)


def test_the_viewer_has_its_own_looks(shared):
    tab = shared.locator(".ds-tab").first
    assert tab.evaluate("tab => getComputedStyle(tab).borderTopStyle") == "none"
    assert tab.evaluate("tab => getComputedStyle(tab).fontSize") == "12px"


def test_kept_runs_stand_on_one_slider_and_can_be_taken_away(shared):
    shared.get_by_role("button", name="Keep this run").click()
    shared.get_by_role("textbox", name="Seed").fill("8")
    run(shared)
    expect(shared.locator(".ds-cell")).to_have_count(2)
    expect(shared.locator(".lv-shelf li")).to_have_count(2)
    expect(shared.locator("#live .lv-status")).to_contain_text("Beside it on the slider: 1 kept")
    shared.get_by_role("button", name="Remove Seed 7").click()
    expect(shared.locator(".ds-cell")).to_have_count(1)


def test_a_sweep_and_a_walk_fill_the_viewer(shared):
    shared.get_by_text("Sweep", exact=True).click()
    shared.get_by_label("Values").fill("1, 4, 9")
    shared.get_by_role("button", name="Run the sweep").click()
    expect(shared.locator(".ds-content")).to_have_attribute("data-state", "deck", timeout=PATIENCE)
    expect(shared.locator(".ds-cell")).to_have_count(3, timeout=PATIENCE)
    shared.get_by_label("Values").fill("nonsense")
    shared.get_by_role("button", name="Run the sweep").click()
    expect(shared.get_by_role("alert")).to_contain_text("Two to eight values")


def test_a_link_brings_its_settings_and_the_saved_deck_opens_in_python(chromium, page_file, tmp_path):
    settings = "steps=2&seed=18446744073709551615&guidance=99&sampler=evil&prompt=a+tree"
    with live(chromium, page_file, settings) as page:
        assert page.get_by_role("spinbutton", name="Guidance").input_value() == "20"
        assert page.locator("select[name=sampler]").input_value() == "euler"
        assert page.get_by_role("textbox", name="Prompt", exact=True).input_value() == "a tree"
        expect(page.locator(".ds-transport, .ds-time").first).to_contain_text("2/2")
        wait_until(lambda: spread(page) > 20)
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


def test_a_mask_is_painted_with_keys(shared):
    shared.get_by_text("Begin from a picture", exact=True).click()
    shared.locator("select[name=start]").select_option("scene")
    pad = shared.get_by_role("application", name="Paint over what may change")
    pad.focus()
    orange = """veil => {
      const { data } = veil.getContext("2d").getImageData(0, 0, veil.width, veil.height);
      return data.filter((value, at) => at % 4 === 0 && value === 0xf0).length;
    }"""
    assert pad.locator(".lv-veil").evaluate(orange) == 0
    pad.press("ArrowLeft")
    pad.press("Space")
    pad.press("ArrowUp")
    pad.press("Space")
    assert pad.locator(".lv-veil").evaluate(orange) == 3  # the second, on a painted place, takes two rows away
    pad.press("ArrowDown")
    pad.press("ArrowDown")
    pad.press("ArrowDown")
    pad.press("Space")
    assert pad.locator(".lv-veil").evaluate(orange) == 8  # nine, one of them under the cursor
    pad.blur()
    shared.locator("select[name=start]").select_option("noise")


def test_typed_text_stays_text_and_odd_words_get_a_sentence(shared):
    prompt = shared.get_by_role("textbox", name="Prompt", exact=True)
    prompt.fill("<img src=x onerror=alert(1)> a zebra")
    expect(shared.locator(".lv-heard")).to_contain_text("It does not know: img, src, x, onerror, alert, 1, zebra.")
    prompt.fill("")
    expect(shared.locator(".lv-heard")).to_contain_text("No words")
    run(shared)
    prompt.fill("a red house " * 400)
    run(shared)
    expect(shared.locator(".lv-panel [role=alert]")).to_be_empty()
    assert shared.locator("img[src=x]").count() == 0


def test_a_run_can_be_stopped_and_keeps_what_came(shared):
    steps = shared.get_by_role("spinbutton", name="Steps")
    steps.fill("50")
    steps.press("Tab")
    shared.locator("#live .lv-run").click()
    expect(shared.locator(".lv-status")).to_contain_text("Step 2", timeout=PATIENCE)
    shared.locator(".lv-stop").click()
    expect(shared.locator(".lv-stop")).to_have_count(0, timeout=PATIENCE)
    expect(shared.locator(".lv-panel [role=alert]")).to_be_empty()
    expect(shared.locator(".lv-status")).to_contain_text("Stopped", timeout=PATIENCE)
    expect(shared.locator(".ds-notes")).to_contain_text("Stopped after")
    steps.fill("2")
    steps.press("Tab")
    run(shared)


def test_it_speaks_the_readers_language(chromium, page_file):
    with opened(chromium, page_file, locale="zh-CN") as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("一幅画如何从噪声中诞生", timeout=PATIENCE)
        expect(page.locator("html")).to_have_attribute("lang", "zh")


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "ja-JP"}


def test_on_a_phone_nothing_is_wider_than_the_screen(chromium, page_file):
    with live(chromium, page_file, **PHONE) as page:
        assert page.get_by_role("heading", level=1).inner_text() == "ノイズから絵が生まれるまで"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        left = "one => one.getBoundingClientRect().left"
        margin = page.get_by_role("heading", level=1).evaluate(left)
        assert page.get_by_role("combobox", name="言語").evaluate(left) >= margin
        page.get_by_role("button", name="おまかせ").tap()
        expect(page.locator(".lv-stop")).to_have_count(0, timeout=PATIENCE)


def test_noise_follows_the_finger_within_a_frame(shared):
    formula = shared.locator("#noising .lv-formula")
    expect(formula).to_contain_text("t = 350", timeout=PATIENCE)
    slider = shared.get_by_role("slider", name="Timestep t")
    slider.fill("999")
    expect(formula).to_contain_text("t = 999: x_t = 0.07 · picture + 1.00 · noise")
    slider.fill("0")
    expect(formula).to_contain_text("1.00 · picture")


def test_the_world_of_two_numbers_answers(shared):
    plane = shared.locator("#plane")
    expect(plane.get_by_role("status")).to_contain_text("100 % of the points")
    plane.get_by_role("slider", name="Steps").fill("2")
    expect(plane.get_by_role("status")).to_contain_text("35 % of the points")
    plane.get_by_role("button", name="Play").click()
    expect(plane.get_by_role("slider", name="From noise to picture")).to_have_value("1", timeout=PATIENCE)
