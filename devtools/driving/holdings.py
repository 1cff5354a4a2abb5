"""What a page of the browser holds once all that nobody needs has been collected."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

COUNTING = """
const make = window.createImageBitmap, close = ImageBitmap.prototype.close;
window.openBitmaps = new Set();
window.createImageBitmap = async (...asked) => {
  const made = await make.apply(window, asked);
  window.openBitmaps.add(made);
  return made;
};
ImageBitmap.prototype.close = function () {
  window.openBitmaps.delete(this);
  close.call(this);
};
const add = EventTarget.prototype.addEventListener;
window.heardFor = [];
EventTarget.prototype.addEventListener = function (type, handler, options) {
  if (options?.signal) window.heardFor.push(new WeakRef(this));
  return add.call(this, type, handler, options);
};
"""
HEARD = """() => {
  window.heardFor = window.heardFor.filter((one) => one.deref());
  return window.heardFor.filter((one) => one.deref().closest?.('section.denoiscope, [class^="ds-"]')).length;
}"""
OURS = """function () {
  const isElement = (found) => !Object.hasOwn(found, "constructor");
  const isOurs = (found) => found.closest('section.denoiscope, [class^="ds-"]');
  return this.filter((found) => isElement(found) && !found.isConnected && isOurs(found)).length;
}"""


@dataclass(frozen=True)
class Holdings:
    """Counts what viewers hold: elements that stand in no document, listeners, and bitmaps that are open; and of the
    whole page, the frontend's own included: nodes, listeners, bytes of heap.
    """

    detached: int
    heard: int
    bitmaps: int
    nodes: int
    listeners: int
    heap: int


def count_holdings(page: Page) -> None:
    """Before the page is opened: what cannot be asked for later."""
    page.add_init_script(COUNTING)


def holdings(page: Page) -> Holdings:
    session = page.context.new_cdp_session(page)
    metrics = _collected(session)
    detached = _detached(session)
    session.detach()
    return Holdings(
        detached=detached,
        heard=page.evaluate(HEARD),
        bitmaps=page.evaluate("() => window.openBitmaps.size"),
        nodes=metrics["Nodes"],
        listeners=metrics["JSEventListeners"],
        heap=metrics["JSHeapUsedSize"],
    )


def _collected(session: CDPSession) -> dict[str, int]:
    """Twice: what the first collection lets go of may hold others."""
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    return {metric["name"]: int(metric["value"]) for metric in session.send("Performance.getMetrics")["metrics"]}


def _detached(session: CDPSession) -> int:
    """Asked of the heap itself, which knows what is held and not seen."""
    kind = session.send("Runtime.evaluate", {"expression": "Element.prototype"})["result"]["objectId"]
    found = session.send("Runtime.queryObjects", {"prototypeObjectId": kind})["objects"]["objectId"]
    asked = {"functionDeclaration": OURS, "objectId": found, "returnByValue": True}
    return session.send("Runtime.callFunctionOn", asked)["result"]["value"]
