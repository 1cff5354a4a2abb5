"""The low-rank lab in its node, in both renderers and against the real server, and on a page opened from disk."""

import uuid

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from denoiscope.core.lora.low_rank_lab import lab_of
from denoiscope.core.telling.low_rank_page import low_rank_page
from denoiscope.core.whole_file import write_text
from denoiscope.devtools.driving.frontend import PATIENCE, ready, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAB = "1"
PIXELS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [canvas.width, canvas.height, [...data]];
}"""


def workflow(*, pattern="bolt", size=16, rank=3, noise=0.0, node_size=(460, 880)) -> dict:
    """The lab alone; every call is a workflow of its own."""
    lab = {
        "id": 1,
        "type": "DenoiscopeLowRankLab",
        "pos": [700, 0],
        "size": list(node_size),
        "flags": {},
        "order": 0,
        "mode": 0,
        "inputs": [{"name": "image", "type": "IMAGE", "link": None}],
        "outputs": [{"name": "image", "type": "IMAGE", "links": []}],
        "properties": {},
        "widgets_values": [pattern, size, rank, noise, 0, ""],
    }
    empty = {"links": [], "groups": [], "config": {}, "extra": {}, "version": 0.4}
    return {"id": str(uuid.uuid4()), "revision": 0, "last_node_id": 1, "last_link_id": 0, "nodes": [lab], **empty}


@pytest.fixture
def shown(opened):
    """A workflow that has run, with its lab on screen."""
    opened.load(workflow())
    opened.run()
    wait_for_lab(opened.viewer())
    return opened


@pytest.fixture
def page(chromium, tmp_path):
    """Opens a lab from disk in a window of a size; it must not complain, and ask for nothing but itself."""
    contexts, heard = [], []

    def open_page(*, rank=3, width=1000, height=900, scheme="light", **settings) -> Page:
        path = tmp_path / "lab.html"
        write_text(path, low_rank_page(lab_of(**{"pattern": "bolt"} | settings), rank))
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: request.url.split(":")[0] in ("file", "data") or heard.append(request.url))
        page.goto(path.as_uri())
        wait_for_lab(page.locator("section.denoiscope"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == []


def wait_for_lab(lab) -> None:
    expect(lab.locator(".ds-lab-content")).to_have_attribute("data-state", "lab", timeout=PATIENCE)
    settle(lab.page)


def slider(lab):
    return lab.get_by_role("slider", name="Rank")


def matrix(lab, name: str):
    return lab.locator(f"[data-matrix={name}]")


def colours(lab, name: str) -> np.ndarray:
    """[row, column, red green blue alpha] of a matrix as it is drawn."""
    width, height, data = matrix(lab, name).locator("canvas").evaluate(PIXELS)
    return np.array(data).reshape(height, width, 4)


def wanted(entries: np.ndarray, limit: float, anchors: list[str]) -> np.ndarray:
    rgb = np.array([[int(name[i : i + 2], 16) for i in (1, 3, 5)] for name in anchors])
    place = (entries + limit) / (2 * limit) * (len(anchors) - 1)
    return np.stack([np.interp(place, range(len(anchors)), rgb[:, channel]) for channel in range(3)], -1)


def payload_of(server, opened) -> dict:
    """What the newest finished job of the workflow on screen gave the node."""
    workflow = opened.page.evaluate("app.rootGraph.id")
    jobs = server.client.get_json(f"/api/jobs?status=completed&limit=1&workflow_id={workflow}")["jobs"]
    return server.client.get_json(f"/api/jobs/{jobs[0]['id']}")["outputs"][LAB]["denoiscope_low_rank"][0]


def point_at(lab, name: str, row: int, column: int, cells: int = 16) -> None:
    box = matrix(lab, name).locator(".ds-lab-frame").bounding_box()
    lab.page.mouse.move(
        box["x"] + (column + 0.5) / cells * box["width"], box["y"] + (row + 0.5) / cells * box["height"], steps=2
    )
    settle(lab.page)


# In the node


@pytest.mark.parametrize("rank", [0, 3, 16])
def test_every_matrix_is_drawn_as_its_numbers_say(shown, server, rank):
    payload, lab = payload_of(server, shown), shown.viewer()
    slider(lab).fill(str(rank))
    settle(shown.page)
    update, up, down = (np.array(payload[name]) for name in ("update", "up", "down"))
    product = up[:, :rank] @ down[:rank]
    wide, narrow = (payload["scales"][name]["high"] for name in ("update", "factors"))
    anchors = payload["scales"]["update"]["colours"]
    for name, entries in (("update", update), ("product", product), ("left", update - product)):
        seen = colours(lab, name)
        assert (seen[..., 3] == 255).all()
        assert np.abs(seen[..., :3] - wanted(entries, wide, anchors)).max() <= 1, name
    for name, entries in (("up", up[:, :rank]), ("down", down[:rank])):
        rows, columns = entries.shape
        seen = colours(lab, name)
        assert np.abs(seen[:rows, :columns, :3] - wanted(entries, narrow, anchors)).max(initial=0) <= 1, name
        assert (seen[..., 3] == 255).sum() == rows * columns == 16 * rank, "where no number is, nothing is drawn"


def test_keys_change_the_rank_and_a_screen_reader_hears_what_it_keeps(shown, server):
    lab, ranks = shown.viewer(), payload_of(server, shown)["ranks"]
    expect(slider(lab)).to_have_value("3")
    slider(lab).focus()
    for key, rank in (("Home", 0), ("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("End", 16)):
        shown.page.keyboard.press(key)
        expect(slider(lab)).to_have_value(str(rank))
        expect(slider(lab)).to_have_attribute("aria-valuetext", ranks[rank]["sentence"])
        expect(lab.locator(".ds-lab-sentence")).to_have_text(ranks[rank]["sentence"])
        expect(lab.locator(".ds-count").first).to_have_text(f"{rank}/16")


def test_pointing_at_an_entry_reads_it_in_every_matrix_and_marks_its_row_and_column(shown, server):
    payload, lab = payload_of(server, shown), shown.viewer()
    update, up, down = (np.array(payload[name]) for name in ("update", "up", "down"))
    product = up[:, :3] @ down[:3]
    for name in ("update", "product", "left"):
        point_at(lab, name, 5, 7)
        expect(lab.locator(".ds-lab-reading")).to_contain_text(
            f"ΔW {update[5, 7]:.2f}, B·A {product[5, 7]:.2f}, left over ".replace("-", "−")
        )
        expect(lab.locator(".ds-lab-reading")).to_contain_text("row 6, column 8:")
        expect(lab.locator(".ds-lab-mark:visible")).to_have_count(5)
    sizes = {name: matrix(lab, name).locator(".ds-lab-mark").bounding_box() for name in ("up", "down", "product")}
    assert sizes["up"]["width"] == pytest.approx(3 * sizes["product"]["width"], rel=0.05)
    assert sizes["down"]["height"] == pytest.approx(3 * sizes["product"]["height"], rel=0.05)
    assert sizes["up"]["y"] == pytest.approx(sizes["product"]["y"], abs=1.5), "B stands beside the product"
    assert sizes["down"]["x"] == pytest.approx(sizes["product"]["x"], abs=1.5), "and A above it"


def test_arrow_keys_on_the_matrices_go_from_entry_to_entry(shown):
    lab = shown.viewer()
    lab.get_by_role("group", name="Matrices; arrow keys go from entry to entry").focus()
    for key, place in (
        ("ArrowDown", "row 1, column 1:"),
        ("ArrowDown", "row 2, column 1:"),
        ("ArrowRight", "row 2, column 2:"),
    ):
        shown.page.keyboard.press(key)
        expect(lab.locator(".ds-lab-reading")).to_contain_text(place)
    expect(lab.locator(".ds-lab-reading")).to_have_attribute("aria-live", "polite")


def test_an_entry_can_be_followed_while_the_rank_changes(shown):
    lab = shown.viewer()
    lab.get_by_role("group", name="Matrices").focus()
    shown.page.keyboard.press("ArrowDown")
    slider(lab).focus()
    shown.page.keyboard.press("Home")
    expect(lab.locator(".ds-lab-reading")).to_contain_text("B·A 0.00")
    expect(lab.locator(".ds-lab-reading")).to_contain_text("row 1, column 1:")


def test_dragging_over_the_curve_changes_the_rank(shown):
    lab = shown.viewer()
    box = matrix(lab, "curve").locator(".ds-lab-curve").bounding_box()
    middle = box["y"] + box["height"] / 2
    shown.page.mouse.move(box["x"] + 0.25 * box["width"], middle)
    shown.page.mouse.down()
    expect(slider(lab)).to_have_value("4")
    shown.page.mouse.move(box["x"] + 0.75 * box["width"], middle, steps=3)
    expect(slider(lab)).to_have_value("12")
    shown.page.mouse.up()
    cursor = matrix(lab, "curve").locator(".ds-cursor").bounding_box()
    assert cursor["x"] - box["x"] == pytest.approx(0.75 * box["width"], abs=2)


def test_the_bars_are_the_singular_values_and_those_of_the_rank_stand_out(shown, server):
    lab, values = shown.viewer(), payload_of(server, shown)["values"]
    bars = matrix(lab, "curve").locator("rect")
    heights = [float(bar.get_attribute("height")) for bar in bars.all()]
    assert heights == pytest.approx([100 * value / values[0] for value in values], abs=0.01)
    expect(matrix(lab, "curve").locator("rect[data-kept]")).to_have_count(3)


def test_everything_stays_inside_a_small_node_and_grows_with_a_large_one(shown):
    grow = """([id, size]) => {
      const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
      node.setSize(size);
      app.canvas.setDirty(true, true);
    }"""
    lab = shown.viewer()
    shown.page.evaluate(grow, [LAB, [340, 780]])
    shown.page.wait_for_function("document.querySelector('section.denoiscope').clientWidth < 340")
    settle(shown.page)
    assert lab.locator(".ds-lab-content").evaluate("(box) => box.scrollWidth <= box.clientWidth")
    small = matrix(lab, "product").locator(".ds-lab-frame").bounding_box()
    shown.page.evaluate(grow, [LAB, [1100, 900]])
    shown.page.wait_for_function("document.querySelector('section.denoiscope').clientWidth > 1000")
    settle(shown.page)
    large = matrix(lab, "product").locator(".ds-lab-frame").bounding_box()
    assert large["width"] > 1.8 * small["width"]
    assert large["width"] == pytest.approx(large["height"], abs=1)
    assert slider(lab).bounding_box()["x"] > large["x"] + large["width"], "the words stand beside the matrices"


def test_the_big_view_takes_the_lab_and_the_keys(shown):
    lab = shown.viewer()
    lab.get_by_role("button", name="Big view").click()
    big = shown.page.get_by_role("dialog", name="A bolt, 16 × 16")
    expect(big).to_be_visible()
    shown.page.keyboard.press("End")
    expect(slider(big)).to_have_value("16")
    shown.page.keyboard.press("Escape")
    expect(big).to_have_count(0)
    expect(slider(lab)).to_have_value("16")


def test_nothing_of_the_slider_is_saved_or_queued(shown):
    slider(shown.viewer()).fill("9")
    saved, queued = shown.page.evaluate(
        """async (id) => {
          const saved = app.rootGraph.serialize().nodes.find((node) => String(node.id) === id);
          const queued = (await app.graphToPrompt()).output[id];
          return [saved.widgets_values, Object.keys(queued.inputs).sort()];
        }""",
        LAB,
    )
    assert saved == ["bolt", 16, 3, 0, 0, ""]
    assert queued == ["noise", "pattern", "rank", "save_page_as", "seed", "size"]


def test_the_wheel_over_the_matrices_zooms_the_canvas(shown):
    before = shown.page.evaluate("app.canvas.ds.scale")
    matrix(shown.viewer(), "product").hover()
    shown.page.mouse.wheel(0, -120)
    shown.page.wait_for_function("(before) => app.canvas.ds.scale > before", arg=before)


def test_a_reload_brings_the_lab_and_its_rank_back(shown):
    slider(shown.viewer()).fill("9")
    shown.page.reload()
    ready(shown)
    wait_for_lab(shown.viewer())
    expect(slider(shown.viewer())).to_have_value("9")


def test_undo_keeps_the_slider_and_a_run_with_another_rank_moves_it(shown):
    slider(shown.viewer()).fill("9")
    shown.page.evaluate(
        """(id) => {
          const tracker = app.extensionManager.workflow.activeWorkflow.changeTracker;
          tracker.checkState();
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          node.widgets.find((widget) => widget.name === "rank").value = 5;
          tracker.checkState();
        }""",
        LAB,
    )
    shown.page.wait_for_timeout(400)
    for way in ("undo", "redo"):
        shown.page.evaluate("(way) => app.extensionManager.workflow.activeWorkflow.changeTracker[way]()", way)
        expect(shown.page.locator("section.denoiscope")).to_have_count(1)
        wait_for_lab(shown.viewer())
        expect(slider(shown.viewer())).to_have_value("9")
    shown.run()
    expect(slider(shown.viewer())).to_have_value("5", timeout=PATIENCE)


# On its page


def test_the_page_scrubs_from_disk_alone(page):
    lab = page().locator("section.denoiscope")
    expect(slider(lab)).to_have_value("3")
    slider(lab).focus()
    lab.page.keyboard.press("End")
    expect(lab.locator(".ds-lab-sentence")).to_contain_text("Rank 16 keeps 100 %")
    assert (colours(lab, "up")[..., 3] == 255).all()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (375, 812), (768, 1024), (1200, 800), (1920, 1080)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_screen_from_a_phone_on(page, width, height, scheme):
    shown = page(width=width, height=height, scheme=scheme)
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lab = shown.locator("section.denoiscope")
    matrices, rank = lab.locator(".ds-lab-matrices").bounding_box(), slider(lab).bounding_box()
    assert matrices["width"] >= 0.55 * lab.bounding_box()["width"]
    assert max(matrices["y"] + matrices["height"], rank["y"] + rank["height"]) - matrices["y"] <= height, (
        "slider and matrices are seen together"
    )
    for caption in lab.locator("figcaption").all():
        assert caption.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1"), caption.inner_text()


def test_a_title_from_outside_stays_text(page):
    """Nothing in a lab comes from outside today; what is embedded is escaped all the same."""
    shown = page(pattern="cross")
    assert "</script" not in shown.locator("#payload").inner_html()
