"""What scrubbing costs in Chromium: script time for each input, time to paint, and pictures that come too late."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from ...tests.browser.pages import page_from_disk
from ...tests.browser.scrubbing import scrub
from ...tests.browser.synthetic import data_url, payload, scene
from ..browser import QUIET
from ..table import Row

SCRIPT_AT_MOST = 4.0  # milliseconds for one input, 95th percentile: DESIGN.md, "Cheap"
LATE_AT_MOST = 0.0  # per cent of inputs that are not painted in the next frame
SIZE = (512, 512)
VIEWS = ("x", "x0", "difference")
INPUTS = 200
HIGH, MIDDLE = 0.95, 0.5


def measure() -> Iterator[Row]:
    if not (chromium := os.environ.get("CHROMIUM")):
        raise RuntimeError("no Chromium found: install one, or set CHROMIUM to its path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        for states in (21, 50):
            yield from one_deck(browser, states)
        browser.close()


def one_deck(browser: Browser, states: int) -> Iterator[Row]:
    deck = payload(data_url, steps=states - 1, size=SIZE, views=VIEWS, paint=scene, suffix=".jpg")
    what = f"{states} states x {len(VIEWS)} views of {SIZE[0]}x{SIZE[1]}"
    with tempfile.TemporaryDirectory() as folder, page_from_disk(browser, Path(folder), deck) as opened:
        yield Row(f"page of {what}", (Path(folder) / "deck.html").stat().st_size / 1e6, "MB")
        scrubbed = scrub(opened.page, INPUTS)
    late = 100 * sum(draws != 1 for draws in scrubbed.draws) / INPUTS
    spread = f"median {scrubbed.script(MIDDLE):.2g} ms, {INPUTS} inputs"
    yield Row(f"script for an input, 95th percentile, {what}", scrubbed.script(HIGH), "ms", SCRIPT_AT_MOST, spread)
    yield Row(f"inputs not drawn in the next frame, {what}", late, "%", LATE_AT_MOST)
    spread = f"median {scrubbed.paint(MIDDLE):.2g} ms"
    yield Row(f"input to painted, 95th percentile, {what}", scrubbed.paint(HIGH), "ms", None, spread)
