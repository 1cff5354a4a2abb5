"""The teacher's command: all decks below a folder as one table, read without torch."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from denoiscope.core.recording.deck_file import save_deck
from denoiscope.tests.core.decks import deck, with_first

READER = Path(__file__).resolve().parents[2] / "docs" / "read_decks.py"


@pytest.fixture
def handed_in(tmp_path) -> Path:
    """Two decks below a folder, one of them of two runs, and two files that are not decks."""
    (tmp_path / "pair07").mkdir()
    single = replace(with_first(deck(count=1), noise="3fd1c2a9"), title="=HYPERLINK(0)")
    save_deck(single, tmp_path / "pair07" / "run.safetensors")
    save_deck(deck(count=2), tmp_path / "grid.safetensors")
    (tmp_path / "broken.safetensors").write_bytes(b"\x10" * 40)
    (tmp_path / "short.safetensors").write_bytes(b"")
    return tmp_path


@pytest.fixture
def answer(handed_in):
    return subprocess.run([sys.executable, "-I", "-S", str(READER), str(handed_in)], capture_output=True, text=True)


def test_every_run_of_every_deck_is_a_line_with_what_made_it(answer):
    assert answer.returncode == 0
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert [row["file"] for row in rows] == ["grid.safetensors", "grid.safetensors", "pair07/run.safetensors"]
    assert {row["seed"] for row in rows} == {str(2**64 - 1)} and {row["sampler"] for row in rows} == {"euler"}
    assert rows[2]["noise"] == "3fd1c2a9" and rows[2]["prompt"] == "<b>a house</b>"
    assert (rows[2]["steps"], rows[2]["model calls"], rows[2]["complete"]) == ("4", "4", "True")


def test_a_file_that_is_no_deck_is_named_and_the_others_are_read(answer):
    assert sorted(line.split(": ")[0].rsplit("/", 1)[-1] for line in answer.stderr.splitlines()) == [
        "broken.safetensors",
        "short.safetensors",
    ]


def test_no_title_becomes_a_formula_of_the_teachers_spreadsheet(answer):
    assert "'=HYPERLINK(0)" in answer.stdout
