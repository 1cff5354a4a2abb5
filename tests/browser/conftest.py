"""One Chromium for all browser tests; without one they are skipped, loudly, and in CI that is an error."""

import os

import pytest

from denoiscope.devtools.browser import QUIET, find_chromium


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
