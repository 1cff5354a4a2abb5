"""Two hundred runs into one Deck Viewer in ComfyUI's own frontend, beside stock nodes: does the browser stay flat?"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from ..driving.browser import QUIET
from ..driving.frontend import frontend
from ..driving.holdings import Holdings, count_holdings, holdings
from ..driving.running_on import run_once, shown, stock
from ..driving.server import FORGETFUL, ONLY_THE_PACK, Host, running
from ..table import Row

RUNS, SETTLED = 200, 20
FLAGS = ("--cpu", *ONLY_THE_PACK, *FORGETFUL)
OURS = {
    "detached": "elements of the viewer that are held and shown nowhere",
    "heard": "listeners of the viewer",
    "bitmaps": "open bitmaps",
}
"""What must not grow by one. The rest of the page is the frontend's, which keeps something of every run."""


def measure() -> Iterator[Row]:
    if not (chromium := os.environ.get("CHROMIUM")):
        raise RuntimeError("no Chromium found: install one, or set CHROMIUM to its path")
    host = Host(Path(os.environ["COMFYUI_PATH"]), Path(sys.executable))
    with (
        tempfile.TemporaryDirectory() as folder,
        running(host, Path(folder), flags=FLAGS) as server,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        for renderer in ("classic", "nodes 2.0"):
            for flow in (shown, stock):
                first, last = many(browser, server.url, renderer == "classic", flow)
                yield from rows(f"{renderer}, {flow.__doc__}", first, last, flow is shown)
        browser.close()


def many(browser: Browser, url: str, classic: bool, flow) -> Iterator[Holdings]:
    with frontend(browser, url, classic=classic, watch=count_holdings) as opened:
        flow(opened)
        for seed in range(RUNS):
            run_once(opened, seed)
            if seed in (SETTLED, RUNS - 1):
                yield holdings(opened.page)


def rows(what: str, first: Holdings, last: Holdings, ours: bool) -> Iterator[Row]:
    runs = RUNS - SETTLED - 1
    for name, words in OURS.items() if ours else ():
        now = getattr(last, name)
        yield Row(f"{what}: {words} that {runs} runs add", now - getattr(first, name), "", 0.0, f"{now} in all")
    for name in ("nodes", "listeners"):
        grown = (getattr(last, name) - getattr(first, name)) / runs
        yield Row(f"{what}: {name} of the whole page that a run adds", grown, "", None, f"{getattr(last, name)} in all")
    per_run = (last.heap - first.heap) / runs / 1000
    yield Row(f"{what}: heap that a run adds", per_run, "kB", None, f"{last.heap / 1e6:.1f} MB in all")
