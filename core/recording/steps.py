"""Which model calls are states: samplers call the model once, twice or three times a step, and report steps in their
own way.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from torch import Tensor

from ..tensors import bytes_of
from .attention import SeenAttention

HAIR = 1e-3  # relative; some samplers shift a noise level by as much
SAME_SIGMA = 1e-4  # relative; schedules are float32 and some samplers take a logarithm and come back


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelCall:
    """One call of the model with guidance: x [item, channel, ...], its sigma, the guess, the predictions behind it.

    cond and uncond are None where the model was not asked, or where they are not kept; attention likewise. `began`:
    when the model was asked, in seconds of a clock that only runs forward; None where nobody looked.
    """

    x: Tensor
    sigma: float
    x0: Tensor
    cond: Tensor | None = None
    uncond: Tensor | None = None
    guidance: float | None = None
    attention: SeenAttention | None = None
    began: float | None = None

    @cached_property
    def bytes(self) -> int:
        kept = (self.x, self.x0, self.cond, self.uncond)
        looked = 0 if self.attention is None else self.attention.bytes
        return bytes_of(kept) + looked


@dataclass
class Steps:
    """Turns a stream of model calls and step reports into states.

    Most samplers report a step right after its first call: the state is the last call before the report, and the calls
    in between were the earlier step's extra ones (heun, dpm_2, seeds_3). Some report after the whole step, as
    dpm_adaptive does: the state is the first call since the last report. Which of the two a sampler does shows at its
    first report. A sampler that never reports is read by noise level instead, and `reported` stays False.

    A call after the report, at the very noise level of the state, is of the state as the sampler has corrected it
    (sa_solver_pece): it takes the state's place, as the corrected state is the one that heun reports, too. `replaced`
    is set when that happens, for whoever keeps the numbers.
    """

    schedule: tuple[float, ...]
    states: list[ModelCall] = field(default_factory=list)
    model_calls: list[int] = field(default_factory=list)
    pending: list[ModelCall] = field(default_factory=list)
    reports_early: bool | None = None
    uncorrected: ModelCall | None = None
    replaced: bool = False

    @property
    def reported(self) -> bool:
        return self.reports_early is not None

    def call(self, call: ModelCall) -> None:
        if self.reports_early and not self.pending and call.sigma == self.states[-1].sigma:
            self._put_last(call, self.model_calls[-1] + 1)
        else:
            self.pending.append(call)

    def report(self) -> ModelCall | None:
        """The sampler says that a step is under way or done; gives the state it belongs to, if that is a new one."""
        if not self.pending and self.uncorrected is not None:  # two steps at one noise level: no correction after all
            self.pending = [self.states[-1]]
            self._put_last(self.uncorrected, self.model_calls[-1] - 1)
        self.uncorrected = None
        if not self.pending:
            return None
        if self.reports_early is None:
            self.reports_early = len(self.pending) == 1
        calls, self.pending = self.pending, []
        return self._early(calls) if self.reports_early else self._late(calls)

    def finish(self) -> None:
        """Takes note that the run is over. Calls that are left belong to the last state; if no step was ever reported,
        they are sorted into states by their noise level.
        """
        calls, self.pending = self.pending, []
        if not calls:
            return
        if not self.reported:
            self._by_schedule(calls)
        elif self.reports_early:
            self.model_calls[-1] += len(calls)
        else:
            self._late(calls)

    def _early(self, calls: list[ModelCall]) -> ModelCall:
        if self.states:
            self.model_calls[-1] += len(calls) - 1
        return self._add(calls[-1], 1)

    def _late(self, calls: list[ModelCall]) -> ModelCall | None:
        first = calls[0]
        if self.states and first.sigma == self.states[-1].sigma and torch.equal(first.x, self.states[-1].x):
            self.model_calls[-1] += len(calls)  # a step that was tried, refused and tried again
            return None
        return self._add(first, len(calls))

    def _by_schedule(self, calls: list[ModelCall]) -> None:
        steps = [[i for i, c in enumerate(calls) if _same(c.sigma, sigma)] for sigma in self.schedule[:-1]]
        chosen = [found[-1] for found in steps if found] or list(range(len(calls)))
        for this, following in zip(chosen, [*chosen[1:], len(calls)], strict=True):
            self._add(calls[this], following - this)

    def _put_last(self, state: ModelCall, calls: int) -> None:
        before = self.states[-1]
        began = before.began if calls > self.model_calls[-1] else state.began
        self.uncorrected, self.states[-1], self.model_calls[-1] = before, replace(state, began=began), calls
        self.replaced = True

    def _add(self, state: ModelCall, calls: int) -> ModelCall:
        self.states.append(state)
        self.model_calls.append(calls)
        return state


def step_at(schedule: tuple[float, ...], sigma: float) -> int:
    """The step under way at a noise level: calls between two levels belong to the higher of them."""
    return max((i for i, level in enumerate(schedule[:-1]) if level >= sigma * (1 - HAIR)), default=0)


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= SAME_SIGMA * max(abs(a), abs(b))
