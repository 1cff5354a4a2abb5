"""docs/claims.md: the tables in it are what the tests of the claims measured, each row with how far it may be off.

A table stands between two comments, `<!-- name -->` and `<!-- /name -->`. With `--write-claims` each test writes its
own anew; without it the page must say what was measured, within the tolerance that it states itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from statistics import fmean, stdev

from denoiscope.training.tables import table as as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
COMMAND = "python dev.py test tests/claims --write-claims"
TOLERANCE = "±"
"""Head of the last column: how far another machine's numbers may be from the page's."""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

Cell = str | float | Sequence[float]
"""Words that must stand as they are, one number, or one number a picture: their mean and standard deviation."""


@dataclass(frozen=True)
class Row:
    """What was measured, a cell for each column, and how far another machine may be off (None: cells are words)."""

    label: str
    cells: tuple[Cell, ...]
    within: float | None = None
    digits: int = 2

    def written(self) -> list[str]:
        within = "–" if self.within is None else f"{self.within:g}"
        return [self.label, *(written(cell, self.digits) for cell in self.cells), within]

    @property
    def slack(self) -> float:
        """The tolerance and what rounding to the page's digits may add."""
        return (self.within or 0.0) + 0.5 * 10**-self.digits


@dataclass(frozen=True)
class Table:
    """`head` names what the rows are and then each column."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]

    def written(self) -> str:
        return as_markdown((*self.head, TOLERANCE), (row.written() for row in self.rows))


def row(label: str, *cells: Cell, within: float | None = None, digits: int = 2) -> Row:
    return Row(label, cells, within, digits)


def below(value: float, limit: float) -> str:
    """For what is only rounding: its size is the machine's, its limit is ours."""
    assert value < limit, f"{value:.3g} is not below {limit:g}"
    return f"below {limit:g}"


def written(cell: Cell, digits: int) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Sequence):
        return f"{fmean(cell):.{digits}f} ± {stdev(cell):.{digits}f}"
    return f"{cell:.{digits}f}"


@dataclass(frozen=True)
class ClaimsPage:
    """The page as the tests know it. `rewrite`: tables are written, not compared."""

    path: Path = PAGE
    rewrite: bool = False

    def tells(self, name: str, head: Sequence[str], *rows: Row) -> None:
        """The table of this name says what was measured. Raises AssertionError with every line that does not."""
        table = Table(tuple(head), rows)
        page = self.path.read_text(encoding="utf-8")
        place = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", page, re.DOTALL)
        assert place, f"docs/claims.md has no place for the table {name!r}: add the comments <!-- {name} --> around one"
        if self.rewrite:
            begin, end = place.span(1)
            self.path.write_text(f"{page[:begin]}{table.written()}\n{page[end:]}", encoding="utf-8")
            return
        wrong = list(differences(place[1], table))
        assert not wrong, "\n".join((f"docs/claims.md is not what was measured; `{COMMAND}` writes it anew:", *wrong))


def differences(page: str, table: Table) -> Iterator[str]:
    """One sentence for each line of a written table that is not the measured one within its tolerance."""
    slacks = chain([0.0, 0.0], (row.slack for row in table.rows))
    lines = zip_longest(page.strip().splitlines(), table.written().splitlines(), slacks, fillvalue=None)
    for said, measured, slack in lines:
        if said is None or measured is None or not _alike(said, measured, slack):
            yield f"  the page: {said}\n  measured: {measured}"


def _alike(said: str, measured: str, slack: float) -> bool:
    """The same words, and numbers no further apart than that; a row's label and tolerance are words."""
    (label, *cells, within), (wanted, *others, tolerance) = (_cells(line) for line in (said, measured))
    if (label, within, len(cells)) != (wanted, tolerance, len(others)):
        return False
    return all(_near(one, other, slack) for one, other in zip(cells, others, strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _near(said: str, measured: str, slack: float) -> bool:
    if NUMBER.sub("#", said) != NUMBER.sub("#", measured):
        return False
    pairs = zip(NUMBER.findall(said), NUMBER.findall(measured), strict=True)
    return all(abs(float(one) - float(other)) <= slack for one, other in pairs)
