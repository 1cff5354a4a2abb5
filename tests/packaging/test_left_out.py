"""What the registry's archive holds: all that the pack needs to run, and nothing else."""

import re
import subprocess

from denoiscope.devtools.driving.pack import ROOT

from .packing import needs_a_clone

pytestmark = needs_a_clone


def listed(*options):
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", *options]
    return set(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split("\0")) - {""}


def test_the_archive_leaves_out_all_that_a_user_never_runs():
    left_out = listed("--ignored", "--exclude-from=.comfyignore")
    assert {path.split("/")[0] for path in left_out} <= {
        ".ci", ".comfyignore", ".github", ".gitignore", "CONTRIBUTING.md", "course", "dev.py", "devtools", "docs",
        "eslint.config.mjs", "jsconfig.json", "package.json", "tests", "training",
    }  # fmt: skip


def test_the_archive_holds_what_the_pack_runs_on():
    kept = listed() - listed("--ignored", "--exclude-from=.comfyignore")
    assert {"__init__.py", "LICENSE", "README.md", "pyproject.toml"} <= kept
    for needed in (
        "core/",
        "host/",
        "nodes/",
        "pocket/weights/",
        "js/",
        "js/docs/pictures/",
        "locales/",
        "example_workflows/",
        "subgraphs/",
    ):
        assert any(path.startswith(needed) for path in kept), needed


def test_nothing_in_the_archive_imports_what_was_left_out():
    kept = listed() - listed("--ignored", "--exclude-from=.comfyignore")
    left_out = re.compile(r"^\s*(from|import)\s+\S*\b(training|devtools|tests)\b", re.MULTILINE)
    for path in kept:
        if path.endswith(".py"):
            assert not left_out.search((ROOT / path).read_text(encoding="utf-8")), path
