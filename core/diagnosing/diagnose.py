"""From a deck to findings: every rule on every run, with what was looked at and what could not be."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..recording.chain import unbroken_parts
from ..recording.deck import Deck
from ..recording.trajectory import Trajectory
from .evidence import Decoded, Evidence
from .finding import Diagnosis, Finding
from .quantities import QUANTITIES
from .reading import NotKnown, Reading
from .rules import FOLLOWS, RULES, STRENGTHS, Rule
from .static_facts import GraphFacts, ModelState
from .words import WORDS


def diagnose(
    deck: Deck,
    *,
    reference: Deck | None = None,
    graph: GraphFacts | None = None,
    model: ModelState | None = None,
    decode: Callable[[Trajectory], Decoded] | None = None,
) -> Diagnosis:
    """Raises ValueError for a picture that was noised, which is no run, and for a reference of another model."""
    check_runs(deck)
    if reference is not None:
        check_reference(deck, reference)
    evidences = [
        Evidence(
            deck=deck,
            run=run,
            reference=None if reference is None or first else partner(reference, index),
            decoded=decode and decode(run) if first + run.states == whole.states else None,
            graph=graph,
            model=model,
            index=index,
            first=first,
        )
        for index, whole in enumerate(deck.trajectories)
        for first, run in unbroken_parts(whole)
    ]
    return diagnosis_of(deck, evidences)


def diagnosis_of(deck: Deck, evidences: Sequence[Evidence]) -> Diagnosis:
    readings = {name: [of_the_way(read(e), e.first) for e in evidences] for name, read in QUANTITIES.items()}
    indices = [evidence.index for evidence in evidences]
    found = [finding for rule in RULES if (finding := finding_of(rule, readings[rule.quantity], indices))]
    unknown = {name: _why(each) for name, each in readings.items() if all(isinstance(r, NotKnown) for r in each)}
    return Diagnosis(
        title=deck.title,
        model=deck.model,
        deck=deck.fingerprint,
        runs=len(deck.trajectories),
        steps=max(run.steps for run in deck.trajectories),
        findings=tuple(sorted(with_causes(found), key=_order)),
        looked=tuple(name for name in readings if name not in unknown),
        not_known=unknown,
    )


def of_the_way(readings: list[Reading] | NotKnown, first: int) -> list[Reading] | NotKnown:
    """Steps of a part as they are counted along the whole way."""
    if isinstance(readings, NotKnown) or not first:
        return readings
    return [each if each.step is None else replace(each, step=first + each.step) for each in readings]


def finding_of(
    rule: Rule, readings: Sequence[list[Reading] | NotKnown], indices: Sequence[int] | None = None
) -> Finding | None:
    """One finding for all runs that show it; the first of them fills in the words. `indices`: of their
    trajectories, where those are not in order.
    """
    shown = [
        (index, reading)
        for index, each in zip(indices or range(len(readings)), readings, strict=True)
        if not isinstance(each, NotKnown)
        for reading in each
        if rule.holds(reading.value)
    ]
    if not shown:
        return None
    first = shown[0][1]
    words = WORDS[rule.id]
    values = {"value": f"{first.value:.3g}", "percent": f"{100 * first.value:.3g} %", "step": str(first.step)}
    values |= first.words
    return Finding(
        rule=rule,
        value=first.value,
        seen=words.seen.format(**values),
        usually=words.usually,
        confirm=words.confirm,
        advice=words.advice.format(**values),
        places=tuple(dict.fromkeys((index, reading.step) for index, reading in shown)),
        values=values,
    )


def with_causes(found: Sequence[Finding]) -> list[Finding]:
    """The findings, each with the first other one that explains it in all its runs."""
    return [replace(finding, follows=_cause_among(found, finding)) for finding in found]


def _cause_among(found: Sequence[Finding], finding: Finding) -> str | None:
    causes = FOLLOWS.get(finding.rule.id, ())
    among = (other for other in found if other.rule.id in causes and {*finding.runs} <= {*other.runs})
    return next((cause.rule.id for cause in among), None)


def _order(finding: Finding) -> tuple[int, bool]:
    """Strongest first; of equal strength, causes before what follows from them."""
    return STRENGTHS.index(finding.strength), finding.follows is not None


def check_runs(deck: Deck) -> None:
    if deck.kind == "forward":
        raise ValueError("this deck holds a picture that was noised, not a run: connect the deck of a sampler")
    if all(run.guesses == 0 for run in deck.trajectories):
        raise ValueError("these runs stopped before the model made a guess: there is nothing to look at")


def check_reference(deck: Deck, reference: Deck) -> None:
    for what in ("parameterization", "latent_shape"):
        mine, its = getattr(deck, what), getattr(reference, what)
        if mine != its:
            raise ValueError(
                f"the reference is of another {what.replace('_', ' ')} ({its}, the deck's is {mine}): connect the same"
                " run without what is in doubt"
            )


def partner(reference: Deck, index: int) -> Trajectory:
    """The run that stands at the same place; the only one of a reference that has just one."""
    return reference.trajectories[index if index < len(reference.trajectories) else 0]


def without(diagnosis: Diagnosis, rules: Iterable[str]) -> Diagnosis:
    """The diagnosis with some rules left out."""
    left = set(rules)
    return replace(diagnosis, findings=tuple(f for f in diagnosis.findings if f.rule.id not in left))


def _why(each: Sequence[list[Reading] | NotKnown]) -> str:
    return next(one.why for one in each if isinstance(one, NotKnown))
