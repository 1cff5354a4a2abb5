"""What a program, or the panel on the node, hears of a diagnosis: a versioned plain dict of finite numbers and text."""

from ..diagnosing.finding import Diagnosis, Finding
from ..diagnosing.report import counted
from ..finite import rounded
from .contract import FORMATS


def diagnosis_payload(diagnosis: Diagnosis) -> dict:
    """Ready for JSON."""
    return {
        **FORMATS.diagnosis._asdict(),
        "title": diagnosis.title,
        "model": diagnosis.model,
        "deck": diagnosis.deck,
        "runs": diagnosis.runs,
        "summary": counted(diagnosis),
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "looked_at": list(diagnosis.looked),
        "not_looked_at": dict(diagnosis.not_known),
    }


def _finding(finding: Finding) -> dict:
    rule = finding.rule
    return {
        "id": rule.id,
        "strength": rule.strength,
        "seen": finding.seen,
        "values": finding.values,
        "places": [{"run": run, "step": step} for run, step in finding.places],
        "view": rule.view,
        "quantity": rule.quantity,
        "value": rounded(finding.value),
        "comparison": rule.comparison,
        "source": rule.source,
        "step": finding.step,
        "runs": list(finding.runs),
        "usually": finding.usually,
        "confirm": finding.confirm,
        "advice": finding.advice,
        "follows": finding.follows,
    }
