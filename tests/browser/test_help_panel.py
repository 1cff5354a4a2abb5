"""The help page of a node in ComfyUI's own panel, with its picture: in both renderers, and in ComfyUI's language."""

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, frontend
from denoiscope.devtools.driving.workflows import sampled

from .test_languages import in_japanese

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SELECT = """(kind) => {
  const node = app.graph.nodes.find((one) => one.type === kind);
  app.canvas.selectNode(node);
  app.canvas.setDirty(true, true);
}"""


def open_help(opened, tab):
    opened.load(sampled(seed=7))
    opened.page.evaluate(SELECT, "DenoiscopeViewer")
    opened.page.evaluate("app.extensionManager.setting.set('Comfy.RightSidePanel.IsOpen', true)")
    opened.page.get_by_role("tab", name=tab).click(timeout=PATIENCE)


def test_the_help_of_a_node_shows_its_picture(opened):
    open_help(opened, "Info")
    assert width_of(opened.page.get_by_role("img", name="A Deck Viewer on the view x_t")) > 300


def test_the_help_of_a_node_is_read_in_japanese_with_the_same_picture(server, chromium):
    with frontend(chromium, server.url, classic=True, watch=in_japanese) as opened:
        open_help(opened, "情報")
        expect(opened.page.get_by_role("heading", name="見る前に予想する")).to_be_visible(timeout=PATIENCE)
        assert width_of(opened.page.get_by_role("img", name="ビュー x_t のデッキビューア")) > 300


def width_of(picture) -> int:
    expect(picture).to_be_visible(timeout=PATIENCE)
    return picture.evaluate("image => image.decode().then(() => image.naturalWidth)")
