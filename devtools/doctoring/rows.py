"""What is kept of each run of the proof: a line of JSON, so that thresholds are read without sampling again."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ...core.diagnosing.evidence import Evidence
from ...core.diagnosing.quantities import QUANTITIES
from ...core.diagnosing.reading import NotKnown
from ..progress import say
from .fault_table import FAULTS, Fault
from .healthy import SEEDS, healthy
from .sampling import Case, Setting
from .subjects import Subject, analytic, pocket

HEALTHY, FAULTY = "healthy", "fault"
SETTINGS = (
    ("euler", "normal"),
    ("dpmpp_2m", "karras"),
    ("euler_ancestral", "simple"),
    ("heun", "sgm_uniform"),
    ("dpmpp_sde", "beta"),
    ("uni_pc", "exponential"),
)
"""Each fault is put into these, with a seed and a prompt of its own; of the pocket model, which takes longer, into the
first few.
"""
POCKET_SETTINGS = 3
STEPS = 12


@dataclass(frozen=True)
class Row:
    """`group` is a healthy run's kind, or a fault's name; `found` the rules, `strengths` theirs, `numbers` the readings
    by quantity.
    """

    kind: str
    half: str
    group: str
    subject: str
    found: tuple[str, ...]
    strengths: tuple[str, ...]
    numbers: dict[str, float]


def healthy_rows(half: str, *, full: bool) -> Iterator[Row]:
    for group, case in healthy(half, full=full):
        yield row_of(HEALTHY, half, group, case.deck.model, case)


def fault_rows(half: str, *, full: bool) -> Iterator[Row]:
    subjects = [pocket(half), *(analytic(kind, half) for kind in ("eps", "v", "flow"))]
    for fault in FAULTS:
        for subject in subjects:
            if not fault.only or subject.name in fault.only:
                yield from _of(fault, subject, half, full=full)


def _of(fault: Fault, subject: Subject, half: str, *, full: bool) -> Iterator[Row]:
    settings = SETTINGS if full or subject.vae is None else SETTINGS[:POCKET_SETTINGS]
    for index, (sampler, scheduler) in enumerate(settings):
        setting = Setting(SEEDS[half] + 40 + index, sampler, scheduler, STEPS, prompt=index)
        yield row_of(FAULTY, half, fault.name, subject.name, fault.make(subject, setting, half))


def row_of(kind: str, half: str, group: str, subject: str, case: Case) -> Row:
    findings = case.diagnosis().findings
    return Row(
        kind=kind,
        half=half,
        group=group,
        subject=subject,
        found=tuple(finding.rule.id for finding in findings),
        strengths=tuple(finding.strength for finding in findings),
        numbers=dict(_numbers(case)),
    )


def _numbers(case: Case) -> Iterator[tuple[str, float]]:
    (run,) = case.deck.trajectories
    reference = case.reference and case.reference.trajectories[0]
    decoded = case.decode and case.decode(run)
    given = {"reference": reference, "decoded": decoded, "graph": case.graph, "model": case.model}
    evidence = Evidence(deck=case.deck, run=run, **given)
    for name, read in QUANTITIES.items():
        found = read(evidence)
        for reading in () if isinstance(found, NotKnown) else found:
            if math.isfinite(reading.value):
                yield name, float(f"{reading.value:.5g}")


def write_rows(rows: Iterator[Row], file: Path) -> int:
    """Appends a line as each run is done."""
    started, count = time.monotonic(), 0
    with file.open("a", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(asdict(row)) + "\n")
            count += 1
            if count % 100 == 0:
                say(f"  {count} runs, {time.monotonic() - started:.0f} s")
    return count


def read_rows(file: Path) -> list[Row]:
    plain = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [Row(**{**one, "found": tuple(one["found"]), "strengths": tuple(one["strengths"])}) for one in plain]
