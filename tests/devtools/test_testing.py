"""What `test` does with checks that fail or cannot run."""

import ast
import os
import sys
from pathlib import Path

from denoiscope.devtools.checks import (
    QUICK_TESTS,
    SIDE_BY_SIDE,
    SLOWEST,
    WORKERS,
    Check,
    Result,
    all_checks,
    perform,
    quick_checks,
    summary,
)
from denoiscope.devtools.driving.pack import ROOT
from denoiscope.devtools.driving.server import Host
from denoiscope.devtools.javascript_tools import JavaScriptTools
from denoiscope.devtools.testing import SMOKE, chosen_checks


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


HOST = Host(Path("ComfyUI"), Path("venv/bin/python"))
JAVASCRIPT = JavaScriptTools("node", Path("node_modules"))


def test_the_smoke_part_is_pytest_alone_on_the_marked_tests(tmp_path):
    (only,) = chosen_checks(HOST, tmp_path, [*SMOKE, "-x"])
    assert only.command[1:] == ["-m", "pytest", "-m", "smoke", "tests/nodes", "-x"]


def test_the_whole_suite_runs_side_by_side_file_by_file_and_says_what_was_slow(tmp_path):
    *_, last = all_checks(HOST, JAVASCRIPT, tmp_path)
    assert last.command[1:] == ["-m", "pytest", *SIDE_BY_SIDE, SLOWEST]
    assert SIDE_BY_SIDE[:4] == ("--numprocesses", str(WORKERS), "--dist", "loadfile"), "a file shares a page"


def test_the_quick_part_is_every_check_of_the_whole_but_the_archives_with_fewer_tests(tmp_path):
    whole, quick = (checks(HOST, JAVASCRIPT, tmp_path) for checks in (all_checks, quick_checks))
    assert [check.name for check in whole if check.name != "comfy node validate"] == [check.name for check in quick]
    assert [check for check in quick if check not in whole] == [quick[-1]]
    assert {"tests/core", "tests/texts"} < {*quick[-1].command}


def test_tests_of_the_quick_part_need_neither_a_server_nor_a_browser():
    for place in map(ROOT.joinpath, QUICK_TESTS):
        for path in [place] if place.is_file() else place.rglob("*.py"):
            arguments = {a.arg for a in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(a, ast.arg)}
            assert not arguments & {"server", "chromium", "tab"}, path.name
