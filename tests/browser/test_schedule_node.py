"""The chart inside its node, in ComfyUI's own frontend and against the real server, in both renderers."""

import uuid

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, ready, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHART = "2"
NAMES = "normal, karras, exponential"


@pytest.fixture
def shown(opened):
    """A workflow that has run, with its chart on screen."""
    opened.load(scheduled())
    opened.run()
    wait_for_chart(opened)
    return opened


def scheduled(*, names: str = NAMES, counts: str = "20", size: tuple[int, int] = (480, 860)) -> dict:
    """The pocket model in Schedules; every call is a workflow of its own."""
    model = {"name": "MODEL", "type": "MODEL", "links": [1]}
    others = [{"name": name, "type": name, "links": []} for name in ("CLIP", "VAE")]
    inputs = [{"name": "model", "type": "MODEL", "link": 1}, {"name": "sigmas", "type": "SIGMAS", "link": None}]
    image = {"name": "image", "type": "IMAGE", "links": []}
    nodes = [
        node(1, "DenoiscopePocketModel", (380, 0), (280, 100), outputs=[model, *others]),
        node(2, "DenoiscopeSchedule", (700, 0), size, [names, counts, 1.0], inputs, [image]),
    ]
    return {
        "id": str(uuid.uuid4()),
        "revision": 0,
        "last_node_id": 2,
        "last_link_id": 1,
        "nodes": nodes,
        "links": [[1, 1, 0, 2, 0, "MODEL"]],
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
    }


def node(id, kind, pos, size, widgets=(), inputs=(), outputs=()) -> dict:
    shared = {"flags": {}, "order": id, "mode": 0, "properties": {}}
    place = {"id": id, "type": kind, "pos": list(pos), "size": list(size)}
    return {**place, **shared, "inputs": list(inputs), "outputs": list(outputs), "widgets_values": list(widgets)}


def wait_for_chart(opened) -> None:
    content = opened.viewer().locator(".ds-plot-content")
    expect(content).to_have_attribute("data-state", "chart", timeout=PATIENCE)
    settle(opened.page)


def payload_of(server, opened) -> dict:
    """What the newest finished job of the workflow on screen gave the node."""
    workflow = opened.page.evaluate("app.rootGraph.id")
    jobs = server.client.get_json(f"/api/jobs?status=completed&limit=1&workflow_id={workflow}")["jobs"]
    return server.client.get_json(f"/api/jobs/{jobs[0]['id']}")["outputs"][CHART]["denoiscope_chart"][0]


def slider(opened):
    return opened.viewer().get_by_role("slider", name="Point in the chart")


def numbers(opened, label: str) -> list[str]:
    row = opened.viewer().get_by_role("row").filter(has=opened.page.get_by_role("button", name=label, exact=True))
    return row.get_by_role("cell").all_inner_texts()


def written(value: float | None) -> str:
    """Three digits, as a reader would round them."""
    if value is None:
        return "–"
    digits = f"{abs(value):.3g}"
    return ("−" if value < 0 else "") + digits


def point_at(opened, share: float, panel: int = 0) -> None:
    box = opened.viewer().locator(".ds-plot-area").nth(panel).bounding_box()
    opened.page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2, steps=2)
    settle(opened.page)


def strands(opened, *, off: bool):
    return opened.viewer().locator(f".ds-plot-strand{'[data-off]' if off else ':not([data-off])'}")


def test_the_numbers_of_every_series_are_read_where_one_points(shown, server):
    payload = payload_of(server, shown)
    for share, step in ((0.0, 0), (0.26, 5), (0.5, 10), (1.0, 20)):
        point_at(shown, share, panel=step % 3)
        expect(shown.viewer().get_by_text(f"step {step} of 20")).to_be_visible()
        for line in payload["series"]:
            assert numbers(shown, line["label"]) == [written(row[step]) for row in line["values"]], (
                line["label"],
                step,
            )


def test_a_dot_stands_where_its_number_says(shown, server):
    payload = payload_of(server, shown)
    share = next(line for line in payload["series"] if line["label"] == "karras")["values"][1][10]
    point_at(shown, 0.5, panel=1)
    panel = shown.viewer().locator(".ds-plot-panel").nth(1)
    area, marker = panel.locator(".ds-plot-area").bounding_box(), panel.locator(".ds-plot-marker").nth(1).bounding_box()
    assert abs(marker["x"] + marker["width"] / 2 - (area["x"] + area["width"] / 2)) < 1
    assert abs(marker["y"] + marker["height"] / 2 - (area["y"] + area["height"] * (1 - share))) < 1


def test_keys_move_through_the_chart_and_a_screen_reader_hears_it(shown, server):
    field = slider(shown)
    field.focus()
    shown.page.keyboard.press("Home")
    shown.page.keyboard.press("ArrowRight")
    expect(field).to_have_attribute("aria-valuenow", "1")
    sigma = payload_of(server, shown)["series"][0]["values"][0][1]
    spoken = field.get_attribute("aria-valuetext")
    assert spoken.startswith(f"step 1 of 20; normal: σ {written(sigma)}, ᾱ ")
    shown.page.keyboard.press("End")
    expect(field).to_have_attribute("aria-valuenow", "20")
    expect(field).to_have_attribute("aria-valuemax", "20")


def test_a_name_in_the_table_switches_its_curve_and_pointing_at_it_brings_it_to_the_front(shown):
    karras = shown.viewer().get_by_role("button", name="karras", exact=True)
    expect(karras).to_have_attribute("aria-pressed", "true")
    karras.hover()
    expect(shown.viewer().locator(".ds-plot-strand[data-dim]")).to_have_count(6)
    karras.click()
    expect(karras).to_have_attribute("aria-pressed", "false")
    expect(strands(shown, off=True)).to_have_count(3)
    karras.focus()
    shown.page.keyboard.press("Enter")
    expect(strands(shown, off=True)).to_have_count(0)


