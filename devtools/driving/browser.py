"""Finds the Chromium that the browser tests drive; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
USUAL_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (  # for a machine without a screen, a GPU or a network
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(environ: Mapping[str, str] = os.environ) -> str | None:
    """The environment variable CHROMIUM first, then the search path, then the places of installers."""
    if chosen := environ.get("CHROMIUM"):
        return chosen if os.path.exists(chosen) else None
    found = (shutil.which(name, path=environ.get("PATH")) for name in NAMES)
    there = (place for place in USUAL_PLACES if os.path.exists(place))
    return next((path for path in [*found, *there] if path), None)
