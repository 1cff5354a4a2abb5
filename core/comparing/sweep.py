"""A sweep: the settings that can be an axis, and the grid of cells that one or two of them make."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from ..recording.deck import Axis
from ..recording.trajectory import LARGEST_SEED
from ..value_list import parse_names, parse_numbers, parse_whole_numbers, spell
from .cells import Cell, Finished

CELLS_LIMIT = 256
"""Cells of one sweep; a 16 × 16 grid is the most that a screen shows."""
STEPS_LIMIT = 10_000
GUIDANCE_LIMIT = 100
ONE_CALL_A_STEP = "euler"
TIMED_STEPS = 2
"""How many steps are timed when a sweep is too large."""

SAMPLERS, SCHEDULERS = "samplers", "schedulers"
Names = Mapping[str, Sequence[str]]
"""The names installed here: of samplers, and of schedulers."""
Value = Fraction | int | str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting that can be an axis.

    input    id of the text in which its values are typed, `default` what stands there, `help` its tooltip
    field    the field of Cell that it sets
    label    how a cell is called by its value
    read     from the typed text and the installed names to the values
    """

    name: str
    input: str
    default: str
    help: str
    field: str
    label: str
    read: Callable[[str, Names], tuple[Value, ...]]


def _guidance(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_numbers(text, "guidance values"), "guidance values", 0, GUIDANCE_LIMIT)


def _steps(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_whole_numbers(text, "step counts"), "step counts", 1, STEPS_LIMIT)


def _names(kind: str, text: str, names: Names) -> tuple[Value, ...]:
    return parse_names(text, kind, names[kind])


def _strengths(text: str, names: Names) -> tuple[Value, ...]:
    values = parse_numbers(text, "img2img strengths")
    if bad := [value for value in values if not 0 < value <= 1]:
        raise ValueError(f"img2img strengths must be above 0 and at most 1, got {spell(bad[0])}")
    return values


def _seeds(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_whole_numbers(text, "seeds"), "seeds", 0, LARGEST_SEED)


def _switch_steps(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_whole_numbers(text, "switch steps"), "switch steps", 0, STEPS_LIMIT)


def _within(values: tuple, what: str, low: int, high: int) -> tuple:
    if bad := [value for value in values if not low <= value <= high]:
        raise ValueError(f"{what} must be {low}..{high}, got {spell(bad[0])}")
    return values


_SETTINGS = (
    Setting(
        name="guidance",
        input="guidance_values",
        default="1, 2, 4, 7, 12, 20",
        help="Guidance (cfg) of each cell, as a list or a range: 1, 4, 7.5 or 2..12 x 5.",
        field="cfg",
        label="guidance {}",
        read=_guidance,
    ),
    Setting(
        name="steps",
        input="step_counts",
        default="2, 4, 8, 16",
        help="How many steps each cell takes: 2, 4, 8 or 4..20 x 5.",
        field="steps",
        label="{} steps",
        read=_steps,
    ),
    Setting(
        name="sampler",
        input="sampler_names",
        default="euler, dpmpp_2m, heun, euler_ancestral",
        help="Samplers by the names of the list above, with commas between them.",
        field="sampler_name",
        label="{}",
        read=partial(_names, SAMPLERS),
    ),
    Setting(
        name="scheduler",
        input="scheduler_names",
        default="normal, karras, exponential, simple",
        help="Schedulers by the names of the list above, with commas between them.",
        field="scheduler",
        label="{}",
        read=partial(_names, SCHEDULERS),
    ),
    Setting(
        name="img2img strength",
        input="strengths",
        default="0.2..1 x 5",
        help="How much of latent_image is noised away (denoise), above 0 and up to 1: 0.2..1 x 5.",
        field="denoise",
        label="strength {}",
        read=_strengths,
    ),
    Setting(
        name="seed",
        input="seeds",
        default="1..4",
        help="Seeds of the starting noise: 1..4 or 7, 42.",
        field="seed",
        label="seed {}",
        read=_seeds,
    ),
    Setting(
        name="prompt switch",
        input="switch_steps",
        default="0, 2, 4, 8, 12, 20",
        help="From this step on the model is asked with positive_after instead of positive: 0 is from the start on.",
        field="switch_at",
        label="switch at {}",
        read=_switch_steps,
    ),
)

SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _SETTINGS}
NO_AXIS = "none"
PROMPT_SWITCH = "prompt switch"
EMBEDDED_GUIDANCE = replace(
    SETTINGS["guidance"],
    name="embedded guidance",
    field="embedded_guidance",
    label="embedded guidance {}",
)
"""What the guidance axis becomes for models that were trained to take guidance as an input, such as Flux."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A setting with the values it takes along one axis."""

    setting: Setting
    values: tuple[Value, ...]

    @property
    def axis(self) -> Axis:
        return Axis(name=self.setting.name, values=tuple(map(spell, self.values)))

    def label(self, index: int) -> str:
        return self.setting.label.format(spell(self.values[index]))

    def change(self, index: int) -> dict:
        value = self.values[index]
        return {self.setting.field: float(value) if isinstance(value, Fraction) else value}


def choose(name: str | None, text: str, names: Names, *, embedded: bool = False) -> Chosen:
    """An axis as it was typed. `embedded`: guidance is an input of this model. Raises ValueError, one sentence."""
    if name not in SETTINGS:
        raise ValueError(f"choose what the axis changes: {', '.join(SETTINGS)}; got {name!r}")
    setting = SETTINGS[name]
    values = setting.read(text, names)
    return Chosen(setting=EMBEDDED_GUIDANCE if embedded and name == "guidance" else setting, values=values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Cells that differ from `base` along one axis or two: the first runs across, the second down."""

    base: Cell
    chosen: tuple[Chosen, ...]

    def __post_init__(self):
        names = [axis.setting.name for axis in self.chosen]
        if len(set(names)) < len(names):
            raise ValueError(f"both axes are {names[0]!r}: choose another second axis, or {NO_AXIS!r}")

    @property
    def axes(self) -> tuple[Axis, ...]:
        return tuple(chosen.axis for chosen in self.chosen)

    @property
    def count(self) -> int:
        return math.prod(len(axis.values) for axis in self.chosen)

    @property
    def steps(self) -> int:
        """Steps of all cells together: model calls, for a sampler that asks once a step."""
        counts = next((axis.values for axis in self.chosen if axis.setting.field == "steps"), (self.base.steps,))
        return sum(map(int, counts)) * self.count // len(counts)

    def cells(self) -> list[Cell]:
        """Row by row. Raises ValueError for a cell that cannot be, such as a switch beyond its last step."""
        return [self._cell(place) for place in self._places()]

    def check_cells(self) -> None:
        """Raises ValueError for a cell that cannot be. A grid that is too large is left to `check_size`."""
        if self.count <= CELLS_LIMIT:
            self.cells()

    def check_size(self, sample: Callable[[list[Cell]], Iterable[Finished]]) -> None:
        """Raises ValueError for too many cells. Only then a short run is sampled, to say how long they would take."""
        if self.count > CELLS_LIMIT:
            duration = in_words(self.steps * _seconds_per_call(sample, self.base))
            raise ValueError(
                f"this grid has {self.count:,} cells and at least {self.steps:,} model calls, about {duration} here: "
                f"a sweep takes at most {CELLS_LIMIT} cells, so name fewer values"
            )

    def _places(self) -> list[tuple[int, ...]]:
        across, *down = (range(len(axis.values)) for axis in self.chosen)
        return [(i, j) for j in down[0] for i in across] if down else [(i,) for i in across]

    def _cell(self, place: tuple[int, ...]) -> Cell:
        changes: dict = {}
        for axis, index in zip(self.chosen, place, strict=True):
            changes |= axis.change(index)
        label = " · ".join(axis.label(index) for axis, index in zip(self.chosen, place, strict=True))
        return replace(self.base, place=place, label=label, **changes)


def _seconds_per_call(sample: Callable[[list[Cell]], Iterable[Finished]], base: Cell) -> float:
    """A short run is sampled twice, and the second time counts: the first may have to load the model."""
    short = replace(base, label="a short run", place=(), steps=TIMED_STEPS, sampler_name=ONE_CALL_A_STEP)
    for _ in range(2):
        began = time.perf_counter()
        (finished,) = sample([short])
        took = time.perf_counter() - began
    return took / max(1, sum(finished.trajectories[0].model_calls))


def in_words(seconds: float) -> str:
    """A duration as people say it: a second, 40 seconds, 12 minutes, 3 hours, 5 days."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)):
        if round(seconds / size) >= 2:
            return f"{round(seconds / size):,} {unit}"
    return "a second"
