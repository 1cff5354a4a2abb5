"""The one-file page in Chromium, opened from disk; everything it asks for or complains of is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from denoiscope.core.telling.page import build_page, viewer_sources
from denoiscope.core.whole_file import write_text

from .frontend import wait_for_pictures

WATCH_WINDOW = """
window.onWindow = [];
const add = window.addEventListener;
window.addEventListener = function (type, ...rest) {
  window.onWindow.push(type);
  return add.call(this, type, ...rest);
};
"""


@dataclass
class Opened:
    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def viewer(self) -> Locator:
        return self.page.locator("section.denoiscope")


@contextmanager
def page_from_disk(browser: Browser, folder: Path, payload: dict, *, drawn: bool = True, **context) -> Iterator[Opened]:
    modules, stylesheet = viewer_sources()
    path = folder / "deck.html"
    write_text(path, build_page(payload, modules=modules, stylesheet=stylesheet))
    profile = browser.new_context(**{"viewport": {"width": 1000, "height": 900}} | context)
    opened = Opened(profile.new_page())
    page = opened.page
    page.on("request", lambda request: opened.requests.append(request.url))
    page.on("console", lambda message: opened.complaints.append(message.text))
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.add_init_script(WATCH_WINDOW)
    page.goto(path.as_uri())
    if drawn:
        wait_for_pictures(opened.viewer)
    try:
        yield opened
    finally:
        profile.close()
