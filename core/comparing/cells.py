"""The cells of a sweep or a walk: what each one asks for, which may run as one batch, and the deck they end up in."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor

from ..recording.deck import Axis, Deck
from ..recording.model_facts import ModelFacts
from ..recording.trajectory import Trajectory

FLOAT32_BYTES = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """One run that is asked for: what a KSampler would be given, and its place on the deck's axes.

    noise              [1, channel, ...] to start from, as a LATENT has it; None for what the KSampler draws for `seed`
    step_seed          seed of the noise that a sampler adds on its way; None for `seed`
    switch_at          from this step (0..steps) on the model is asked with the other prompt; None for never
    embedded_guidance  the guidance value that models such as Flux read from their conditioning; None leaves it alone
    model              which of several models, by the name it goes by in this sweep; None for the only one
    lora_strength      how strongly the sweep's LoRA changes it; None for not at all
    words              what stands in the prompt in the place of those that are looked for; None for the prompt as it is
    control_strength   of the last ControlNet in the prompts; None leaves it alone
    clip_skip          the layer of the text encoder, from the last, 1; None for the prompts as they are
    """

    label: str
    place: tuple[int, ...]
    seed: int
    steps: int
    cfg: float
    sampler_name: str
    scheduler: str
    denoise: float = 1.0
    noise: Tensor | None = None
    step_seed: int | None = None
    switch_at: int | None = None
    embedded_guidance: float | None = None
    model: str | None = None
    lora_strength: float | None = None
    words: str | None = None
    control_strength: float | None = None
    clip_skip: int | None = None

    def __post_init__(self):
        if self.steps < 1:
            raise ValueError(f"{self.label}: a run needs at least 1 step, got {self.steps}")
        if not 0 < self.denoise <= 1:
            raise ValueError(f"{self.label}: denoise must be above 0 and at most 1, got {self.denoise:g}")
        if self.switch_at is not None and not 0 <= self.switch_at <= self.steps:
            raise ValueError(
                f"{self.label}: the prompt can switch at step 0..{self.steps} of this run, got {self.switch_at}"
            )
        if self.noise is not None and self.noise.shape[0] != 1:
            raise ValueError(f"{self.label}: the noise of a cell holds one item, got {self.noise.shape[0]}")

    @property
    def noise_seed(self) -> int:
        """The seed of the noise that the sampler adds at its steps."""
        return self.seed if self.step_seed is None else self.step_seed

    @property
    def switches(self) -> bool:
        """Whether both prompts are asked; a switch at step 0 or after the last step is a run with one of them."""
        return self.switch_at is not None and 0 < self.switch_at < self.steps

    @property
    def guided(self) -> bool:
        """Whether the model is asked without the prompt too: ComfyUI leaves that out at guidance 1."""
        return not math.isclose(self.cfg, 1.0)

    @property
    def variant(self) -> tuple[str | float | None, ...]:
        """What it is asked of: equal for cells that share their MODEL and their prompts."""
        return (self.model, self.lora_strength, self.words, self.control_strength, self.clip_skip)

    @property
    def likeness(self) -> Hashable:
        """Equal for cells that one sampler run can take together; their seeds and guidance may differ."""
        schedule = (self.sampler_name, self.scheduler, self.steps, self.denoise)
        return (*schedule, self.embedded_guidance, self.guided, self.switch_at == 0, self.variant)


@dataclass(frozen=True, kw_only=True, eq=False)
class Finished:
    """Cells that have just been sampled together.

    indices  which cells of the list these are, one for each trajectory
    latents  [cell, channel, ...] as LATENT samples, in the VAE's space
    """

    indices: tuple[int, ...]
    trajectories: tuple[Trajectory, ...]
    latents: Tensor
    facts: ModelFacts


def deck_of(
    trajectories: Iterable[Trajectory], facts: ModelFacts, *, kind: str, axes: tuple[Axis, ...], title: str = ""
) -> Deck:
    """The finished cells side by side, row by row: the first axis runs across, the second down."""
    return Deck(
        trajectories=tuple(sorted(trajectories, key=lambda t: t.place[::-1])),
        model=facts.name,
        parameterization=facts.parameterization,
        space=facts.space,
        sigma_data=facts.sigma_data,
        title=title,
        varies=" × ".join(axis.name for axis in axes) or None,
        kind=kind,
        axes=axes,
    )


def batches(cells: Sequence[Cell], *, alone: Callable[[Cell], bool]) -> list[tuple[int, ...]]:
    """Indices of the cells that may be sampled together, in the order of each batch's first cell."""
    together: dict[Hashable, list[int]] = {}
    for index, cell in enumerate(cells):
        key = index if cell.switches or alone(cell) else cell.likeness
        together.setdefault(key, []).append(index)
    return [tuple(indices) for indices in together.values()]


def even_parts(indices: tuple[int, ...], at_most: int) -> list[tuple[int, ...]]:
    """As few parts as hold at most `at_most` each, their sizes no more than one apart."""
    count = math.ceil(len(indices) / at_most)
    ends = [len(indices) * part // count for part in range(count + 1)]
    return [indices[start:end] for start, end in zip(ends[:-1], ends[1:], strict=True)]


def bytes_kept(cells: Iterable[Cell], numel: int, *, keep_guidance: bool) -> int:
    """Memory that the trajectories of the cells will take, for latents of `numel` float32 numbers."""
    return sum(_tensors_kept(cell, keep_guidance) for cell in cells) * numel * FLOAT32_BYTES


def _tensors_kept(cell: Cell, keep_guidance: bool) -> int:
    """x at every state, x0 and the predictions at every guess, and the LATENT."""
    predictions = (2 if cell.guided else 1) if keep_guidance else 0
    return (cell.steps + 1) + cell.steps * (1 + predictions) + 1
