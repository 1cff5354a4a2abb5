"""ComfyUI's own frontend in Chromium: opening it, loading a workflow, running it, looking at a viewer."""

import itertools
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

PATIENCE = 60_000
"""Milliseconds; two slow cores shared with the server."""

OURS = ("denoiscope", "listener")
NUMBERS = itertools.count(1)

READY = """() => window.app?.vueAppReady && LiteGraph.registered_node_types.DenoiscopeViewer
  && app.extensionManager?.workflow?.activeWorkflow && app.graph.nodes.length > 0 && !app.configuringGraph"""

RUN = """async () => {
  const ended = new Promise((resolve, reject) => {
    const on = (name, end) => app.api.addEventListener(name, (event) => end(event.detail), { once: true });
    on("execution_success", resolve);
    on("execution_interrupted", resolve);
    on("execution_error", (detail) => reject(new Error(detail.exception_message)));
  });
  const accepted = await app.queuePrompt(0, 1);
  const noErrors = app.lastNodeErrors && Object.keys(app.lastNodeErrors).length === 0; // an old frontend says no to {}
  if (!accepted && !noErrors) throw new Error("refused: " + JSON.stringify(app.lastNodeErrors));
  await ended;
}"""

PIXEL = """(canvas, [x, y]) => {
  const one = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const field = one.getContext("2d", { willReadFrequently: true });
  field.drawImage(canvas, -x, -y);
  return [...field.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""

IDLE = """async () => {
  const queue = await (await app.api.fetchApi("/queue")).json();
  return queue.queue_running.length + queue.queue_pending.length === 0;
}"""

ACTIVE = """(name) => app.extensionManager.workflow.activeWorkflow.filename === name && !app.configuringGraph"""

SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Frontend:
    """A tab of the browser that shows ComfyUI; `complaints` are messages and requests that concern the pack."""

    page: Page
    classic: bool
    complaints: list[str] = field(default_factory=list)

    def load(self, workflow: dict, *, name: str | None = None) -> None:
        """In a tab of its own inside the frontend, with the viewer in sight.

        Of two workflows of one name, newer frontends bring the first back after a reload.
        """
        named = [workflow, name or f"deck {next(NUMBERS)}"]
        self.page.evaluate("([flow, name]) => app.loadGraphData(flow, true, true, name)", named)
        self.page.evaluate(
            "() => { app.canvas.ds.offset = [-640, 60]; app.canvas.ds.scale = 0.9; app.canvas.setDirty(true, true); }"
        )
        expect(self.viewer()).to_be_visible(timeout=PATIENCE)

    def run(self) -> None:
        self.page.evaluate(RUN)

    def viewer(self, nth: int = 0) -> Locator:
        return self.page.locator("section.denoiscope").nth(nth)

    def switch_to(self, name: str) -> None:
        """Another workflow, by the name on its tab."""
        self.page.locator(".workflow-tabs").get_by_text(name, exact=True).click()
        self.page.wait_for_function(ACTIVE, arg=name, timeout=PATIENCE)

    def is_idle(self) -> bool:
        return self.page.evaluate(IDLE)

    def wait_until_idle(self) -> None:
        self.page.wait_for_function(IDLE, timeout=PATIENCE)
        settle(self.page)

    def queue(self) -> None:
        """Starts a run and does not wait for its end."""
        self.page.evaluate("() => app.queuePrompt(0, 1)")


def settle(page: Page) -> None:
    page.evaluate(SETTLED)


def step_slider(viewer: Locator) -> Locator:
    return viewer.get_by_role("slider", name="Step", exact=True)


def wait_for_pictures(viewer: Locator) -> None:
    """Every picture on the stage has been drawn."""
    expect(viewer.locator(".ds-cell").first).to_be_visible(timeout=PATIENCE)
    expect(viewer.locator(".ds-cell[data-waiting]")).to_have_count(0, timeout=PATIENCE)
    settle(viewer.page)


def wait_for_deck(viewer: Locator) -> None:
    """A finished deck stands in the viewer, and its pictures are drawn."""
    expect(viewer.locator(".ds-content")).to_have_attribute("data-state", "deck", timeout=PATIENCE)
    wait_for_pictures(viewer)


def pixel(viewer: Locator, place: tuple[int, int] = (5, 5), *, cell: int = 0) -> list[int]:
    settle(viewer.page)
    return viewer.locator(".ds-cell canvas").nth(cell).evaluate(PIXEL, list(place))


def close_to(colour: list[int], wanted: tuple[int, ...], slack: int = 4) -> bool:
    return all(abs(one - other) <= slack for one, other in zip(colour, wanted, strict=True))


@contextmanager
def frontend(browser: Browser, url: str, *, classic: bool, watch: Callable[[Page], None] = lambda page: None):
    """A fresh profile: drafts of earlier tests must not come back."""
    context = browser.new_context(viewport={"width": 1280, "height": 960})
    page = context.new_page()
    opened = Frontend(page, classic)
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.on("console", lambda message: _listen(opened, message))
    watch(page)
    page.goto(url, wait_until="domcontentloaded")
    ready(opened)
    try:
        yield opened
    finally:
        context.close()


def ready(opened: Frontend) -> None:
    """The first graph comes after the rest of the frontend is ready, and would replace one loaded before it."""
    opened.page.wait_for_function(READY, timeout=PATIENCE)
    opened.page.evaluate("on => app.extensionManager.setting.set('Comfy.VueNodes.Enabled', on)", not opened.classic)
    settle(opened.page)


def _listen(opened: Frontend, message) -> None:
    text = message.text.lower()
    if message.type in ("error", "warning") and any(word in text for word in OURS):
        opened.complaints.append(message.text)
