"""The live page in Firefox, from disk and with no network: it samples and paints."""

import os
import time

import pytest

from denoiscope.core.whole_file import write_text
from denoiscope.devtools.driving.firefox import find_firefox, firefox
from denoiscope.devtools.livepage.course_parts import course
from denoiscope.host.live_page import build

pytestmark = pytest.mark.browser

PATIENCE = 180
MEANS = """
const canvas = document.querySelector(".lv-shelf canvas");
if (!canvas) return null;
const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
const sum = (colour) => data.filter((_, at) => at % 4 === colour).reduce((total, value) => total + value, 0);
const mean = (colour) => (sum(colour) * 4) / data.length;
return mean(3) > 0 ? [mean(0), mean(1), mean(2)] : null;
"""
"""The mean red, green and blue of the finished picture, once it is painted."""


@pytest.fixture(scope="module")
def browser():
    program = find_firefox()
    if program is None:
        message = "no Firefox found: install one, or name it in the environment variable FIREFOX"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with firefox(program) as driven:
        yield driven


def until(browser, script):
    end = time.monotonic() + PATIENCE
    while not (answer := browser.run(script)):
        alert = browser.run(
            "return [...document.querySelectorAll('[role=alert]')].map((one) => one.textContent).join()"
        )
        assert not alert and time.monotonic() < end, alert or f"this did not come to be: {script}"
        time.sleep(0.2)
    return answer


def test_it_samples_in_firefox(browser, tmp_path):
    path = tmp_path / "live.html"
    write_text(path, [build(course=course())])
    browser.open(f"{path.as_uri()}#steps=4&seed=7")
    red, green, blue = until(browser, MEANS)
    assert red > blue > green > 20  # a red lighthouse under a purple sky
    browser.open(f"{path.as_uri()}?page=course#01-first-look")
    until(browser, "return document.querySelector('.lc .lv-run:not(:disabled)') !== null")
    browser.run("document.querySelector('.lc .lv-run').click()")
    until(browser, "return document.querySelector('.lc .lv-status').textContent.includes('It has run')")
    assert browser.run("return document.querySelector('.lc h1').textContent") == "First look"
