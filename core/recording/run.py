"""One sampler's pass over a batch, from its first model call to the deck that is made of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from torch import Tensor

from ..fingerprint import fingerprint
from .attention import AttentionMaps, attention_of_items
from .deck import Deck
from .model_facts import ModelFacts
from .origin import Origin
from .shelf import QUANTITIES, Shelf
from .steps import Steps
from .trajectory import Settings, Trajectory

ON_SCHEDULE = 1e-3
"""Relative distance at which a state's noise level still counts as the schedule's: some samplers shift it by a hair."""


@dataclass(kw_only=True, eq=False)
class Run:
    """One sampler's pass: filled call by call, sealed once at its end. `budget_bytes` is what it may grow to, None
    where nobody says.
    """

    model: ModelFacts
    settings: Settings
    steps: Steps
    items: tuple[int, ...]
    budget_bytes: int | None = None
    result: Tensor | None = None
    final: Tensor | None = None
    kept: dict[str, Tensor | None] = field(default_factory=dict)
    attention: tuple[AttentionMaps | None, ...] = ()
    complete: bool = False
    notes: list[str] = field(default_factory=list)
    no_guidance: str = ""
    guided_by: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    stopped: bool = False
    shelved: int = 0
    sealed_bytes: int | None = None
    observer: Callable[["Run", int], None] | None = None

    @property
    def bytes(self) -> int:
        if self.sealed_bytes is not None:
            return self.sealed_bytes
        calls = (*self.steps.states, *self.steps.pending)
        extra = sum(t.numel() * t.element_size() for t in (self.result, self.final) if t is not None)
        return sum(c.bytes for c in calls) + extra

    @cached_property
    def shelf(self) -> Shelf:
        """Made at the first state, with rows for as many as the schedule has and the budget allows."""
        rows, state = len(self.steps.schedule), self.steps.states[0]
        return Shelf(rows if self.budget_bytes is None else min(rows, self.budget_bytes // state.bytes + 1))

    def shelve(self) -> None:
        """Move states that came since into their rows, which they then are views of."""
        states = self.steps.states
        for row in range(self.shelved, len(states)):
            first = 0 if self.shelf.put(row, states[row]) else row
            for seen in range(first, row + 1):
                states[seen] = self.shelf.seen_from(seen, states[seen])
        self.shelved = len(states)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def learn_noise(self, noise: Tensor) -> None:
        """Fingerprints of what the sampler was handed, [item, channel, ...]; none of a sampler that adds no noise."""
        if noise.any():
            self.noise = tuple(fingerprint(noise[item]) for item in self.items)

    def learn_origins(self, origins: tuple[Origin, ...]) -> None:
        self.origins = origins

    def learn_who_guides(self, names: tuple[str, ...]) -> None:
        """Functions of others around guidance, each once, in the order in which they were met."""
        self.guided_by = tuple(dict.fromkeys((*self.guided_by, *names)))

    def stop(self, sentence: str) -> None:
        """Keep what there is and nothing more; sampling goes on."""
        self.stopped = True
        self.note(sentence)

    def finish(self, *, final: Tensor | None, result: Tensor) -> None:
        """`final` is the last state in the model's space, `result` the LATENT's samples; both [item, channel, ...]."""
        self.result = result
        self.final = None if self.stopped else final
        self.complete = self.final is not None
        self.steps.finish()
        self._seal()
        self._say_what_the_sampler_did()

    def interrupt(self) -> None:
        self.final = None
        self.steps.finish()
        self._seal()
        self.note(f"Interrupted after {len(self.steps.states)} of {len(self.steps.schedule) - 1} steps.")

    def deck(self, *, title: str = "") -> Deck:
        """The run as a deck, one trajectory an item; a batch varies by item."""
        if not self.steps.states:
            raise ValueError(
                "this run made no model call: there is nothing to look at (were there 0 steps, or was it "
                "stopped at once?)"
            )
        return Deck(
            trajectories=tuple(self._trajectory(i, f"item {item}") for i, item in enumerate(self.items)),
            model=self.model.name,
            parameterization=self.model.parameterization,
            space=self.model.space,
            sigma_data=self.model.sigma_data,
            title=title,
            varies="item" if len(self.items) > 1 else None,
        )

    def _seal(self) -> None:
        """Decks are views of the shelf: nothing is held twice."""
        states = self.steps.states
        if not states:
            return
        self.shelve()
        for name in QUANTITIES:
            self.kept[name] = self.shelf.full(name, [getattr(s, name) is not None for s in states])
        if self.final is not None:
            self.shelf.put_one("x", len(states), self.final)
            self.kept["x"] = self.shelf.tensors["x"][: len(states) + 1]
            self.final = self.kept["x"][-1]
        self._learn_guidance()
        self.attention = attention_of_items([s.attention for s in states], len(self.items))
        held = (*self.kept.values(), self.result)
        looked = sum(maps.bytes for maps in self.attention if maps is not None)
        self.sealed_bytes = sum(t.numel() * t.element_size() for t in held if t is not None) + looked
        states[:] = [replace(self.shelf.seen_from(i, s), attention=None) for i, s in enumerate(states)]

    def _trajectory(self, i: int, label: str) -> Trajectory:
        states = self.steps.states
        sigmas = [s.sigma for s in states] + [self.steps.schedule[-1]] * (self.final is not None)
        trajectory = Trajectory(
            **{name: None if kept is None else kept[:, i] for name, kept in self.kept.items()},
            asked=tuple((s.cond is not None, s.uncond is not None) for s in states),
            no_guidance=self._why_no_guidance(),
            sigmas=torch.tensor(sigmas, dtype=torch.float64),
            model_calls=tuple(self.steps.model_calls),
            guidance_scales=tuple(s.guidance for s in states) if any(s.guidance is not None for s in states) else (),
            guided_by=self.guided_by,
            noise=self.noise[i] if self.noise else "",
            attention=self.attention[i] if self.attention else None,
            origin=self.origins[i] if self.origins else None,
            label=label,
            remaining=() if self.complete else tuple(s for s in self.steps.schedule if s < sigmas[-1]),
            settings=self.settings,
            complete=self.complete,
            notes=tuple(self.notes),
        )
        return replace(trajectory, notes=(*trajectory.notes, *_not_numbers(trajectory)))

    def _learn_guidance(self) -> None:
        """What the sampler used, where it tells; None when that changed on the way."""
        scales = {s.guidance for s in self.steps.states if s.guidance is not None}
        if len(scales) > 1:
            self.note(f"The guidance changed during the run, between {min(scales):g} and {max(scales):g}.")
        if scales:
            self.settings = replace(self.settings, guidance=scales.pop() if len(scales) == 1 else None)

    def _why_no_guidance(self) -> str:
        if self.no_guidance or any(s.uncond is not None for s in self.steps.states):
            return self.no_guidance
        return "The model was never asked without the prompt: at guidance 1 that call is left out."

    def _say_what_the_sampler_did(self) -> None:
        asked, took = len(self.steps.schedule) - 1, len(self.steps.states)
        if self.stopped:
            return
        if not self.steps.reported and took:
            self.note("The sampler never reported its steps: the states were told apart by their noise level.")
        if took != asked or not self._on_schedule():
            self.note(
                f"The sampler chose its own steps: {asked} were asked for, it took {took}. Where it stopped it does "
                "not say: its last state is shown at the schedule's end."
            )

    def _on_schedule(self) -> bool:
        pairs = zip(self.steps.states, self.steps.schedule, strict=False)
        return all(math.isclose(state.sigma, sigma, rel_tol=ON_SCHEDULE) for state, sigma in pairs)


def _not_numbers(trajectory: Trajectory) -> tuple[str, ...]:
    bad = [i for i in range(trajectory.guesses) if not torch.isfinite(trajectory.x0[i]).all()]
    if not bad:
        return ()
    return (
        f"The model gave values that are not numbers (NaN or infinite) from step {bad[0]} on: there is no "
        f"picture of those.",
    )
