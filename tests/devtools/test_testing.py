"""What `test` does with checks that fail or cannot run."""

import os
import sys
from pathlib import Path

from denoiscope.devtools.driving.server import Host
from denoiscope.devtools.testing import SIDE_BY_SIDE, SMOKE, Check, Result, checks, perform, summary


def check(code, **more):
    return Check("a check", [sys.executable, "-c", code], **more)


def test_a_check_passes_and_fails_by_its_exit_status():
    assert perform(check("pass"), dict(os.environ), in_ci=False).passed
    failed = perform(check("raise SystemExit(3)"), dict(os.environ), in_ci=False)
    assert not failed.passed
    assert "exit status 3" in failed.words


def test_what_the_machine_lacks_is_skipped_loudly_at_home_and_fails_in_ci(capsys):
    without_node = check("pass", needs="Node.js is not installed")
    assert perform(without_node, {}, in_ci=False).passed
    assert not perform(without_node, {}, in_ci=True).passed
    assert "NOT RUN: Node.js is not installed" in capsys.readouterr().out


def test_the_summary_does_not_hide_what_did_not_run():
    text = summary([Result("pytest", True, "passed in 3 s"), Result("node --test", True, "NOT RUN, no Node.js")])
    assert "All passed. Something did not run" in text
    assert "Not all passed." in summary([Result("pytest", False, "FAILED (exit status 1)")])


def test_the_smoke_part_is_pytest_alone_on_the_marked_tests():
    host = Host(Path("ComfyUI"), Path("venv/bin/python"))
    (only,) = checks(host, [*SMOKE, "-x"])
    assert only.command[1:] == ["-m", "pytest", "-m", "smoke", "tests/nodes", "-x"]


def test_the_whole_suite_runs_side_by_side_file_by_file():
    *_, last = checks(Host(Path("ComfyUI"), Path("venv/bin/python")), [])
    assert last.command[1:] == ["-m", "pytest", *SIDE_BY_SIDE]
    assert SIDE_BY_SIDE[2:4] == ["--dist", "loadfile"], "a file's tests share a page"
