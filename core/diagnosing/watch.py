"""A recording of numbers alone: a few bytes a step for every run of a long day, and the last states of a broken one."""

import math
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from ..recording.model_facts import ModelFacts
from ..recording.recording import Recording
from ..recording.run import Run
from ..recording.sampling import Sampling
from ..recording.steps import ModelCall, step_at
from ..recording.trajectory import Settings, Trajectory
from .diagnose import finding_of
from .evidence import Evidence
from .finding import Finding
from .grain import size, spread
from .not_finite import START, bad
from .quantities import QUANTITIES
from .reading import NotKnown, Reading
from .rules import RULES, Rule

KEPT_CALLS = 3
"""States that are kept beside the start: the newest; of a broken run those before the broken one."""
MEANT = ("flat-start", "empty-source")
AT_START = ("bad-start", *MEANT)
AT_CALL = ("bad-model", "bad-prompt", "bad-negative", "bad-guidance")
FROM_SAMPLER, AT_END = "bad-sampler", "no-pull"
WATCHED = (*AT_START, *AT_CALL, FROM_SAMPLER, AT_END)
"""The certain findings that one call shows, or the numbers of all. What a person may have wanted, a cache or a latent
that is handed on with its noise, is for the doctor to say.
"""
RULE: dict[str, Rule] = {rule.id: rule for rule in RULES if rule.id in WATCHED}
NUMBERS = ("sigma", "x", "x0", "pull")
"""Of each model call: its noise level, the spread of x and of the guess, and the size of the pull; -1 without one."""
NO_PULL = -1.0
NOTHING_KEPT = (
    "this recording keeps numbers only, and nothing certain was found in this run: no state of it was kept. Set keep of"
    " Record Denoising to every state, and run again to look at it"
)


@dataclass(kw_only=True, eq=False)
class WatchedRun:
    """What is kept of one run: NUMBERS for each model call one after the other, and what was certain."""

    number: int
    settings: Settings
    numbers: array = field(default_factory=lambda: array("f"))
    findings: list[Finding] = field(default_factory=list)
    ended: str = ""

    @property
    def calls(self) -> int:
        return len(self.numbers) // len(NUMBERS)

    @property
    def broken(self) -> bool:
        """Whether values came up that are not finite: what comes later says nothing more."""
        return any(finding.rule.id not in (*MEANT, AT_END) for finding in self.findings)

    def column(self, name: str) -> list[float]:
        return list(self.numbers[NUMBERS.index(name) :: len(NUMBERS)])


@dataclass(kw_only=True, eq=False)
class Watch(Recording):
    """`tell` hears of each certain finding once a run, with the run it came up in."""

    tell: Callable[[WatchedRun, Finding], None] = lambda run, finding: None
    watched: list[WatchedRun] = field(default_factory=list)
    under_way: list[WatchedRun] = field(default_factory=list)

    def begin(self, *, model: ModelFacts, settings: Settings, schedule: tuple[float, ...], batch: int) -> Sampling:
        sampling = super().begin(model=model, settings=settings, schedule=schedule, batch=batch)
        self.under_way.append(WatchedRun(number=len(self.watched), settings=settings))
        self.watched.append(self.under_way[-1])
        return sampling

    def add(self, sampling: Sampling, call: ModelCall) -> None:
        """Read a call's numbers, and hold it until others have come after it."""
        run = self.under_way[self.open.index(sampling)]
        if not run.broken:  # what comes after follows from it
            self._say(run, found_in(sampling, call, first=run.calls == 0))
        run.numbers.extend(numbers_of(call))
        sampling.steps.call(call)
        _let_go(sampling, keep_first=run.broken)

    def finish(self, sampling: Sampling, result: Tensor) -> Run:
        return self._seal(sampling, "finished", lambda: sampling.finish(result))

    def interrupt(self, sampling: Sampling) -> Run:
        return self._seal(sampling, "stopped", sampling.interrupt)

    def _seal(self, sampling: Sampling, ended: str, seal: Callable[[], Run]) -> Run:
        """The run is kept where something is certain, and where there is room for what is left of it."""
        at = self.open.index(sampling)
        run, _ = self.under_way.pop(at), self.open.pop(at)
        run.ended = ended
        self._say(run, found_at_end(run))
        _let_go(sampling, keep_first=run.broken)
        if run.broken:
            sampling.stop(
                "This run was watched: only its start, the first broken state and those just before were kept."
            )
        elif run.findings:
            sampling.note("This run was watched: only its start and its last states were kept.")
        sealed = seal()
        if not run.findings:
            return sealed
        self._make_room(sealed.bytes)
        return self._keep(sealed) if self.bytes + sealed.bytes <= self.budget_bytes else sealed

    def _say(self, run: WatchedRun, findings: list[Finding]) -> None:
        known = {finding.rule.id for finding in run.findings}
        for finding in findings:
            if finding.rule.id not in known:
                run.findings.append(finding)
                self.tell(run, finding)

    def _why_not(self, latent: Tensor | None) -> str:
        return NOTHING_KEPT if self.watched and not self.refusals else super()._why_not(latent)


