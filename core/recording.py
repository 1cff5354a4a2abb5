"""Collects runs while a model is sampled, within a memory budget, and finds the run that made a latent."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from .deck import Deck
from .latent_space import LatentSpace
from .steps import ModelCall, Steps
from .trajectory import Settings, Trajectory

KEPT_RUNS = 16
"""Finished runs a recording keeps, newest first, so that a cached sampler still finds its run."""


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What a deck must know of the model that was sampled."""

    name: str
    parameterization: str
    space: LatentSpace
    sigma_data: float = 1.0


@dataclass(kw_only=True, eq=False)
class Run:
    """One sampler's pass: filled call by call, sealed once at its end."""

    model: ModelFacts
    settings: Settings
    steps: Steps
    items: tuple[int, ...]
    result: Tensor | None = None
    final: Tensor | None = None
    kept: dict[str, Tensor | None] = field(default_factory=dict)
    complete: bool = False
    notes: list[str] = field(default_factory=list)
    no_guidance: str = ""
    stopped: bool = False
    sealed_bytes: int | None = None
    observer: Callable[["Run", int], None] | None = None

    @property
    def bytes(self) -> int:
        if self.sealed_bytes is not None:
            return self.sealed_bytes
        calls = (*self.steps.states, *self.steps.pending)
        extra = sum(t.numel() * t.element_size() for t in (self.result, self.final) if t is not None)
        return sum(c.bytes for c in calls) + extra

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

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

    def deck(self, *, labels: tuple[str, ...] = (), title: str = "") -> Deck:
        """The run as a deck, one trajectory an item; a batch varies by item."""
        if not self.steps.states:
            raise ValueError(
                "this run made no model call: there is nothing to look at (were there 0 steps, or was it "
                "stopped at once?)"
            )
        names = labels or tuple(f"item {item}" for item in self.items)
        return Deck(
            trajectories=tuple(self._trajectory(i, names[i]) for i in range(len(self.items))),
            model=self.model.name,
            parameterization=self.model.parameterization,
            space=self.model.space,
            sigma_data=self.model.sigma_data,
            title=title,
            varies="item" if len(self.items) > 1 else None,
        )

    def _seal(self) -> None:
        """Move every quantity into one tensor [state, item, ...], of which decks are views: nothing is held twice."""
        states = self.steps.states
        if not states:
            return
        last = [] if self.final is None else [self.final]
        self.kept["x"] = torch.stack([s.x for s in states] + last)
        self.kept["x0"] = torch.stack([s.x0 for s in states])
        for name in ("cond", "uncond"):
            self.kept[name] = _stack_where_asked([getattr(s, name) for s in states], states[0].x0)
        self.final = self.kept["x"][-1] if last else None
        held = (*self.kept.values(), self.result)
        self.sealed_bytes = sum(t.numel() * t.element_size() for t in held if t is not None)
        states[:] = [
            replace(s, **{n: None if getattr(s, n) is None else self.kept[n][i] for n in ("x", "x0", "cond", "uncond")})
            for i, s in enumerate(states)
        ]

    def _trajectory(self, i: int, label: str) -> Trajectory:
        states = self.steps.states
        sigmas = [s.sigma for s in states] + [self.steps.schedule[-1]] * (self.final is not None)
        trajectory = Trajectory(
            **{name: None if kept is None else kept[:, i] for name, kept in self.kept.items()},
            asked=tuple((s.cond is not None, s.uncond is not None) for s in states),
            no_guidance=self._why_no_guidance(),
            sigmas=torch.tensor(sigmas, dtype=torch.float64),
            model_calls=tuple(self.steps.model_calls),
            label=label,
            remaining=() if self.complete else tuple(s for s in self.steps.schedule if s < sigmas[-1]),
            settings=replace(self.settings, guidance=self._guidance()),
            complete=self.complete,
            notes=tuple(self.notes),
        )
        return replace(trajectory, notes=(*trajectory.notes, *_not_numbers(trajectory)))

    def _guidance(self) -> float | None:
        scales = {s.guidance for s in self.steps.states if s.guidance is not None}
        if len(scales) > 1:
            self.note(f"The guidance changed during the run, between {min(scales):g} and {max(scales):g}.")
            return None
        return scales.pop() if scales else self.settings.guidance

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
        if took != asked:
            self.note(f"The sampler chose its own steps: {asked} were asked for, it took {took}.")


