"""Photographs ComfyUI's frontend: a lesson, a little changed, is run, and the nodes that matter stand side by side."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from .driving.frontend import PATIENCE, Frontend, settle, wait_for_deck
from .driving.pack import ROOT
from .shots import WIDEST, Shot

VIEWPORT = {"width": 1700, "height": 1300}
WHOLE = {"width": 1800, "height": 840}
EDGE = 14
QUALITIES = (88, 82, 76, 70, 64, 58, 52, 46, 40, 34)
PAGE_VIEWPORT = {"width": 1000, "height": 920}
FILLED = re.compile("^(deck|chart|lab|heat)$")
STEP_OR_LEVEL = re.compile("^(Step|Level)$")
SCRUBBED = ("x_t", "x0 guess", "difference")
FILM_WIDTH = 600
FRAME, REST = 110, 900
"""Milliseconds that a state is shown, and the first and the last one."""

BUILD = """async ({ flow, name, extra, wires, widgets, shown }) => {
  await app.loadGraphData({ ...flow, id: crypto.randomUUID() }, true, true, name);
  await app.refreshComboInNodes();
  app.graph.state.lastNodeId = Math.floor(performance.now());  // the frontend remembers pictures by a node's number
  const find = (called) => app.graph.nodes.findLast((node) => node.title === called || node.type === called);
  const set = (node, values) => {
    for (const [name, value] of Object.entries(values)) {
      const widget = node.widgets.find((one) => one.name === name);
      widget.value = value;
      widget.callback?.(value);
    }
  };
  const wire = (node, input, from, output) => {
    const source = find(from);
    const slot = source.outputs.findIndex((one, index) => [one.name, one.type, index].includes(output));
    if (!source.connect(slot, node, input)) throw new Error(`${from} ${output} does not fit ${node.type} ${input}`);
  };
  for (const { kind, inputs, widgets, title } of extra) {
    const node = LiteGraph.createNode(kind);
    app.graph.add(node);
    if (title) node.title = title;
    set(node, widgets);
    for (const [input, [from, output]] of Object.entries(inputs)) wire(node, input, from, output);
  }
  for (const [called, input, from, output] of wires) wire(find(called), input, from, output);
  for (const node of app.graph.nodes) {
    const has = (name) => node.widgets?.some((one) => one.name === name);
    if (has("predict")) set(node, { predict: "off" });
    if (has("decode")) set(node, { decode: "x0 only" });
    if (has("control_after_generate")) set(node, { control_after_generate: "fixed" });
  }
  for (const [called, values] of Object.entries(widgets)) set(find(called), values);
  const chosen = shown.map(([called]) => find(called));
  const feeds = (node) => node.outputs.some((output) => output.links?.length);
  const ends = app.graph.nodes.filter((node) => node.constructor.nodeData?.output_node);
  for (const node of ends) if (!chosen.includes(node) && !feeds(node)) app.graph.remove(node);
  app.graph.groups.length = 0;
  let left = 0;
  shown.forEach(([, width, height], index) => {
    const node = chosen[index];
    node.pos = [left, 4000];
    node.setSize([width, height]);
    left += width + 40;
  });
  app.canvas.ds.scale = 1;
  app.canvas.ds.offset = [160, 200 - 4000];
  app.canvas.setDirty(true, true);
  return { ids: chosen.map((node) => node.id), runs: ends.some((node) => chosen.includes(node)) };
}"""

FIT = """async ({ flow, name, width, height }) => {
  await app.loadGraphData(flow, true, true, name);
  for (const widget of app.graph.nodes.flatMap((node) => node.widgets ?? [])) {
    if (widget.name === "predict") widget.value = "off";
  }
  const boxes = app.graph.groups.map((group) => [...group.boundingRect]);
  const right = Math.max(...boxes.map(([x, , width]) => x + width));
  const [left, top] = [0, 1].map((axis) => Math.min(...app.graph.nodes.map((node) => node.pos[axis])));
  app.canvas.ds.scale = Math.min((width - 100) / (right - left), 1);
  app.canvas.ds.offset = [-left + 70 / app.canvas.ds.scale, -top + 110 / app.canvas.ds.scale];
  app.canvas.setDirty(true, true);
}"""


def photograph(opened: Frontend, shot: Shot, path: Path, limit: int) -> None:
    """Runs the shot's workflow and writes its nodes as a JPEG of at most `limit` bytes."""
    nodes = ready(opened, shot)
    for viewer in viewers(nodes):
        look(viewer, shot)
    save(crop(opened.page, nodes), path, limit)


def photograph_lesson(opened: Frontend, lesson: str, path: Path, limit: int) -> None:
    """The whole lesson as a user sees it who has run it."""
    opened.page.set_viewport_size(WHOLE)
    opened.page.evaluate(FIT, {"flow": flow_of(lesson), "name": lesson} | WHOLE)
    opened.run()
    wait_for_deck(opened.viewer())
    opened.wait_until_idle()  # the page is saved after the viewer is filled
    opened.page.get_by_text("Total:").wait_for(state="hidden")
    save(picture_of(opened.page), path, limit, WHOLE["width"])
    opened.page.set_viewport_size(VIEWPORT)


