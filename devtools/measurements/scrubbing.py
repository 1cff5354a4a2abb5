"""What scrubbing costs in Chromium: script time for each input, and frames until the picture shows."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from ...tests.browser.frontend import step_slider, wait_for_pictures
from ...tests.browser.pages import page_from_disk
from ...tests.browser.synthetic import data_url, payload, scene
from ..browser import QUIET
from ..table import Row

SCRIPT_AT_MOST = 4.0  # milliseconds for one input, 95th percentile: DESIGN.md, "Cheap"
FRAMES_AT_MOST = 1.0
SIZE = (512, 512)
VIEWS = ("x", "x0", "difference")
INPUTS = 120
WATCH = """
(() => {
  let frame = 0, begun = 0;
  window.measured = {};
  const count = () => { frame += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...all) {
    measured.frames = Math.max(1, frame - begun);
    return draw.apply(this, all);
  };
  window.addEventListener("keydown", (event) => {
    begun = frame;
    measured = { frames: null, painted: null };
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { measured.painted = performance.now() - event.timeStamp; };
      channel.port2.postMessage(null);
    });
  }, true);
})();
"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def measure() -> Iterator[Row]:
    if not (chromium := os.environ.get("CHROMIUM")):
        raise RuntimeError("no Chromium found: install one, or set CHROMIUM to its path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        for states in (21, 50):
            yield from one_deck(browser, states)
        browser.close()


def one_deck(browser, states: int) -> Iterator[Row]:
    deck = payload(data_url, steps=states - 1, size=SIZE, views=VIEWS, paint=scene, suffix=".jpg")
    what = f"{states} states x {len(VIEWS)} views of {SIZE[0]}x{SIZE[1]}"
    with tempfile.TemporaryDirectory() as folder, page_from_disk(browser, Path(folder), deck) as opened:
        wait_for_pictures(opened.viewer)
        yield Row(f"page, {what}", (Path(folder) / "deck.html").stat().st_size / 1e6, "MB")
        opened.page.evaluate(WATCH)
        step_slider(opened.viewer).focus()
        script, frames, painted = scrub(opened.page, states)
    spread = f"median {statistics.median(script):.2g} ms, {INPUTS} inputs"
    yield Row(f"script for an input, 95th percentile, {what}", high(script), "ms", SCRIPT_AT_MOST, spread)
    spread = f"at most {max(frames):.0f}"
    yield Row(f"frames until it shows, 95th percentile, {what}", high(frames), "frames", FRAMES_AT_MOST, spread)
    spread = f"median {statistics.median(painted):.2g} ms"
    yield Row(f"input to painted, 95th percentile, {what}", high(painted), "ms", None, spread)


def scrub(page: Page, states: int) -> tuple[list[float], list[float], list[float]]:
    """Walk through the states by key; for each input its script milliseconds, frames until drawn, and latency."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    script, frames, painted = [], [], []
    for count in range(INPUTS):
        idle = script_seconds(session, page, None)
        busy = script_seconds(session, page, "Home" if count % states == 0 else "ArrowRight")
        told = page.evaluate("measured")
        script.append(max(0.0, 1000 * (busy - idle)))
        frames.append(float(told["frames"] or 99))
        painted.append(told["painted"])
    return script, frames, painted


def script_seconds(session: CDPSession, page: Page, key: str | None) -> float:
    """Script time from now until two frames later, with one key pressed or with none."""
    before = script_duration(session)
    if key:
        page.keyboard.press(key)
    page.evaluate(SETTLED)
    return script_duration(session) - before


def script_duration(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration")


def high(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