@dataclass(kw_only=True, eq=False)
class Recording:
    """The handle that collects runs.

    budget_bytes   how much all kept runs may hold; older finished runs give way first
    keep_guidance  whether cond and uncond are kept beside the guess
    choose         from the batch size to the items that are kept
    """

    budget_bytes: int
    keep_guidance: bool = True
    choose: Callable[[int], tuple[int, ...]] = lambda size: tuple(range(size))
    runs: list[Run] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def begin(self, *, model: ModelFacts, settings: Settings, schedule: tuple[float, ...], batch: int) -> Run:
        run = Run(model=model, settings=settings, steps=Steps(schedule), items=self.choose(batch))
        if not self.keep_guidance:
            run.no_guidance = "The two predictions behind guidance were not kept: turn on keep_guidance and run again."
        self.runs.append(run)
        self.refusals.clear()
        del self.runs[:-KEPT_RUNS]
        return run

    def add(self, run: Run, call: ModelCall) -> None:
        """Keep a call, or stop the run's recording with a note when it no longer fits the budget."""
        if run.stopped:
            return
        self._make_room(run, call.bytes)
        if self.bytes + call.bytes > self.budget_bytes:
            kept, asked = len(run.steps.states), len(run.steps.schedule) - 1
            run.stop(
                f"The memory budget of {self.budget_bytes // 2**20} MB was full after {kept} of {asked} steps: "
                f"later states "
                "were not kept. Raise the budget, record fewer items, or leave the two guidance predictions out."
            )
            return
        run.steps.call(call)

    @property
    def bytes(self) -> int:
        return sum(run.bytes for run in self.runs)

    def refuse(self, sentence: str) -> None:
        """A run that cannot be recorded at all; Collect will say why."""
        self.refusals = [sentence]

    def run_of(self, latent: Tensor) -> Run:
        """The newest run that gave exactly this latent (LATENT samples, VAE space)."""
        for run in reversed(self.runs):
            if run.result is not None and _same(run.result, latent):
                return run
        raise ValueError(self._why_not(latent))

    def last_run(self) -> Run:
        """The newest run that reached its end, whatever became of its latent (a tiled sampler's, for one)."""
        for run in reversed(self.runs):
            if run.result is not None:
                return run
        raise ValueError(self._why_not(None))

    def interrupted_run(self) -> Run:
        """The newest run that did not reach its end."""
        for run in reversed(self.runs):
            if run.result is None and run.steps.states:
                return run
        raise ValueError("no interrupted run is kept in this recording: stop a run in the middle, then collect it")

    def _make_room(self, current: Run, needed: int) -> None:
        while len(self.runs) > 1 and self.bytes + needed > self.budget_bytes:
            oldest = next((run for run in self.runs if run is not current), None)
            if oldest is None:
                return
            self.runs.remove(oldest)

    def _why_not(self, latent: Tensor | None) -> str:
        if self.refusals:
            return self.refusals[-1]
        if latent is None or not any(run.steps.states for run in self.runs):
            return (
                "nothing has been recorded yet: connect the MODEL output of the Record node to the sampler "
                "whose LATENT you "
                "collect, and let it run"
            )
        return (
            f"no kept run of this recording gave this latent of shape {list(latent.shape)}: connect the "
            f"sampler's first LATENT output "
            'itself (not denoised_output, nor a latent changed on the way), or choose "last run"'
        )


def _same(result: Tensor, latent: Tensor) -> bool:
    if result.shape != latent.shape:
        return False
    latent = latent.detach().cpu()
    return torch.equal(result.to(latent.dtype).nan_to_num(), latent.nan_to_num())


def _stack_where_asked(kept: list[Tensor | None], like: Tensor) -> Tensor | None:
    if all(tensor is None for tensor in kept):
        return None
    return torch.stack([torch.zeros_like(like) if tensor is None else tensor for tensor in kept])


def _not_numbers(trajectory: Trajectory) -> tuple[str, ...]:
    bad = [i for i in range(trajectory.guesses) if not torch.isfinite(trajectory.x0[i]).all()]
    if not bad:
        return ()
    return (
        f"The model gave values that are not numbers (NaN or infinite) from step {bad[0]} on: there is no "
        f"picture of those.",
    )
