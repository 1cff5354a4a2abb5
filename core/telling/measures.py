"""What a program hears of a deck's measures: one versioned plain dict of finite numbers and text."""

from ..comparing.parting import VISIBLE_DISTANCE, Parting
from ..measuring.columns import columns_of
from ..measuring.measures import Measures, RunMeasures
from .contract import FORMATS


def measures_payload(measures: Measures) -> dict:
    """Ready for JSON; numbers of seven digits, null where one is not known."""
    wanted = measures.wanted
    return {
        **FORMATS.measures._asdict(),
        "title": measures.title,
        "model": measures.model,
        "kind": measures.kind,
        "threshold": wanted.threshold,
        "bands": [{"name": band.name, "cycles_per_picture": band.words} for band in wanted.bands],
        "parting_threshold": VISIBLE_DISTANCE,
        "compared_with": wanted.compared_with,
        "notes": list(measures.notes),
        "runs": [_run(measures, run) for run in measures.runs],
    }


def _run(measures: Measures, run: RunMeasures) -> dict:
    return {
        "label": run.label,
        "settled_at": run.commit,
        "commit_map": None if run.commit_map is None else run.commit_map.tolist(),
        "patch": measures.wanted.patch,
        "parting": run.parting and _parting(run.parting),
        "states": {
            name: [None if n is None else float(f"{n:.7g}") for n in numbers]
            for name, numbers in columns_of(measures, run).items()
        },
        "notes": list(run.notes),
    }


def _parting(parting: Parting) -> dict:
    return {"kind": parting.kind, "step": parting.step, "distance": parting.distance}
