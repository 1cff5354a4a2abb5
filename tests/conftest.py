"""Makes the checkout importable as `denoiscope`, finds ComfyUI, and offers the one real `server`.

Tests write `from denoiscope.core.recording.deck import Deck`, and import what they share as `denoiscope.tests.…`.
What NEED_COMFYUI names imports ComfyUI, and `server` starts one: `python dev.py test` sets COMFYUI_PATH; without it
these tests are left out, loudly, and in CI that is an error.
"""

from __future__ import annotations

import os
import runpy
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMFYUI = os.environ.get("COMFYUI_PATH")
IN_CI = bool(os.environ.get("CI"))
NEED_COMFYUI = tuple(
    ROOT / "tests" / name for name in ("claims", "faults", "host", "models", "nodes", "texts/test_locales.py")
)


inside = runpy.run_path(str(ROOT / "devtools" / "inside.py"))
inside["register_pack"]()


def pytest_configure() -> None:
    if COMFYUI:
        inside["prepare_comfyui"](COMFYUI)
    elif IN_CI:
        raise pytest.UsageError("COMFYUI_PATH is not set, and in CI no test may be left out: run `python dev.py test`.")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if not COMFYUI and any(collection_path.is_relative_to(folder) for folder in NEED_COMFYUI):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running, beside which no other test could start one.

    Files with many of them come first: a worker that took a long file last would keep the others waiting.
    """
    of_browser = {item: item.get_closest_marker("browser") is not None for item in items}
    many = Counter(item.path for item in items if of_browser[item])

    def place(item: pytest.Item) -> tuple[bool, int, str]:
        return (True, -many[item.path], str(item.path)) if of_browser[item] else (False, 0, "")

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter) -> None:
    if not COMFYUI:
        terminalreporter.section("NOT RUN", red=True)
        terminalreporter.line("tests/host, models, nodes and all that need the server: COMFYUI_PATH is not set.")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    if not COMFYUI:
        pytest.skip("needs ComfyUI: COMFYUI_PATH is not set")
    from denoiscope.devtools.driving.real_server import real_server

    with real_server(tmp_path_factory.mktemp("comfyui")) as running:
        yield running
