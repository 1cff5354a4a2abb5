"""The course as one page, from disk with no network: predict, run, look, answer, hand in, on a phone and on paper."""

import json

import pytest
from playwright.sync_api import expect

from denoiscope.core.whole_file import write_text
from denoiscope.devtools.livepage.course_parts import course
from denoiscope.host.live_page import COURSE, build

from .test_live_page import PATIENCE, PHONE, opened, spread, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("course") / "course.html"
    write_text(path, [build(opens=COURSE, course=course())])
    return path


def run(page):
    button = page.locator(".lc .lv-run")
    expect(button).to_be_enabled(timeout=PATIENCE)
    button.click()
    expect(page.locator(".lc .lv-status")).to_contain_text("It has run", timeout=PATIENCE)


def test_a_lesson_is_predicted_run_looked_at_answered_and_handed_in(chromium, page_file, tmp_path):
    with opened(chromium, page_file) as page:
        page.get_by_role("button", name="Start with 1").click()
        page.get_by_role("spinbutton", name="first be able to say").fill("5")
        page.locator(".lc summary", has_text="Settings").click()
        page.get_by_role("spinbutton", name="Steps", exact=True).fill("4")
        page.get_by_role("spinbutton", name="Steps", exact=True).press("Tab")
        page.get_by_role("button", name="Set the viewer there").first.click()
        expect(page.get_by_role("status").filter(has_text="Run it first")).to_be_visible()
        expect(page.locator(".lc .lv-run")).to_be_enabled(timeout=PATIENCE)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".lc .lv-status")).to_contain_text("It has run", timeout=PATIENCE)
        expect(page.locator(".lc-caution")).to_be_empty()  # there is a prediction
        page.get_by_role("button", name="Set the viewer there").nth(1).click()
        expect(page.locator(".ds-transport, .ds-time").first).to_contain_text("2/4")
        wait_until(lambda: spread(page) > 20)

        answer = page.locator(".dsp-step[data-step=answer]")
        expect(answer).not_to_contain_text("Noise is different at every place")
        page.get_by_role("textbox", name="Your answer").fill("It adds up. <b>")
        page.get_by_role("button", name="Show the answer").click()
        expect(answer).to_contain_text("Noise is different at every place")
        expect(page.get_by_role("complementary")).to_contain_text("lesson 1, First look")

        wait_until(lambda: "It adds up" in str(page.evaluate("localStorage.getItem('denoiscope.answers')")))
        page.reload()
        expect(page.get_by_role("textbox", name="Your answer")).to_have_value("It adds up. <b>", timeout=PATIENCE)
        page.get_by_role("button", name="All lessons").click()
        expect(page.get_by_text("1 of")).to_be_visible()
        page.get_by_role("textbox", name="Your name").fill("Anna")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save my answers").click()
        download.value.save_as(tmp_path / "answers.json")
    told = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert (told["format"], told["version"], told["name"]) == ("denoiscope.answers", 1, "Anna")
    lesson = told["lessons"]["01-first-look"]
    assert (lesson["predictions"], lesson["answer"], lesson["revealed"]) == ({"1": "5"}, "It adds up. <b>", True)
    assert lesson["ran"]


def test_lessons_of_each_kind_run_and_say_what_comfyui_adds(chromium, page_file):
    with opened(chromium, page_file, "#02-forward-noising") as page:
        run(page)
        expect(page.locator(".ds-content")).to_contain_text("one-step guess")
        expect(page.locator(".ds-transport, .ds-time").first).to_contain_text("/16")
        page.evaluate("location.hash = '#15-a-bolt-in-96-numbers'")
        expect(page.locator(".ds-lab-content")).to_have_count(2)
        page.evaluate("location.hash = '#17-a-fine-tune-as-a-lora'")
        expect(page.get_by_role("complementary")).to_contain_text("This page has not what this lesson is about")
        expect(page.get_by_role("complementary")).to_contain_text("Extract LoRA")
        page.evaluate("location.hash = '#05-the-negative-prompt'")
        page.locator(".lc summary", has_text="Settings").click()
        page.get_by_role("spinbutton", name="Steps", exact=True).fill("2")
        page.get_by_role("spinbutton", name="Steps", exact=True).press("Tab")
        run(page)
        expect(page.locator(".ds-cell")).to_have_count(2)


def test_on_a_phone_and_on_paper(chromium, page_file):
    with opened(chromium, page_file, "#04-guidance-sweep", **PHONE) as page:
        button = page.locator(".lc .lv-run")
        expect(button).to_be_enabled(timeout=PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_text("設定", exact=True).tap()
        page.get_by_label("ガイダンス").fill("1, 20")
        page.get_by_role("spinbutton", name="ステップ数", exact=True).fill("2")
        page.get_by_role("spinbutton", name="ステップ数", exact=True).press("Tab")
        button.tap()
        expect(page.locator(".ds-cell")).to_have_count(2, timeout=PATIENCE)
        expect(page.get_by_role("button", name="答え合わせ")).to_be_visible(timeout=PATIENCE)
        page.emulate_media(media="print")
        expect(button).to_be_hidden()
        expect(page.get_by_role("heading", name="観察する")).to_be_visible()
        page.emulate_media(media="screen")
        page.get_by_role("link", name="ライブ").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("ノイズから絵が生まれるまで", timeout=PATIENCE)
