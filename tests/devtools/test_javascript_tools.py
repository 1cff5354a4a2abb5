"""ESLint and the TypeScript checker: fetched once into the cache folder, and missed in words."""

import json
import os
import stat
from pathlib import Path

import pytest

from denoiscope.devtools import javascript_tools as tools

COUNTING = """#!/bin/sh
echo "$@" >> {asked}
exit {code}
"""


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Puts programs called node and npm first in the PATH; gives what npm was asked, call by call."""
    asked, programs = tmp_path / "asked", tmp_path / "programs"
    programs.mkdir()

    def installed(*names: str, code: int = 0):
        for name in names:
            program = programs / name
            program.write_text(COUNTING.format(asked=asked, code=code), encoding="utf-8")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(programs))
        return lambda: asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []

    return installed


needs_a_shell = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


@needs_a_shell
def test_the_tools_are_fetched_once_and_again_when_other_versions_are_pinned(npm, tmp_path, monkeypatch):
    calls = npm("node", "npm")
    assert tools.javascript_tools(tmp_path).lacks is None and tools.javascript_tools(tmp_path).lacks is None
    assert len(calls()) == 1 and calls()[0].startswith("ci ")
    other = tmp_path / "pinned"
    other.mkdir()
    for name in tools.FILES:
        (other / name).write_text((tools.PINNED / name).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(tools, "PINNED", other)
    assert tools.javascript_tools(tmp_path).lacks is None
    assert len(calls()) == 2


@needs_a_shell
def test_what_is_missing_is_said(npm, tmp_path):
    npm()
    without = tools.javascript_tools(tmp_path)
    assert without.lacks == without.lacks_node == "Node.js (`node`) is not installed"
    npm("node")
    alone = tools.javascript_tools(tmp_path)
    assert alone.lacks_node is None and "npm" in alone.lacks


@needs_a_shell
def test_a_fetch_that_fails_is_said_and_tried_again(npm, tmp_path):
    calls = npm("node", "npm", code=1)
    assert "could not fetch" in tools.javascript_tools(tmp_path).lacks
    assert "could not fetch" in tools.javascript_tools(tmp_path).lacks
    assert len(calls()) == 2


def test_every_file_that_npm_may_fetch_is_pinned_by_its_hash():
    wanted, locked = (json.loads((tools.PINNED / name).read_text(encoding="utf-8")) for name in tools.FILES)
    versions = wanted["devDependencies"]
    assert set(versions) == {program.split("/")[0] for program in tools.PROGRAMS.values()}
    packages = {name: each for name, each in locked["packages"].items() if name}
    assert {packages[f"node_modules/{name}"]["version"] for name in versions} == set(versions.values())
    assert [name for name, each in packages.items() if not each.get("integrity")] == []
    assert not Path(tools.PINNED / "node_modules").exists()
