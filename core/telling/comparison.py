"""What a program, or the panel on the node, hears of two runs: a versioned plain dict of finite numbers and text."""

from dataclasses import asdict

from ..diagnosing.two_runs import TwoRuns
from ..diagnosing.two_runs_report import ROUNDING, cause, costs, parting_error, parting_words
from ..finite import finite, rounded
from .contract import FORMATS


def comparison_payload(two: TwoRuns) -> dict:
    """Ready for JSON."""
    return {
        **FORMATS.comparison._asdict(),
        "labels": list(two.labels),
        "cause": cause(two),
        "differences": [asdict(one) for one in two.differences],
        "parted": _parted(two),
        "not_kept": list(two.not_kept),
        "notes": [parting_words(two), costs(two), *two.not_kept],
        "calls": list(two.calls),
        "seconds": [finite(seconds) for seconds in two.seconds],
        "errors": [
            {
                "steps": list(error.steps),
                "sigma": rounded(error.sigma),
                "x": rounded(error.x),
                "guess": rounded(error.guess),
                "one_step": rounded(error.one_step),
                "where": error.where,
            }
            for error in two.errors
        ],
    }


def _parted(two: TwoRuns) -> dict | None:
    if two.parted is None:
        return None
    step, quantity = two.parted
    error, apart = parting_error(two, step, quantity)
    return {
        "step": step,
        "quantity": quantity,
        "sigma": rounded(error.sigma),
        "apart": rounded(apart),
        "rounding": apart is not None and apart < ROUNDING,
    }
