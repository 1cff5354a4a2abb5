"""docs/claims.md as a page: every claim once, one verdict each, every table measured; and how tables are compared."""

import re
from pathlib import Path

import pytest

from .page import PAGE, ClaimsPage, below, row

CLAIMS = 25
VERDICTS = ("holds", "holds, with a remark", "contradicted in part", "contradicted")
LINE = re.compile(r"^\| \[(\d+)\]\(#[\w-]+\) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TOLD = re.compile(r"page\.tells\(\s*\"([\w -]+)\"")
LESSONS = {file.stem for file in (PAGE.parents[1] / "example_workflows").glob("*.json")}
PLACE = re.compile(r"<!-- ([\w -]+) -->\n(\|.*?)<!-- /\1 -->", re.DOTALL)


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text(encoding="utf-8")


def test_every_claim_is_listed_once_with_its_verdict_and_a_lesson_that_is_there(text):
    listed = LINE.findall(text)
    assert [int(number) for number, _, _ in listed] == list(range(1, CLAIMS + 1))
    for number, verdict, lesson in listed:
        assert verdict in VERDICTS
        assert lesson in LESSONS
        (section,) = re.findall(rf"^## {number} .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        (said,) = re.findall(r"^\*\*(.+?)\.?\*\*", section, re.MULTILINE)
        assert said.lower() == verdict, f"claim {number}: the list says {verdict!r}, its section {said!r}"


def test_every_table_is_measured_by_a_test_and_every_claim_has_one(text):
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert sorted(name for name, _ in PLACE.findall(text)) == sorted(TOLD.findall(tests))
    tested = {
        int(number)
        for numbers in re.findall(r"def test_claims?_([\d_and]+)", tests)
        for number in re.findall(r"\d+", numbers)
    }
    assert tested == set(range(1, CLAIMS + 1))


@pytest.fixture
def page(tmp_path):
    def written(content):
        path = tmp_path / "claims.md"
        path.write_text(f"before\n<!-- t -->\n{content}<!-- /t -->\nafter\n", encoding="utf-8")
        return path

    return written


def rows(value=0.5, label="a row"):
    return row(label, [value, value + 0.2], "words", within=0.03)


def test_a_table_is_written_anew_between_its_comments_and_is_then_what_was_measured(page):
    path = page("old\n")
    ClaimsPage(path, rewrite=True).tells("t", ("", "mean", "said"), rows())
    assert "| a row | 0.60 ± 0.14 | words | 0.03 |" in path.read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8").startswith("before\n") and path.read_text(encoding="utf-8").endswith(
        "after\n"
    )
    ClaimsPage(path).tells("t", ("", "mean", "said"), rows())


@pytest.mark.parametrize("measured", [rows(0.53), rows(0.47)])
def test_a_number_within_the_rows_tolerance_is_the_same(page, measured):
    path = page("")
    ClaimsPage(path, rewrite=True).tells("t", ("",), rows())
    ClaimsPage(path).tells("t", ("",), measured)


@pytest.mark.parametrize("measured", [rows(0.55), rows(label="another"), row("a row", "words", "words", within=0.03)])
def test_anything_else_is_told_with_both_lines_and_the_command(page, measured):
    path = page("")
    ClaimsPage(path, rewrite=True).tells("t", ("",), rows())
    with pytest.raises(AssertionError, match=r"(?s)--write-claims.*the page: \| a row \| 0.60.*measured: \| a"):
        ClaimsPage(path).tells("t", ("",), measured)


def test_a_missing_row_and_a_missing_place_are_told(page):
    path = page("")
    ClaimsPage(path, rewrite=True).tells("t", ("",), rows())
    with pytest.raises(AssertionError, match="the page: None"):
        ClaimsPage(path).tells("t", ("",), rows(), rows())
    with pytest.raises(AssertionError, match="no place for the table 'u'"):
        ClaimsPage(path).tells("u", ("",), rows())


def test_what_is_only_rounding_must_be_below_its_limit():
    assert below(1e-7, 1e-6) == "below 1e-06"
    with pytest.raises(AssertionError, match="is not below"):
        below(2e-6, 1e-6)
