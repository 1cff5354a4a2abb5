"""The pack in Japanese and Chinese: a node in ComfyUI's frontend, by its setting, and a page, by the browser's own."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Route, TimeoutError, expect

from denoiscope.devtools.driving.frontend import PATIENCE, frontend, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.synthetic import data_url, payload
from denoiscope.devtools.driving.workflows import sampled

pytestmark = pytest.mark.browser

COLLECT = """() => {
  app.graph.clear();
  const node = LiteGraph.createNode("DenoiscopeCollect");
  node.pos = [700, 200];
  app.graph.add(node);
  const names = node.inputs.map((one) => one.label ?? one.localized_name);
  return [node.title, ...names, ...node.widgets.map((one) => one.label)];
}"""
SOCKET = """() => {
  const [node] = app.graph.nodes;
  const { left, top } = app.canvas.canvas.getBoundingClientRect();
  const [x, y] = app.canvas.ds.convertOffsetToCanvas(node.getConnectionPos(true, 0));
  return [left + x + 4, top + y];
}"""
"""Where the first input stands on the screen, in both renderers."""

TAKE_A_RUN_THAT_IS_NOT_THERE = """() => {
  const [frames, preview] = ["DenoiscopeFrames", "PreviewImage"].map((kind) => LiteGraph.createNode(kind));
  app.graph.add(frames);
  app.graph.add(preview);
  frames.widgets.find(({ name }) => name === "trajectory").value = 9;
  app.graph.getNodeById(5).connect(1, frames, 0);
  frames.connect(0, preview, 0);
}"""

TOLD = 3_000
"""Milliseconds in which a tooltip comes where it does; ComfyUI waits half a second for the pointer to rest."""
TRIES = 20


def in_japanese(page: Page) -> None:
    """ComfyUI's own setting, for this page alone: it is kept on the server, where other tests would find it."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json=response.json() | {"Comfy.Locale": "ja"})

    page.route(re.compile(r"/api/settings$"), answer)


def is_told(page: Page, spot: list[float], words: str) -> bool:
    """Points at a spot again and again: a frontend that is still drawing its nodes does not notice the first time."""
    for _ in range(TRIES):
        page.mouse.move(spot[0] + 400, spot[1] + 300)
        page.mouse.move(*spot, steps=4)
        with suppress(TimeoutError):
            page.get_by_text(words).first.wait_for(timeout=TOLD)
            return True
    return False


@pytest.mark.parametrize("classic", [True, False], ids=["classic", "nodes 2.0"])
def test_a_node_its_inputs_their_tooltips_and_the_viewer_read_japanese(server, chromium, classic):
    with frontend(chromium, server.url, classic=classic, watch=in_japanese) as opened:
        opened.load(sampled())
        expect(opened.viewer()).to_have_attribute("lang", "ja")
        expect(opened.viewer()).to_contain_text("ノイズ除去の全ステップがここに現れます。")
        title, *names = opened.page.evaluate(COLLECT)
        assert title == "デッキを取り出す"
        assert {"記録", "潜在表現", "実行", "題名"} <= set(names)
        assert is_told(opened.page, opened.page.evaluate(SOCKET), "「ノイズ除去を記録」から。")
        assert opened.complaints == []


def test_an_error_is_shown_in_japanese_with_the_english_below_it(server, chromium):
    with frontend(chromium, server.url, classic=True, watch=in_japanese) as opened:
        opened.load(sampled())
        opened.page.evaluate(TAKE_A_RUN_THAT_IS_NOT_THERE)
        with pytest.raises(Error, match="trajectory must be 0..0, got 9"):
            opened.run()
        opened.page.get_by_role("button", name="詳細を表示").click()
        said = opened.page.get_by_text("「軌跡」は 0..0 にしてください。来たのは 9 です。").filter(visible=True)
        expect(said.first).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("locale", "language", "says"),
    [
        ("ja-JP", "ja", ("再生", "見どころ", "潜在チャンネル", "条件なし", "ステップ 8/8")),
        ("zh-CN", "zh", ("播放", "看什么", "潜变量通道", "无条件", "第 8 步，共 8 步")),
        ("zh-TW", "en", ("Play", "What to look for", "latent channels", "unconditional", "step 8 of 8")),
    ],
)
def test_a_page_speaks_the_language_of_its_readers_browser(chromium, tmp_path, locale, language, says):
    play, heading, channels, corner, step = says
    views = ("x", "x0", "channels", "uncond", "cond", "difference")
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=8, views=views), locale=locale) as opened:
        page = opened.page
        assert page.evaluate("document.documentElement.lang") == language
        expect(page.get_by_role("button", name=play, exact=True)).to_be_visible()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        for name in (channels, corner):
            expect(page.get_by_role("tab", name=name, exact=True)).to_be_visible()
        expect(page.get_by_role("slider").first).to_have_attribute("aria-valuetext", re.compile(f"^{re.escape(step)}"))
        wait_for_pictures(opened.viewer)
        assert opened.complaints == []
