"""What scrubbing costs in Chromium: script time for each input, time to paint, and pictures that come too late.

The script's time by the clock holds waiting as well, where Chromium's own threads paint on the same few cores; its
processor time, from Chromium's trace of a second scrub, is what the script itself asks for.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from ...core.lora.low_rank_lab import lab_of
from ...core.telling.low_rank_page import low_rank_page
from ...core.whole_file import write_text
from ..driving.browser import QUIET
from ..driving.frontend import wait_for_pictures
from ..driving.pages import page_from_disk
from ..driving.scrubbing import quantile, scrub
from ..driving.synthetic import Axis, data_url, grid, payload, scene
from ..driving.synthetic_kinds import guided
from ..driving.synthetic_layers import covered_grid, looked_grid
from ..table import Row

SCRIPT_AT_MOST = 4.0  # milliseconds for one input, 95th percentile: DESIGN.md, "Cheap"
LATE_AT_MOST = 0.0  # per cent of inputs that are not painted in the next frame
SIZE = (512, 512)
CELL = (128, 128)
LENGTHS = (4, 8, 12, 16, 18, 20)  # six columns whose runs differ, so that the slider holds all cells at one sigma
GUIDANCE = Axis("guidance", ("1", "2", "4", "7", "12", "20"))
VIEWS = ("x", "x0", "difference")
INPUTS = 200
HIGH, MIDDLE = 0.95, 0.5
LAB = {"pattern": "noise", "size": 64}  # the largest update that the lab takes
RANKS = """async (slider) => {
  const times = [];
  for (let rank = 0; rank <= 64; rank++) {
    slider.value = rank;
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""


def measure() -> Iterator[Row]:
    if not (chromium := os.environ.get("CHROMIUM")):
        raise RuntimeError("no Chromium found: install one, or set CHROMIUM to its path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        for states in (21, 50):
            deck = payload(data_url, steps=states - 1, size=SIZE, views=VIEWS, paint=scene, suffix=".jpg")
            yield from one_deck(browser, deck, f"{states} states x {len(VIEWS)} views of {SIZE[0]}x{SIZE[1]}")
        columns = Axis("steps", tuple(map(str, LENGTHS)), steps=LENGTHS)
        deck = grid(data_url, columns, GUIDANCE, size=CELL, views=("x",), paint=scene, suffix=".jpg")
        yield from one_deck(browser, deck, f"a grid of 6x6 cells of {CELL[0]}x{CELL[1]}")
        deck = guided(data_url, steps=20, size=SIZE, paint=scene, suffix=".jpg")
        yield from one_deck(browser, deck, f"the CFG triangle of {SIZE[0]}x{SIZE[1]}", ("tab", "triangle"))
        yield from one_deck(browser, looked_grid(), "16 cells under a word's attention", ("switch", "attention"))
        yield from one_deck(browser, covered_grid(), "16 cells under their commit maps", ("switch", "settled"))
        yield from low_rank_lab(browser)
        browser.close()


def low_rank_lab(browser: Browser) -> Iterator[Row]:
    """Every rank once, on the page of the largest update."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab.html"
        write_text(path, low_rank_page(lab_of(**LAB), rank=3))
        page = browser.new_page()
        page.goto(path.as_uri())
        page.locator(".ds-lab-content[data-state=lab]").wait_for()
        times = page.get_by_role("slider", name="Rank").evaluate(RANKS)
        page.close()
    spread = f"median {quantile(times, MIDDLE):.2g} ms, {len(times)} ranks"
    yield Row("script for a rank of the low-rank lab, 95th percentile", quantile(times, HIGH), "ms", None, spread)


def one_deck(browser: Browser, deck: dict, what: str, turn_to: tuple[str, str] | None = None) -> Iterator[Row]:
    """`turn_to`: the role and name of what is clicked first."""
    with tempfile.TemporaryDirectory() as folder, page_from_disk(browser, Path(folder), deck) as opened:
        if turn_to:
            opened.viewer.get_by_role(turn_to[0], name=turn_to[1]).click()
            wait_for_pictures(opened.viewer)
        yield Row(f"page of {what}", (Path(folder) / "deck.html").stat().st_size / 1e6, "MB")
        scrubbed = scrub(opened.page, INPUTS)
        processor = processor_times(browser, opened.page)
    late = 100 * sum(draws != 1 for draws in scrubbed.draws) / INPUTS
    spread = f"median {scrubbed.script(MIDDLE):.2g} ms, {INPUTS} inputs"
    yield Row(f"script for an input, 95th percentile, {what}", scrubbed.script(HIGH), "ms", SCRIPT_AT_MOST, spread)
    spread = f"median {quantile(processor, MIDDLE):.2g} ms"
    yield Row(f"its processor time, 95th percentile, {what}", quantile(processor, HIGH), "ms", SCRIPT_AT_MOST, spread)
    yield Row(f"inputs not drawn in the next frame, {what}", late, "%", LATE_AT_MOST)
    spread = f"median {scrubbed.paint(MIDDLE):.2g} ms"
    yield Row(f"input to painted, 95th percentile, {what}", scrubbed.paint(HIGH), "ms", None, spread)


def processor_times(browser: Browser, page: Page) -> list[float]:
    """Milliseconds of the main thread's processor time: the handler of each input and the drawing after it."""
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    scrub(page, INPUTS)
    spent = []
    for event in sorted(json.loads(browser.stop_tracing())["traceEvents"], key=lambda event: event["ts"]):
        if event["name"] == "EventDispatch" and event["args"]["data"]["type"] == "input":
            spent.append(event["tdur"] / 1000)
        elif event["name"] == "FireAnimationFrame" and spent:
            spent[-1] += event["tdur"] / 1000
    return spent