def photograph_page(browser: Browser, page: Path, path: Path, limit: int) -> None:
    """What someone sees who opens a page that Save as Page wrote."""
    context = browser.new_context(viewport=PAGE_VIEWPORT)
    opened = context.new_page()
    opened.goto(page.as_uri())
    viewer = opened.locator("section.denoiscope")
    wait_for_deck(viewer)
    show(viewer, "x0 guess", 4)
    save(picture_of(opened), path, limit)
    context.close()


def film(opened: Frontend, shot: Shot, path: Path, limit: int) -> None:
    """The viewer scrubbed from noise to picture, in one view after the other, as an animated WebP."""
    (node,) = ready(opened, shot)
    frames, times = [], []
    for tab in SCRUBBED:
        last = int(slider_of(node).get_attribute("max"))
        for step in range(last + 1):
            show(node, tab, step)
            frames.append(narrow(crop(opened.page, [node]), FILM_WIDTH))
            times.append(REST if step in (0, last) else FRAME)
    save_film(frames, times, path, limit)


def ready(opened: Frontend, shot: Shot) -> list[Locator]:
    leave(opened.page)
    built = opened.page.evaluate(BUILD, {"flow": flow_of(shot.lesson), "name": shot.lesson} | asdict(shot))
    nodes = [opened.page.locator(f'[data-node-id="{node}"]') for node in built["ids"]]
    if built["runs"]:
        opened.run()
    for node in nodes:
        wait_until_drawn(node)
    return nodes


def flow_of(lesson: str) -> dict:
    return json.loads((ROOT / "example_workflows" / f"{lesson}.json").read_text(encoding="utf-8"))


def wait_until_drawn(node: Locator) -> None:
    expect(node).to_be_visible(timeout=PATIENCE)
    for content in node.locator("section.denoiscope [data-state]").all():
        expect(content).to_have_attribute("data-state", FILLED, timeout=PATIENCE)
    for viewer in viewers([node]):
        wait_for_deck(viewer)
    for picture in node.locator("img").all():
        picture.evaluate("image => image.decode()")


def viewers(nodes: list[Locator]) -> Iterator[Locator]:
    for node in nodes:
        if node.locator("section.denoiscope .ds-content").count():
            yield node.locator("section.denoiscope")


def look(viewer: Locator, shot: Shot) -> None:
    if shot.tab:
        show(viewer, shot.tab, shot.step)
    for role, name in shot.press:
        viewer.get_by_role(role, name=name, exact=True).click()
    wait_for_deck(viewer)


def show(viewer: Locator, tab: str, step: int | None) -> None:
    viewer.get_by_role("tab", name=tab, exact=True).click()
    if step is not None:
        slider_of(viewer).fill(str(step))
    wait_for_deck(viewer)


def slider_of(viewer: Locator) -> Locator:
    """The slider of steps; of levels, where a picture is noised."""
    return viewer.get_by_role("slider", name=STEP_OR_LEVEL)


def leave(page: Page) -> None:
    """The pointer out of the picture, so that no tooltip opens under it."""
    page.mouse.move(VIEWPORT["width"] - 2, VIEWPORT["height"] - 2)
    expect(page.locator(".p-tooltip")).to_have_count(0, timeout=PATIENCE)


def crop(page: Page, nodes: Sequence[Locator]) -> Image.Image:
    leave(page)
    settle(page)
    boxes = [node.bounding_box() for node in nodes]
    left, top = (min(box[side] for box in boxes) - EDGE for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes) + EDGE
    bottom = max(box["y"] + box["height"] for box in boxes) + EDGE
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return picture_of(page, clip=clip)


def picture_of(page: Page, **options) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(**options))).convert("RGB")


def narrow(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def save(picture: Image.Image, path: Path, limit: int, widest: int = WIDEST) -> None:
    """In the best quality that keeps within `limit` bytes."""
    smaller = narrow(picture, widest)
    write(path, limit, lambda stream, quality: smaller.save(stream, "JPEG", quality=quality, progressive=True))


def save_film(frames: list[Image.Image], times: list[int], path: Path, limit: int) -> None:
    moving = {"save_all": True, "append_images": frames[1:], "duration": times, "loop": 0, "method": 4}
    write(path, limit, lambda stream, quality: frames[0].save(stream, "WEBP", quality=quality, **moving))


def write(path: Path, limit: int, encode: Callable[[io.BytesIO, int], None]) -> None:
    for quality in QUALITIES:
        stream = io.BytesIO()
        encode(stream, quality)
        if stream.tell() <= limit:
            path.write_bytes(stream.getvalue())
            return
    raise ValueError(f"{path.name} needs more than {limit:,} bytes even at quality {quality}: make it smaller")
