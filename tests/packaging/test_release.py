"""The workflow that publishes a version: its own commands, run here up to the door of the registry."""

import os
import re
import shutil
import subprocess

import pytest
import yaml

from denoiscope.devtools.driving.pack import ROOT
from denoiscope.devtools.environment import TOOLS

from .packing import comfy, needs_comfy_cli, version_of

WORKFLOW = ROOT / ".github" / "workflows" / "publish.yml"

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="the workflow speaks to bash")


def commands() -> list[str]:
    """What the publishing job runs itself: the look at the version, and the publishing."""
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["publish"]["steps"]
    return [step["run"] for step in steps if "run" in step]


@pytest.fixture
def look(tmp_path):
    """Runs the look at the version for a tag: (accepted, what it takes from the changelog)."""

    def run(tag: str) -> tuple[bool, str]:
        seen = os.environ | {"GITHUB_REF_NAME": tag, "RUNNER_TEMP": str(tmp_path)}
        ran = subprocess.run(["bash", "-e", "-c", commands()[0]], cwd=ROOT, env=seen, capture_output=True)
        changes = tmp_path / "changes.md"
        return ran.returncode == 0, changes.read_text(encoding="utf-8") if changes.exists() else ""

    return run


def test_the_tag_of_this_version_is_accepted_with_its_own_part_of_the_changelog(look):
    accepted, changes = look(f"v{version_of(ROOT)}")
    assert accepted and "### Added" in changes
    assert "## [" not in changes and "[Unreleased]" not in changes
    assert changes.strip() in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tag", ["v99.0.0", "Unreleased", "v"])
def test_any_other_tag_is_refused(look, tag):
    assert not look(tag)[0]


@needs_comfy_cli
def test_what_publishes_is_the_comfy_cli_that_packed_the_archive_for_the_tests(tmp_path):
    pinned = re.findall(r"comfy-cli==[0-9.]*", (ROOT / "devtools" / "environment.py").read_text(encoding="utf-8"))
    assert set(pinned) <= set(TOOLS) and len(pinned) == 1
    options = comfy(tmp_path, "publish", "--help")
    assert all(option in options for option in re.findall(r"--(?:token|changelog-file)\b", commands()[1]))