def test_the_chart_stays_inside_its_node_and_grows_with_it(shown):
    before = shown.viewer().bounding_box()
    shown.page.evaluate(
        """(id) => {
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          node.setSize([1100, 900]);
          app.canvas.setDirty(true, true);
        }""",
        CHART,
    )
    shown.page.wait_for_function("(w) => document.querySelector('section.denoiscope').clientWidth > w", arg=900)
    settle(shown.page)
    assert shown.viewer().bounding_box()["width"] > 2 * before["width"]
    tops = [panel.bounding_box()["y"] for panel in shown.viewer().locator(".ds-plot-panel").all()]
    assert max(tops) - min(tops) < 2, "wide enough, the panels stand side by side"


def test_the_big_view_takes_the_chart_and_the_keys(shown):
    shown.viewer().get_by_role("button", name="Big view").click()
    big = shown.page.get_by_role("dialog", name="Schedules")
    expect(big).to_be_visible()
    shown.page.keyboard.press("Home")
    expect(big.get_by_text("step 0 of 20")).to_be_visible()
    shown.page.keyboard.press("Escape")
    expect(big).to_have_count(0)
    expect(shown.viewer().get_by_text("step 0 of 20")).to_be_visible()


def test_nothing_of_the_chart_is_saved_or_queued(shown):
    saved, queued = shown.page.evaluate(
        """async (id) => {
          const saved = app.rootGraph.serialize().nodes.find((node) => String(node.id) === id);
          const queued = (await app.graphToPrompt()).output[id];
          return [saved.widgets_values, Object.keys(queued.inputs).sort()];
        }""",
        CHART,
    )
    assert saved == [NAMES, "20", 1]
    assert queued == ["denoise", "model", "schedulers", "step_counts"]


def test_the_wheel_over_the_chart_zooms_the_canvas(shown):
    before = shown.page.evaluate("app.canvas.ds.scale")
    shown.viewer().locator(".ds-plot-area").first.hover()
    shown.page.mouse.wheel(0, -120)
    shown.page.wait_for_function("(before) => app.canvas.ds.scale > before", arg=before)


def test_a_reload_brings_the_chart_and_what_was_switched_off_back(shown):
    shown.viewer().get_by_role("button", name="normal", exact=True).click()
    slider(shown).focus()
    shown.page.keyboard.press("Home")
    shown.page.reload()
    ready(shown)
    wait_for_chart(shown)
    expect(slider(shown)).to_have_attribute("aria-valuenow", "0")
    expect(shown.viewer().get_by_role("button", name="normal", exact=True)).to_have_attribute("aria-pressed", "false")


def test_undo_and_redo_leave_the_chart_on_screen(shown):
    shown.page.evaluate(
        """(id) => {
          const tracker = app.extensionManager.workflow.activeWorkflow.changeTracker;
          tracker.checkState();
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          node.widgets.find((widget) => widget.name === "step_counts").value = "6";
          tracker.checkState();
        }""",
        CHART,
    )
    for way in ("undo", "redo"):
        shown.page.evaluate("(way) => app.extensionManager.workflow.activeWorkflow.changeTracker[way]()", way)
        expect(shown.page.locator("section.denoiscope")).to_have_count(1)
        wait_for_chart(shown)
        expect(slider(shown)).to_have_attribute("aria-valuemax", "20")
    shown.run()
    expect(slider(shown)).to_have_attribute("aria-valuemax", "6", timeout=PATIENCE)


def test_workflows_in_two_tabs_keep_their_own_charts(opened):
    opened.load(scheduled(counts="5"), name="five steps")
    opened.run()
    wait_for_chart(opened)
    opened.load(scheduled(counts="9"), name="nine steps")
    expect(opened.viewer().locator(".ds-plot-content")).to_have_attribute("data-state", "empty")
    opened.run()
    expect(slider(opened)).to_have_attribute("aria-valuemax", "9", timeout=PATIENCE)
    opened.switch_to("five steps")
    expect(slider(opened)).to_have_attribute("aria-valuemax", "5", timeout=PATIENCE)
    opened.switch_to("nine steps")
    expect(slider(opened)).to_have_attribute("aria-valuemax", "9", timeout=PATIENCE)


def test_a_chart_in_a_subgraph_gets_its_numbers(opened):
    opened.load(scheduled(counts="7"))
    opened.page.evaluate(
        """(id) => {
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          window.box = app.graph.convertToSubgraph(new Set([node])).node;
        }""",
        CHART,
    )
    opened.run()
    opened.page.evaluate("() => app.canvas.openSubgraph(window.box.subgraph, window.box)")
    expect(opened.viewer()).to_be_visible(timeout=PATIENCE)
    wait_for_chart(opened)
    expect(slider(opened)).to_have_attribute("aria-valuemax", "7")


def test_a_pasted_chart_is_its_own_and_a_removed_one_goes(shown):
    shown.page.evaluate(
        """(id) => {
          const node = app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id));
          app.canvas.deselectAll();
          app.canvas.select(node);
          app.canvas.copyToClipboard();
          app.canvas.pasteFromClipboard({ position: [node.pos[0] + 520, node.pos[1]], connectInputs: true });
        }""",
        CHART,
    )
    charts = shown.page.locator(".ds-plot-content")
    expect(charts).to_have_count(2)
    expect(charts.nth(1)).to_have_attribute("data-state", "empty")
    expect(charts.nth(0)).to_have_attribute("data-state", "chart")
    shown.page.evaluate(
        "(id) => app.graph.remove(app.graph.getNodeById(id) ?? app.graph.getNodeById(Number(id)))", CHART
    )
    expect(charts).to_have_count(1)
