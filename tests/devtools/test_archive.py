"""The archive itself, as comfy-cli makes it from a clean clone: checked by its validator, complete, and small."""

import ast
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from denoiscope.devtools.pack import ROOT

COMFY = Path(sys.executable).with_name("comfy")
SIZE_LIMIT = 40 * 2**20
NEVER = re.compile(
    r"(^|/)(tests?|devtools|training|docs/.*\.py|\.git.*|\.ci|node_modules|__pycache__)(/|$)|\.(pt|ckpt|pkl)$"
)
"""Names of what no user runs, and of files that can run code when they are opened."""
SCANNED = re.compile(r"\b(eval|exec|system|popen)\(|\bpickle\b")
"""What scanners of the registry look for, as plain text."""

pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git") or not COMFY.exists(),
    reason="the archive is made by comfy-cli from what git tracks",
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive") / "clone"
    source = ["git", "clone", "-q", "--depth", "1", ROOT.as_uri(), str(folder)]
    subprocess.run(source, check=True, capture_output=True)
    return folder


def comfy(clone, *command) -> str:
    quiet = {"DO_NOT_TRACK": "1", "XDG_CONFIG_HOME": str(clone.parent / "config"), "NO_COLOR": "1"}
    whole = [str(COMFY), "--skip-prompt", "--no-enable-telemetry", "node", *command]
    ran = subprocess.run(whole, cwd=clone, env=os.environ | quiet, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def archive(clone):
    said = comfy(clone, "pack")
    assert not re.search("warning|error|not found", said, re.IGNORECASE), said
    with zipfile.ZipFile(clone / "node.zip") as opened:
        yield opened


def test_the_validator_of_comfy_has_nothing_to_say(clone):
    said = comfy(clone, "validate")
    assert "All validation checks passed" in said
    assert not re.search("warning|[A-Z][0-9]{3}|error", said, re.IGNORECASE), said


def test_the_archive_is_small_and_holds_nothing_that_a_user_never_runs(clone, archive):
    assert (clone / "node.zip").stat().st_size < SIZE_LIMIT
    assert [name for name in archive.namelist() if NEVER.search(name)] == []
    assert not {"dev.py", "CONTRIBUTING.md", ".comfyignore"} & set(archive.namelist())


def test_the_archive_holds_its_papers_and_every_module_that_its_code_imports(archive):
    names = set(archive.namelist())
    assert {"__init__.py", "pyproject.toml", "LICENSE", "README.md", "SECURITY.md", "CHANGELOG.md"} <= names
    python = [name for name in names if name.endswith(".py")]
    for name in python:
        for node in ast.walk(ast.parse(archive.read(name))):
            if isinstance(node, ast.ImportFrom) and node.level:
                home = Path(name).parts[: -node.level]
                module = "/".join([*home, *(node.module.split(".") if node.module else ())])
                assert {f"{module}.py", f"{module}/__init__.py"} & names or not node.module, (name, node.module)


def test_no_text_in_the_archive_alarms_a_scanner(archive):
    for name in archive.namelist():
        if name.endswith((".py", ".js")):
            assert not SCANNED.search(archive.read(name).decode("utf-8")), name


def test_one_version_is_named_everywhere(clone):
    version = re.search(r'^version = "(.+)"$', (clone / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert f"## [{version}]" in (clone / "CHANGELOG.md").read_text(encoding="utf-8")
