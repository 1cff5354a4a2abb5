"""One item's way through one run: every state, every guess, and the notes about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from torch import Tensor

from ..fingerprint import fingerprint
from ..parameterization import Parameterization, unit_variance_scale
from ..tensors import bytes_of, rms_between
from .attention import AttentionMaps
from .mark import Mark, kept_marks
from .origin import Origin
from .settings import Settings as Settings
from .stage import Stage, check_stages, sized

LARGEST_SIGMA = 1e9
"""No model's noise is wider, and a square of it is still a number in 32 bits."""

LARGEST_SEED = 2**64 - 1
"""As in ComfyUI; the smallest is 0."""


DIMENSIONS = (4, 5)
"""Of the states of a picture, [state, channel, height, width], and of a video, with its frames. What has one axis is a
picture of one row.
"""


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

    A trajectory of forward noising runs the other way, from the picture (state 0, sigma 0) to the noise: its guesses
    are one a state, or none when no model was asked.

    guidance_scales  the scale behind each guess, None where the sampler did not tell; empty when it never does
    guided_by        what else had a hand in the guided guess: names of other packs' functions
    regenerated      like x: where a sampler arrives that starts from each state; None when none did
    noise            fingerprint of the noise at unit variance that was handed to the sampler; empty when unknown
    place            one index for each axis of the deck; empty in a deck without axes
    seconds          time its sampling took, its share where several were sampled at once; None when unknown
    step_seconds     the same of each step, from a state to the next, None where not known; empty where nobody looked
    at_once          how many were sampled in the same batch
    attention        where the model looked for chosen words at each guess; None where that was not recorded
    origin           programs, machine, model and inputs behind it; None where that was not kept
    repeated         steps at which a call of the model gave the very answer of the call before, though x had changed
    marks            what was found at its steps; not kept in files, as it can be found again
    source           [channel, ...] the latent that noise was added to; None for an empty one, and where it was not kept
    stages           of a way that several samplers made: who made which part; empty for one sampler's
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
    guidance_scales: tuple[float | None, ...] = ()
    guided_by: tuple[str, ...] = ()
    regenerated: Tensor | None = None
    noise: str = ""
    place: tuple[int, ...] = ()
    seconds: float | None = None
    step_seconds: tuple[float | None, ...] = ()
    at_once: int = 1
    attention: AttentionMaps | None = None
    origin: Origin | None = None
    repeated: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    source: Tensor | None = None
    stages: tuple[Stage, ...] = ()

    def __post_init__(self):
        _check(
            self.x.ndim in DIMENSIONS,
            f"states must be [state, channel, (frame,) height, width], got {list(self.x.shape)}",
        )
        _check(self.states >= 1, "a trajectory needs at least one state")
        _check(self.x.numel() > 0, f"states need at least one number, got {list(self.x.shape)}")
        _check(
            self.guesses in (0, self.states - 1, self.states), f"{self.guesses} guesses do not fit {self.states} states"
        )
        _check(
            self.x0.shape[1:] == self.x.shape[1:],
            f"guesses {list(self.x0.shape)} do not fit states {list(self.x.shape)}",
        )
        _check(
            tuple(self.sigmas.shape) == (self.states,),
            f"{list(self.sigmas.shape)} sigmas do not fit {self.states} states",
        )
        _check(
            all(0 <= sigma <= LARGEST_SIGMA for sigma in self.sigmas.tolist()),
            f"sigmas must be numbers from 0 to {LARGEST_SIGMA:g}, got {float(self.sigmas.min())} to"
            f" {float(self.sigmas.max())}",
        )
        _check(len(self.model_calls) == self.guesses, "model_calls needs one number a guess")
        for name in ("cond", "uncond"):
            kept = getattr(self, name)
            _check(kept is None or kept.shape == self.x0.shape, f"{name} does not fit the guesses")
        _check(len(self.asked) == self.guesses, "asked needs two flags a guess")
        _check(
            len(self.guidance_scales) in (0, self.guesses), "guidance_scales needs one scale a guess, or none at all"
        )
        _check(len(self.step_seconds) in (0, self.guesses), "step_seconds needs one time a guess, or none at all")
        _check(
            self.regenerated is None or self.regenerated.shape == self.x.shape, "regenerated does not fit the states"
        )
        _check(self.at_once >= 1, f"at_once must be 1 or more, got {self.at_once}")
        _check(
            self.attention is None or self.attention.guesses == self.guesses, "attention needs one map a guess and word"
        )
        _check(self.source is None or self.source.shape == self.x.shape[1:], "source does not fit the states")
        if self.stages:
            check_stages(self.stages, self.states, self.x.ndim - 2)

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
        kept = (self.x, self.x0, self.cond, self.uncond, self.regenerated, self.source)
        looked = 0 if self.attention is None else self.attention.bytes
        return bytes_of(kept) + looked

    @property
    def finished(self) -> bool:
        """Whether the last state is a finished latent (sigma 0), its own guess."""
        return self.complete and float(self.sigmas[-1]) == 0.0

    @property
    def rises(self) -> bool:
        """Whether the noise levels go up from the first state to the last: a run that turns a picture into noise."""
        return float(self.sigmas[-1]) > float(self.sigmas[0])

    def thin(self, states: list[int], *, end: bool = False) -> "Trajectory":
        """Only the given states, in order, with their guesses; the last one without, where it is to be an `end`."""
        guesses = [state for state in states[: len(states) - end] if state < self.guesses]
        return replace(
            self,
            x=self.x[states],
            x0=self.x0[guesses],
            sigmas=self.sigmas[states],
            cond=None if self.cond is None else self.cond[guesses],
            uncond=None if self.uncond is None else self.uncond[guesses],
            asked=tuple(self.asked[i] for i in guesses),
            model_calls=tuple(self.model_calls[i] for i in guesses),
            guidance_scales=tuple(self.guidance_scales[i] for i in guesses) if self.guidance_scales else (),
            step_seconds=tuple(self.step_seconds[i] for i in guesses) if self.step_seconds else (),
            regenerated=None if self.regenerated is None else self.regenerated[states],
            attention=None if self.attention is None else self.attention.thin(guesses),
            repeated=tuple(states.index(step) for step in self.repeated if step in states),
            marks=kept_marks(self.marks, states),
            stages=self._stages_at(states),
        )

    def _stages_at(self, states: list[int]) -> tuple[Stage, ...]:
        begins = [*(sum(state < stage.start for state in states) for stage in self.stages), len(states)]
        parts = zip(self.stages, begins[:-1], begins[1:], strict=True)
        return tuple(replace(stage, start=begin) for stage, begin, end in parts if begin < end)

    def stage_of(self, state: int) -> Stage | None:
        """The part that a state belongs to; None where one sampler made them all."""
        return next((stage for stage in reversed(self.stages) if stage.start <= state), None)

    def at_own_size(self, latent: Tensor, state: int) -> Tensor:
        """A latent of this state, [channel, ...], as large as its sampler held it."""
        stage = self.stage_of(state)
        return latent if stage is None else sized(latent[None], stage.size)[0]

    def unbroken(self, state: int) -> tuple[int, int]:
        """The first and the last state of those round this one between which no noise was added, nor anything else."""
        breaks = [stage.start for stage in self.stages if not stage.goes_on]
        first = max((at for at in breaks if at <= state), default=0)
        return first, min((at for at in breaks if at > state), default=self.states) - 1

    def at_unit_variance(self, state: int, parameterization: Parameterization, sigma_data: float) -> Tensor:
        """x of one state at the spread of a finished latent; [channel, ...]."""
        scale = unit_variance_scale(self.sigmas[state], parameterization, sigma_data)
        return self.x[state] * scale.to(self.x.dtype)

    def error_of_guesses(self) -> tuple[float, ...]:
        """Root mean square distance of each guess to the picture that was noised: state 0 of a forward trajectory."""
        return tuple(rms_between(guess, self.x[0]) for guess in self.x0)

    def noise_fingerprint(self) -> str:
        """Eight hex digits of the noise the sampler was handed; of the first state where that is not known."""
        return self.noise or fingerprint(self.x[0])

    def change_per_step(self) -> tuple[float | None, ...]:
        """Root mean square distance of each guess to the one before it, in the latents' unit; None for the first."""
        moves = (rms_between(after, before) for after, before in zip(self.x0[1:], self.x0[:-1], strict=True))
        return (None, *moves)[: self.guesses]


def in_rows(latents: Tensor) -> Tensor:
    """[item, channel, ...] as decks hold it: a latent of one axis becomes one row."""
    return latents.unsqueeze(2) if latents.ndim == 3 else latents


def check_latents(shape: Sequence[int]) -> None:
    """Before a run: raises ValueError where no trajectory could hold latents of this shape, [item, channel, ...]."""
    if len(shape) not in (3, *DIMENSIONS):
        raise ValueError(
            f"latents of shape {list(shape)} have {len(shape) - 2} axes beside item and channel, and a deck holds 1"
            " (sound), 2 (pictures) or 3 (video)"
        )


def _check(truth: bool, sentence: str) -> None:
    if not truth:
        raise ValueError(sentence)