def _let_go(sampling: Sampling, *, keep_first: bool) -> None:
    """Of a sound run the states between the start and the newest give way, of a broken one all after the broken one.
    The start stays: a deck without it would be read as a run that began where it did not.
    """
    steps = sampling.steps
    del steps.pending[1:-KEPT_CALLS]
    for held in (steps.states, steps.model_calls):
        if keep_first:
            del held[KEPT_CALLS + 2 :]
        else:
            del held[1:-KEPT_CALLS]


def numbers_of(call: ModelCall) -> tuple[float, ...]:
    pull = NO_PULL if call.cond is None or call.uncond is None else size(call.cond - call.uncond)
    return call.sigma, spread(call.x), spread(call.x0), pull


def found_in(sampling: Sampling, call: ModelCall, *, first: bool) -> list[Finding]:
    """What one call shows for certain; of a batch each item is looked at."""
    tensors = (call.x, call.x0, call.cond, call.uncond)
    if not first and not any(bad(tensor) for tensor in tensors if tensor is not None):
        return []
    rules = [RULE[name] for name in (*AT_START, *AT_CALL)] if first else [RULE[name] for name in AT_CALL]
    evidences = [evidence_of(sampling, call, item) for item in range(len(call.x))]
    step = step_at(sampling.steps.schedule, call.sigma)
    found = [finding_of(rule, [_at(QUANTITIES[rule.quantity](each), step) for each in evidences]) for rule in rules]
    return [finding for finding in (*found, None if first else _of_sampler(evidences, step)) if finding]


def found_at_end(run: WatchedRun) -> list[Finding]:
    """A prompt that made no difference at any call."""
    pulls = [pull for pull in run.column("pull") if pull != NO_PULL]
    if not pulls or any(map(math.isnan, pulls)):
        return []
    words = {"steps": str(len(pulls))}
    found = finding_of(RULE[AT_END], [[Reading(value=max(pulls), step=None, words=words)]])
    return [found] if found else []


def evidence_of(sampling: Sampling, call: ModelCall, item: int) -> Evidence:
    """One item of one call, as a run of a single state."""
    run = Trajectory(
        x=call.x[item : item + 1],
        x0=call.x0[item : item + 1],
        cond=None if call.cond is None else call.cond[item : item + 1],
        uncond=None if call.uncond is None else call.uncond[item : item + 1],
        asked=((call.cond is not None, call.uncond is not None),),
        sigmas=torch.tensor([call.sigma], dtype=torch.float64),
        model_calls=(1,),
        label="",
        noise=sampling.noise[item] if sampling.noise else "",
        origin=sampling.origins[item] if sampling.origins else None,
        settings=sampling.settings,
        complete=False,
    )
    model = sampling.model
    alone = Run(model=model, items=(item,), schedule=(), trajectories=(run,), stopped="", result=None)
    return Evidence(deck=alone.deck(), run=run)


def _of_sampler(evidences: list[Evidence], step: int) -> Finding | None:
    """A later x that is not finite came from the sampler: all answers before were."""
    return finding_of(RULE[FROM_SAMPLER], [_at(_bad_x(evidence), step) for evidence in evidences])


def _bad_x(evidence: Evidence) -> list[Reading]:
    found = evidence.first_bad
    return [found[1]] if found and found[0] == START else []


def _at(readings: list[Reading] | NotKnown, step: int) -> list[Reading] | NotKnown:
    return readings if isinstance(readings, NotKnown) else [replace(reading, step=step) for reading in readings]


def watch_report(watch: Watch) -> str:
    """A line for each run: number, seed, sampler, model calls, how it ended, what was certain."""
    return "\n".join("\t".join(line) for line in _lines(watch))


def _lines(watch: Watch) -> Iterator[tuple[str, ...]]:
    yield "run", "seed", "sampler", "calls", "end", "certain"
    for run in watch.watched:
        seed, sampler = run.settings.seed, run.settings.sampler or "-"
        said = " ".join(finding.seen for finding in run.findings)
        yield (
            str(run.number),
            "-" if seed is None else str(seed),
            sampler,
            str(run.calls),
            run.ended or "-",
            said or "-",
        )
