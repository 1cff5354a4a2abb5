"""A deck with the findings on it: each on the runs that show it, at their steps."""

from dataclasses import replace

from ..recording.deck import Deck
from ..recording.mark import Mark
from .finding import Diagnosis


def marked(deck: Deck, diagnosis: Diagnosis) -> Deck:
    """The same trajectories; marks that were on them give way."""
    marks: dict[int, list[Mark]] = {}
    for finding in diagnosis.findings:
        rule = finding.rule
        for run, step in finding.places:
            mark = Mark(
                rule=rule.id,
                strength=rule.strength,
                seen=finding.seen,
                step=step,
                view=rule.view,
                values=finding.values,
            )
            marks.setdefault(run, []).append(mark)
    runs = (replace(run, marks=tuple(marks.get(index, ()))) for index, run in enumerate(deck.trajectories))
    return replace(deck, trajectories=tuple(runs))
