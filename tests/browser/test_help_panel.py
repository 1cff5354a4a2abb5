"""The help page of a node in ComfyUI's own panel, with its picture, in both renderers."""

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE
from denoiscope.devtools.driving.workflows import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SELECT = """(kind) => {
  const node = app.graph.nodes.find((one) => one.type === kind);
  app.canvas.selectNode(node);
  app.canvas.setDirty(true, true);
}"""


def test_the_help_of_a_node_shows_its_picture(opened):
    opened.load(sampled(seed=7))
    opened.page.evaluate(SELECT, "DenoiscopeViewer")
    opened.page.evaluate("app.extensionManager.setting.set('Comfy.RightSidePanel.IsOpen', true)")
    opened.page.get_by_role("tab", name="Info").click(timeout=PATIENCE)
    picture = opened.page.get_by_role("img", name="A Deck Viewer on the view x_t")
    expect(picture).to_be_visible(timeout=PATIENCE)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
