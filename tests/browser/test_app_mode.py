"""ComfyUI's App Mode, where no widget of a pack exists: a sheet and a film of a deck show, and where the viewer is."""

import re

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, frontend
from denoiscope.devtools.driving.workflows import in_app_mode

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_deck_ends_in_pictures_and_the_viewer_says_where_it_stands(server, chromium):
    with frontend(chromium, server.url, classic=True) as opened:
        opened.page.evaluate("(flow) => app.loadGraphData(flow, true, true, 'an app')", in_app_mode(steps=3))
        expect(opened.page.get_by_text("Number of runs")).to_be_visible(timeout=PATIENCE)
        opened.run()
        expect(opened.page.get_by_text(re.compile("stand in the graph"))).to_be_visible(timeout=PATIENCE)
        for file in ("ComfyUI_temp", "film"):
            shown = opened.page.locator(f"img[src*='{file}'], video[src*='{file}']")
            expect(shown.first).to_be_visible(timeout=PATIENCE)
        assert opened.complaints == []
