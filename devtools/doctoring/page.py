"""docs/doctor.md from the lines of all runs: what was found, what was missed, and what was said of healthy runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...core.diagnosing.rules import RULES, STRENGTHS, Rule
from .fault_table import FAULTS, Fault
from .healthy import UNFIT
from .rows import FAULTY, HEALTHY, Row

READ, JUDGED = "read", "judged"
EDGE = 200
"""Of so many healthy runs one lies beyond the range that is given, at each end."""
TEXT = Path(__file__).with_name("page.md")


def write_page(rows: list[Row], path: Path) -> None:
    read, judged = ([row for row in rows if row.half == half] for half in (READ, JUDGED))
    parts = {
        "healthy": "\n".join(healthy_table(of_kind(judged, HEALTHY))),
        "verdict": verdict(of_kind(judged, HEALTHY), of_kind(judged, FAULTY)),
        "faults": "\n".join(fault_table(of_kind(judged, FAULTY))),
        "unfit": unfit(judged),
        "rules": "\n".join(rule_table(of_kind(read, HEALTHY))),
        "runs": f"{len(judged):,} runs judged, {len(read):,} read",
    }
    path.write_text(TEXT.read_text(encoding="utf-8").format(**parts), encoding="utf-8")


def of_kind(rows: Sequence[Row], kind: str) -> list[Row]:
    """Without the pairs of sampler and scheduler whose own result is wrong."""
    return [row for row in rows if row.kind == kind and row.group != UNFIT]


def found_in(row: Row) -> set[str]:
    """By the rules as they stand now: the lines hold the numbers."""
    return {rule.id for rule in RULES if rule.quantity in row.numbers and rule.holds(row.numbers[rule.quantity])}


def strength_of(rule: str) -> str:
    return next(one.strength for one in RULES if one.id == rule)


def healthy_table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| healthy runs | runs | certain | measured | suspected | which |"
    yield "|---|---|---|---|---|---|"
    for group in dict.fromkeys(row.group for row in rows):
        yield _healthy_line(group, [row for row in rows if row.group == group])
    yield _healthy_line("**all**", rows)


def _healthy_line(name: str, rows: Sequence[Row]) -> str:
    said = [found_in(row) for row in rows]
    counts = [sum(any(strength_of(rule) == strength for rule in one) for one in said) for strength in STRENGTHS]
    which = Counter(rule for one in said for rule in one)
    words = ", ".join(f"{rule} {count}" for rule, count in which.most_common())
    return f"| {name} | {len(rows)} | {' | '.join(map(str, counts))} | {words or '-'} |"


def verdict(healthy: Sequence[Row], faulty: Sequence[Row]) -> str:
    said = [{strength_of(rule) for rule in found_in(row)} for row in healthy]
    certain, measured = (sum(strength in one for one in said) for strength in ("certain", "measured"))
    table = {fault.name: fault for fault in FAULTS}
    hit = sum(is_found(table[row.group], row) for row in faulty)
    return (
        f"*Certain* was false in {certain} of {len(healthy):,} healthy runs, *measured* in {measured}"
        f" ({measured / len(healthy):.2%}). Of {len(faulty):,} faulty runs the fault was named in {hit}"
        f" ({hit / len(faulty):.1%})."
    )


def fault_table(rows: Sequence[Row]) -> Iterator[str]:
    subjects = list(dict.fromkeys(row.subject for row in rows))
    yield f"| cause | fault | must say | {' | '.join(subjects)} | found |"
    yield f"|---|---|---|{'---|' * len(subjects)}---|"
    for fault in FAULTS:
        mine = [row for row in rows if row.group == fault.name]
        if mine:
            yield _fault_line(fault, mine, subjects)


def _fault_line(fault: Fault, rows: Sequence[Row], subjects: Sequence[str]) -> str:
    cells = [_share(fault, [row for row in rows if row.subject == subject]) for subject in subjects]
    says = " and ".join(" / ".join(one) for one in fault.says)
    hit = sum(is_found(fault, row) for row in rows)
    share = f"{hit / len(rows):.0%}"
    columns = (fault.cause, fault.name, says, *cells, share if hit == len(rows) else f"**{share}**")
    return f"| {' | '.join(columns)} |"


def _share(fault: Fault, rows: Sequence[Row]) -> str:
    return f"{sum(is_found(fault, row) for row in rows)}/{len(rows)}" if rows else "-"


def is_found(fault: Fault, row: Row) -> bool:
    found = found_in(row)
    return all(found & set(says) for says in fault.says)


def unfit(rows: Sequence[Row]) -> str:
    mine = [row for row in rows if row.group == UNFIT]
    said = [found_in(row) for row in mine]
    loud = sum(any(strength_of(rule) == "measured" for rule in one) for one in said)
    return f"{len(mine)} runs were such pairs; of {sum(map(bool, said))} something was said, of {loud} *measured*"


def rule_table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| rule | quantity | finding | strength | healthy runs |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        yield f"| {rule.id} | {rule.quantity} | {rule.comparison} | {rule.strength} | {_range(rule, rows)} |"


def _range(rule: Rule, rows: Sequence[Row]) -> str:
    values = sorted(row.numbers[rule.quantity] for row in rows if rule.quantity in row.numbers)
    if not values:
        return "-"
    cut = len(values) // EDGE
    low, high = values[cut], values[-1 - cut]
    return f"{low:.3g} in {len(values)} runs" if low == high else f"{low:.3g} to {high:.3g} in {len(values)} runs"
