"""A clock that jumps: nothing that is computed, shown or named asks what time of day it is."""

import ast
import os
import re

import folder_paths
import pytest

from denoiscope.devtools.driving.pack import ROOT
from denoiscope.host.files import deck_names

WALL_CLOCK = {"time.time", "time.time_ns", "time.ctime", "time.localtime", "datetime.now", "date.today"}
IN_SCRIPT = re.compile(r"\bDate\.now\b|\bnew Date\b")


def asked(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


@pytest.mark.parametrize("folder", ["core", "host", "nodes"])
def test_python_measures_time_by_a_clock_that_only_goes_on(folder):
    for path in (ROOT / folder).glob("**/*.py"):
        assert not WALL_CLOCK & set(asked(path)), path.name


def test_the_viewer_does_so_too():
    """The panel may: what a pupil hands in says when it was written."""
    for path in (path for path in (ROOT / "js").rglob("*.js") if path.parent.name != "panel"):
        assert not IN_SCRIPT.search(path.read_text(encoding="utf-8")), path.name


def test_files_from_the_past_and_the_future_are_listed_newest_first(tmp_path, monkeypatch):
    for kind in ("input", "output"):
        (tmp_path / kind).mkdir()
        monkeypatch.setattr(folder_paths, f"{kind}_directory", str(tmp_path / kind))
    years = {"1970": 0, "2026": 1_790_000_000, "2100": 4_102_444_800}
    for year, seconds in years.items():
        (tmp_path / "input" / f"{year}.safetensors").touch()
        os.utime(tmp_path / "input" / f"{year}.safetensors", (seconds, seconds))
    assert [name[:4] for name in deck_names()] == ["2100", "2026", "1970"]
