"""A diagnosis as text: findings with the strongest first, then what was looked at and what could not be."""

from collections.abc import Iterator

from .finding import Diagnosis, Finding

NOTHING = "Nothing found: every number that was looked at is as in a healthy run. That is no judgement of the picture."


def report(diagnosis: Diagnosis) -> str:
    """Made to be pasted into a bug report."""
    return "\n".join((head(diagnosis), "", *_findings(diagnosis), *_looked(diagnosis)))


def head(diagnosis: Diagnosis) -> str:
    """Which run was looked at, and how many findings of each strength."""
    which = " \u00b7 ".join(word for word in ("Doctor", diagnosis.title, diagnosis.model) if word)
    runs = "1 run" if diagnosis.runs == 1 else f"{diagnosis.runs} runs"
    return f"{which} \u00b7 {runs} of up to {diagnosis.steps} steps: {counted(diagnosis)}"


def counted(diagnosis: Diagnosis) -> str:
    """2 certain, 1 suspected; or nothing found."""
    strengths = [finding.strength for finding in diagnosis.findings]
    return ", ".join(f"{strengths.count(s)} {s}" for s in dict.fromkeys(strengths)) or "nothing found"


def _findings(diagnosis: Diagnosis) -> Iterator[str]:
    if not diagnosis.findings:
        yield NOTHING
        yield ""
    for finding in diagnosis.findings:
        yield from (
            f"{finding.strength.upper()}: {finding.seen}{_of(finding, diagnosis)}",
            *_rest(finding, diagnosis),
            "",
        )


def _rest(finding: Finding, diagnosis: Diagnosis) -> Iterator[str]:
    rule, cause = finding.rule, cause_of(finding, diagnosis)
    yield f"  usual cause: {finding.usually}"
    yield f"  to confirm: {finding.confirm}"
    yield f"  to do: {finding.advice if cause is None else f'mend first what this follows from: {cause.seen}'}"
    yield f"  by: {rule.quantity} = {finding.value:.4g}, {rule.comparison} ({rule.source})"


def cause_of(finding: Finding, diagnosis: Diagnosis) -> Finding | None:
    """The finding that explains this one."""
    return next((cause for cause in diagnosis.findings if cause.rule.id == finding.follows), None)


def _of(finding: Finding, diagnosis: Diagnosis) -> str:
    if diagnosis.runs == 1:
        return ""
    return f" [in {len(finding.runs)} of {diagnosis.runs} runs: {', '.join(map(str, finding.runs))}]"


def _looked(diagnosis: Diagnosis) -> Iterator[str]:
    yield "Looked at:"
    yield from (f"  - {name}" for name in diagnosis.looked)
    for why in dict.fromkeys(diagnosis.not_known.values()):
        yield f"Not looked at, because {why}:"
        yield from (f"  - {name}" for name, one in diagnosis.not_known.items() if one == why)
