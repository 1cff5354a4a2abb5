"""One item's way through one run: every state, every guess, and what was said about them."""

import hashlib
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from .parameterization import unit_variance_scale


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a run was made, as far as it is known; None where it is not."""

    seed: int | None = None
    sampler: str | None = None
    scheduler: str | None = None
    guidance: float | None = None
    prompt: str | None = None
    negative: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectory:
    """States and guesses of one item, in the model's latent space, on the CPU.

    x           [state, channel, (frame,) height, width]; state 0 is the starting noise, the last the final latent
    x0          [guess, channel, ...]: guess i belongs to state i; a finished run has one guess fewer than states
    sigmas      [state], float64
    cond        like x0, or None when there is none; rows that were not evaluated are zero and marked in `asked`
    uncond      like cond
    asked       whether cond and uncond were evaluated for guess i: two flags a guess
    no_guidance why cond or uncond is missing as a whole, one sentence; empty when both are there
    model_calls calls of the model spent from state i to state i + 1
    remaining   sigmas that an unfinished run still had before it, the last state's own left out
    complete    False for a run that was interrupted or that outgrew its memory
    notes       what a reader must know, one plain sentence each
    """

    x: Tensor
    x0: Tensor
    sigmas: Tensor
    label: str
    settings: Settings = field(default_factory=Settings)
    cond: Tensor | None = None
    uncond: Tensor | None = None
    asked: tuple[tuple[bool, bool], ...] = ()
    no_guidance: str = ""
    model_calls: tuple[int, ...] = ()
    remaining: tuple[float, ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        _check(
            self.x.ndim in (4, 5), f"states must be [state, channel, (frame,) height, width], got {list(self.x.shape)}"
        )
        _check(self.states >= 1, "a trajectory needs at least one state")
        _check(
            self.guesses in (self.states, self.states - 1), f"{self.guesses} guesses do not fit {self.states} states"
        )
        _check(
            self.x0.shape[1:] == self.x.shape[1:],
            f"guesses {list(self.x0.shape)} do not fit states {list(self.x.shape)}",
        )
        _check(
            tuple(self.sigmas.shape) == (self.states,),
            f"{list(self.sigmas.shape)} sigmas do not fit {self.states} states",
        )
        _check(len(self.model_calls) == self.guesses, "model_calls needs one number a guess")
        for name in ("cond", "uncond"):
            kept = getattr(self, name)
            _check(kept is None or kept.shape == self.x0.shape, f"{name} does not fit the guesses")
        _check(len(self.asked) == self.guesses, "asked needs two flags a guess")

    @property
    def states(self) -> int:
        return self.x.shape[0]

    @property
    def guesses(self) -> int:
        return self.x0.shape[0]

    @property
    def steps(self) -> int:
        return self.states - 1

    @property
    def frames(self) -> int:
        """Frames of a video latent; 1 for a picture."""
        return self.x.shape[2] if self.x.ndim == 5 else 1

    @property
    def bytes(self) -> int:
        kept = (self.x, self.x0, self.cond, self.uncond)
        return sum(t.numel() * t.element_size() for t in kept if t is not None)

    @property
    def finished(self) -> bool:
        """Whether the last state is a finished latent (sigma 0), its own guess."""
        return self.complete and float(self.sigmas[-1]) == 0.0

    def thin(self, states: list[int]) -> "Trajectory":
        """Only the given states, in order, with their guesses."""
        guesses = [state for state in states if state < self.guesses]
        return replace(
            self,
            x=self.x[states],
            x0=self.x0[guesses],
            sigmas=self.sigmas[states],
            cond=None if self.cond is None else self.cond[guesses],
            uncond=None if self.uncond is None else self.uncond[guesses],
            asked=tuple(self.asked[i] for i in guesses),
            model_calls=tuple(self.model_calls[i] for i in guesses),
        )

    def at_unit_variance(self, state: int, parameterization: str, sigma_data: float) -> Tensor:
        """x of one state at the spread of a finished latent; [channel, ...]."""
        scale = unit_variance_scale(self.sigmas[state], parameterization, sigma_data)
        return self.x[state] * scale.to(self.x.dtype)

    def noise_fingerprint(self) -> str:
        """Eight hex digits of the starting noise: equal exactly when the noise is."""
        first = self.x[0].detach().contiguous().cpu()
        return hashlib.sha256(first.view(torch.uint8).numpy().tobytes()).hexdigest()[:8]

    def change_per_step(self) -> tuple[float | None, ...]:
        """Root mean square distance of each guess to the one before it; None for the first. Same unit as the latents.
        Root mean square distance of each guess to the one before it; None for the first. Same unit as the latents.
        """
        moves = (self.x0[1:].double() - self.x0[:-1].double()).flatten(1).square().mean(1).sqrt()
        return (None, *moves.tolist())[: self.guesses]


def _check(truth: bool, sentence: str) -> None:
    if not truth:
        raise ValueError(sentence)
