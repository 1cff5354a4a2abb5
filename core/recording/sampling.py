"""A run while it is sampled: filled call by call, then sealed into a `Run`."""

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from ..filled_sentence import filled
from ..fingerprint import fingerprint
from ..finite import sum_of_known
from ..tensors import bytes_of
from .attention import AttentionMaps, attention_of_items
from .model_facts import ModelFacts
from .origin import Origin
from .run import Run
from .shelf import QUANTITIES, Shelf
from .steps import ModelCall, Steps, step_at
from .trajectory import Settings, Trajectory

ON_SCHEDULE = 1e-3
"""Relative distance at which a state's noise level still counts as the schedule's: some samplers shift it by a hair."""


@dataclass(kw_only=True, eq=False)
class Sampling:
    """An open run. `finish` or `interrupt` seals it, once; after that it is thrown away.

    items         which items of the batch are kept
    budget_bytes  how much it may grow to; None for no limit
    no_guidance   why cond and uncond are missing as a whole, one sentence; empty when they are kept
    final         the last state, in the model's space; None until the sampler has given it
    ended         when it gave it, by the clock of ModelCall.began; None until then
    batch         how many items are sampled at once, those that are not kept among them
    source        the latent that noise is added to, [item, channel, ...] in the model's space; None for an empty one
    before        x and the guess of the newest call
    repeated      steps at which a call gave the guess of the call before, though x had changed
    stopped       why nothing more is kept, one sentence; empty while all is kept. The sampler goes on in any case
    """

    model: ModelFacts
    settings: Settings
    steps: Steps
    items: tuple[int, ...]
    budget_bytes: int | None = None
    no_guidance: str = ""
    guided_by: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    notes: list[str] = field(default_factory=list)
    final: Tensor | None = None
    ended: float | None = None
    batch: int = 1
    source: Tensor | None = None
    stopped: str = ""
    shelved: int = 0
    before: tuple[Tensor, Tensor] | None = None
    repeated: list[int] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        calls = (*self.steps.states, *self.steps.pending)
        return sum(call.bytes for call in calls) + bytes_of([self.final, self.source])

    @cached_property
    def shelf(self) -> Shelf:
        """Made at the first state, with rows for as many as the schedule has and the budget allows."""
        rows, state = len(self.steps.schedule), self.steps.states[0]
        return Shelf(rows if self.budget_bytes is None else min(rows, self.budget_bytes // state.bytes + 1))

    def shelve(self) -> None:
        """Move the states that came since the last call of this into the shelf; they become views of its rows."""
        states = self.steps.states
        first_new = max(0, self.shelved - 1) if self.steps.replaced else self.shelved
        self.steps.replaced = False
        for row in range(first_new, len(states)):
            first = 0 if self.shelf.put(row, states[row]) else row
            for seen in range(first, row + 1):
                states[seen] = self.shelf.seen_from(seen, states[seen])
        self.shelved = len(states)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def learn_noise(self, noise: Tensor) -> None:
        """Keep fingerprints of the noise [item, channel, ...]; none when the sampler adds no noise."""
        if noise.any():
            self.noise = tuple(fingerprint(noise[item]) for item in self.items)

    def learn_origins(self, origins: tuple[Origin, ...]) -> None:
        self.origins = origins

    def learn_source(self, source: Tensor) -> None:
        """Keep the latent that noise is added to, [item, channel, ...] in the model's space."""
        self.source = source

    def learn_who_guides(self, names: tuple[str, ...]) -> None:
        """Keep the names of other packs' functions around guidance, each once, in the order in which they came."""
        self.guided_by = tuple(dict.fromkeys((*self.guided_by, *names)))

    def learn_repeats(self, call: ModelCall) -> None:
        """Notice an answer that is handed on in place of a new one; of calls that no state keeps, too."""
        if self.before is not None and torch.equal(call.x0, self.before[1]) and not torch.equal(call.x, self.before[0]):
            self.repeated.append(step_at(self.steps.schedule, call.sigma))
        self.before = call.x, call.x0

    def learn_final(self, final: Tensor, ended: float | None = None) -> None:
        """Keep the last state, [item, channel, ...] in the model's space, and when it was there."""
        self.final, self.ended = final, ended

    def learn_why_no_guidance(self, sentence: str) -> None:
        self.no_guidance = sentence

    def stop(self, sentence: str) -> None:
        """Keep what there is and nothing more; sampling goes on."""
        self.stopped = sentence
        self.note(sentence)

    def finish(self, result: Tensor) -> Run:
        """Seal a run that reached its end; `result` is the LATENT's samples, [item, channel, ...]."""
        self.steps.finish()
        return self._sealed(None if self.stopped else self.final, result, self._what_the_sampler_did)

    def interrupt(self) -> Run:
        """Seal a run that was stopped on the way."""
        self.steps.finish()
        return self._sealed(None, None, self._where_it_was_interrupted)

    def _sealed(self, final: Tensor | None, result: Tensor | None, last_notes) -> Run:
        kept = self._kept(final) if self.steps.states else None
        for sentence in (*self._learn_guidance(), *last_notes()):
            self.note(sentence)
        return Run(
            model=self.model,
            items=self.items,
            schedule=self.steps.schedule,
            trajectories=() if kept is None else self._trajectories(kept, finished=final is not None),
            stopped=self.stopped,
            result=result,
        )

    def _kept(self, final: Tensor | None) -> dict[str, Tensor | None]:
        """Each quantity as [row, item, ...], a view of the shelf: nothing is held twice."""
        states = self.steps.states
        self.shelve()
        kept = {name: self.shelf.full(name, [getattr(s, name) is not None for s in states]) for name in QUANTITIES}
        if final is not None:
            self.shelf.put_one("x", len(states), final)
            kept["x"] = self.shelf.tensors["x"][: len(states) + 1]
        return kept

    def _trajectories(self, kept: dict[str, Tensor | None], *, finished: bool) -> tuple[Trajectory, ...]:
        attention = attention_of_items([state.attention for state in self.steps.states], len(self.items))
        return tuple(self._trajectory(i, kept, attention[i], finished) for i in range(len(self.items)))

    def _trajectory(
        self, i: int, kept: dict[str, Tensor | None], attention: AttentionMaps | None, finished: bool
    ) -> Trajectory:
        states, schedule = self.steps.states, self.steps.schedule
        sigmas = [s.sigma for s in states] + [schedule[-1]] * finished
        own: dict[str, Any] = {name: None if rows is None else rows[:, i] for name, rows in kept.items()}
        step_seconds = self._step_seconds()
        trajectory = Trajectory(
            **own,
            asked=tuple((s.cond is not None, s.uncond is not None) for s in states),
            no_guidance=self._why_no_guidance(),
            sigmas=torch.tensor(sigmas, dtype=torch.float64),
            model_calls=tuple(self.steps.model_calls),
            guidance_scales=tuple(s.guidance for s in states) if any(s.guidance is not None for s in states) else (),
            guided_by=self.guided_by,
            noise=self.noise[i] if self.noise else "",
            attention=attention,
            origin=self.origins[i] if self.origins else None,
            source=None if self.source is None else self.source[i],
            repeated=tuple(dict.fromkeys(self.repeated)),
            label=f"item {self.items[i]}",
            step_seconds=step_seconds,
            seconds=sum_of_known(step_seconds),
            at_once=self.batch,
            remaining=() if finished else _ahead(schedule, sigmas[-1]),
            settings=self.settings,
            complete=finished,
            notes=tuple(self.notes),
        )
        return replace(trajectory, notes=(*trajectory.notes, *_not_numbers(trajectory)))

    def _step_seconds(self) -> tuple[float | None, ...]:
        """An item's share of the time from each state to the next; empty where nobody looked at a clock."""
        times = [state.began for state in self.steps.states] + [self.ended]
        pairs = list(pairwise(times))
        shares = (None if a is None or b is None else (b - a) / self.batch for a, b in pairs)
        return tuple(shares) if any(time is not None for time in times[:-1]) else ()

    def _learn_guidance(self) -> tuple[str, ...]:
        """Take over the guidance that the sampler used, None when it changed on the way; gives notes about it."""
        scales = {s.guidance for s in self.steps.states if s.guidance is not None}
        if not scales:
            return ()
        self.settings = replace(self.settings, guidance=min(scales) if len(scales) == 1 else None)
        if len(scales) == 1:
            return ()
        low, high = f"{min(scales):g}", f"{max(scales):g}"
        return (filled("The guidance changed during the run, between {1} and {2}.", low, high),)

    def _why_no_guidance(self) -> str:
        if self.no_guidance or any(s.uncond is not None for s in self.steps.states):
            return self.no_guidance
        return "The model was never asked without the prompt: at guidance 1 that call is left out."

    def _where_it_was_interrupted(self) -> tuple[str, ...]:
        took, asked = len(self.steps.states), len(self.steps.schedule) - 1
        return (filled("Interrupted after {1} of {2} steps.", took, asked),)

    def _what_the_sampler_did(self) -> tuple[str, ...]:
        notes, asked, took = [], len(self.steps.schedule) - 1, len(self.steps.states)
        if self.stopped or not took:
            return ()
        if not self.steps.reported:
            notes.append(
                filled("The sampler never reported its steps: the states were told apart by their noise level.")
            )
        if took != asked or not self._on_schedule():
            notes.append(
                filled(
                    "The sampler chose its own steps: {1} were asked for, it took {2}. Where it stopped it does not "
                    "say: its last state is shown at the schedule's end.",
                    asked,
                    took,
                )
            )
        return tuple(notes)

    def _on_schedule(self) -> bool:
        pairs = zip(self.steps.states, self.steps.schedule, strict=False)
        return all(math.isclose(state.sigma, sigma, rel_tol=ON_SCHEDULE) for state, sigma in pairs)


def _ahead(schedule: tuple[float, ...], now: float) -> tuple[float, ...]:
    """The noise levels that were still to come: below the last one, or above it where they rise."""
    rises = schedule[-1] > schedule[0]
    return tuple(sigma for sigma in schedule if (sigma > now if rises else sigma < now))


def _not_numbers(trajectory: Trajectory) -> tuple[str, ...]:
    """A note about values that are NaN or infinite. The smallest and the largest show in one pass if there are any."""
    if all(bool(end.isfinite()) for end in trajectory.x0.aminmax()):
        return ()
    bad = [i for i in range(trajectory.guesses) if not torch.isfinite(trajectory.x0[i]).all()]
    return (
        filled(
            "The model gave values that are not numbers (NaN or infinite) from step {1} on: there is no picture of "
            "those.",
            bad[0],
        ),
    )
