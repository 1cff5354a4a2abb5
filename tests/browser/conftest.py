"""One Chromium for all browser tests; without one they are skipped, loudly, and in CI that is an error."""

import os

import pytest

from denoiscope.devtools.driving.browser import QUIET, find_chromium
from denoiscope.devtools.driving.frontend import frontend


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        message = "no Chromium found: install one, or name it in the environment variable CHROMIUM"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["classic", "nodes 2.0"])
def tab(request, server, chromium):
    """One page for all tests of a renderer in a file: each loads a workflow of its own into it."""
    with frontend(chromium, server.url, classic=request.param == "classic") as opened:
        yield opened


@pytest.fixture
def opened(tab):
    """ComfyUI's frontend, for a test after which it must not have complained."""
    tab.complaints.clear()
    yield tab
    assert tab.complaints == []
