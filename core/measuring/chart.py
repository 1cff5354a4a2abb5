"""Measures as a chart: one run split by frequency, or several runs beside each other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..drawing.chart import MOST_CURVES, Across, Chart, Mark, Panel, Series
from ..filled_sentence import filled
from .measures import Measures, Numbers, RunMeasures, padded
from .settling import WHOLE, Settling
from .subjects import COLOURS, EVERYTHING, GUIDANCE, LIKENESS, SETTLING, SUBJECTS, TIME
from .words import sentences, visible_decibels

COLOUR_OF = {"layout": 3, "shapes": 1, "texture": 2}
"""As in the viewer, where the first colour is that of sigma."""
NEAR = 0.5
"""Distances below so many percent of the spread are drawn as 0: no eye sees them, and rounding would fill the axis."""


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One panel: its subject, and what it reads of a run's part, one number a state; empty for parts it has not."""

    subject: str
    panel: Panel
    read: Callable[[RunMeasures, str], Numbers]


def measures_chart(measures: Measures, subject: str = SETTLING) -> Chart:
    """The panels of a subject that have any number, for at most 12 runs. Raises ValueError where none has one."""
    if subject not in SUBJECTS:
        raise ValueError(f"the chart shows one of {', '.join(SUBJECTS)}, got {subject!r}")
    runs = chosen(measures.runs)
    alone = len(measures.runs) == 1
    wanted = [quantity for quantity in _quantities(measures, alone) if subject in (EVERYTHING, quantity.subject)]
    lines = measures.wanted.parts if alone else [WHOLE]
    shares = len({run.steps for run in runs}) > 1
    full = [quantity for quantity in wanted if any(_known(quantity.read(run, part)) for run in runs for part in lines)]
    series = tuple(_of_one(runs[0], full, lines) if alone else _of_several(runs, full, shares)) if full else ()
    if not series:
        raise ValueError(f"there is no number to draw of {subject}: {' '.join(sentences(measures, runs))}")
    return Chart(
        title="Measures",
        subtitle="   ·   ".join(word for word in (measures.title, measures.model) if word),
        across=Across(title="share of the run" if shares else "step", shares=shares),
        panels=tuple(quantity.panel for quantity in full),
        series=series,
        notes=tuple(_notes(measures, runs)),
    )


def chosen(runs: Sequence[RunMeasures]) -> list[RunMeasures]:
    """At most MOST_CURVES of them, evenly spaced, the first and the last among them."""
    if len(runs) <= MOST_CURVES:
        return list(runs)
    return [runs[round(i * (len(runs) - 1) / (MOST_CURVES - 1))] for i in range(MOST_CURVES)]


def _quantities(measures: Measures, alone: bool) -> Iterator[Quantity]:
    forward = measures.kind == "forward"
    title = "distance to the picture, % of its spread" if forward else "distance to the final latent, % of its spread"
    for part in [None] if alone else measures.wanted.parts:
        panel = Panel(title=title, symbol=part or "latent")
        yield Quantity(subject=SETTLING, panel=_in_percent(measures, panel), read=_distance("latent", part))
    panel = Panel(title="the same of the pictures, % of their spread", symbol="pixels")
    yield Quantity(subject=SETTLING, panel=_in_percent(measures, panel), read=_distance("pixels", None))
    panel = Panel(title="size of the guidance difference", symbol="|cond \u2212 uncond|", plain="|cond - uncond|")
    yield Quantity(subject=GUIDANCE, panel=panel, read=_sizes("pull", measures.wanted.parts))
    panel = Panel(title="part of it along the guess: makes the guess wider", symbol="along")
    yield Quantity(subject=GUIDANCE, panel=panel, read=_sizes("along", measures.wanted.parts))
    panel = Panel(title="part of it across the guess: changes what it shows", symbol="across")
    yield Quantity(subject=GUIDANCE, panel=panel, read=_sizes("across", measures.wanted.parts))
    panel = Panel(title="angle between the two directions", symbol="cosine")
    yield Quantity(subject=GUIDANCE, panel=panel, read=_only_whole("cosine"))
    panel = Panel(title="saturation of the guess's picture", symbol="S", span=(0.0, 1.0))
    yield Quantity(subject=COLOURS, panel=panel, read=_only_whole("saturation"))
    panel = Panel(title="colours beyond black and white, share of all", symbol="clipped")
    yield Quantity(subject=COLOURS, panel=panel, read=_only_whole("clipped"))
    panel = Panel(title="picture against noise", symbol="SNR", unit="dB", marks=(Mark(at=0.0, text="equally strong"),))
    yield Quantity(subject=COLOURS, panel=panel, read=_only_whole("snr_db"))
    yield from _of_likeness(forward)
    panel = Panel(title="time of each step", symbol="time", unit="s")
    yield Quantity(subject=TIME, panel=panel, read=_only_whole("seconds"))
    panel = Panel(title="time that is left", symbol="left", unit="s")
    yield Quantity(subject=TIME, panel=panel, read=_only_whole("left"))


def _of_likeness(forward: bool) -> Iterator[Quantity]:
    signal = "signal against the difference to the picture" if forward else "signal against the difference to the end"
    marks = () if forward else (Mark(at=visible_decibels(), text="converged"),)
    panel = Panel(title=signal, symbol="PSNR", unit="dB", marks=marks)
    yield Quantity(subject=LIKENESS, panel=panel, read=_only_whole("psnr"))
    structure = "likeness of structure to the picture" if forward else "likeness of structure to the end"
    yield Quantity(subject=LIKENESS, panel=Panel(title=structure, symbol="SSIM"), read=_only_whole("ssim"))


def _in_percent(measures: Measures, panel: Panel) -> Panel:
    """The panel of a distance; with the level below which a guess has settled, where there is a run to settle."""
    level = 100 * measures.wanted.threshold
    mark = () if measures.kind == "forward" else (Mark(at=level, text=f"{level:g} %: settled"),)
    return replace(panel, scale="log", marks=mark)


def _distance(of: str, part: str | None) -> Callable[[RunMeasures, str], Numbers]:
    """The relative distances of one part, or of the part that is asked for."""

    def read(run: RunMeasures, asked: str) -> Numbers:
        found: Settling | None = getattr(run, of)
        shares = () if found is None else found.of(part or asked)
        return tuple(0.0 if 100 * share < NEAR else 100 * share for share in shares)

    return read


def _sizes(name: str, parts: Sequence[str]) -> Callable[[RunMeasures, str], Numbers]:
    return lambda run, part: tuple(None if value is None else value[parts.index(part)] for value in getattr(run, name))


def _only_whole(name: str) -> Callable[[RunMeasures, str], Numbers]:
    return lambda run, part: getattr(run, name) if part == WHOLE else ()


def _known(values: Numbers) -> bool:
    return any(value is not None for value in values)


def _of_one(run: RunMeasures, quantities: Sequence[Quantity], parts: Sequence[str]) -> Iterator[Series]:
    for part in parts:
        rows = tuple(padded(quantity.read(run, part), run.steps + 1) for quantity in quantities)
        if any(map(_known, rows)):
            across = tuple(map(float, range(run.steps + 1)))
            yield Series(label=part, across=across, values=rows, colour=COLOUR_OF.get(part, 0), dash=int(part == WHOLE))


def _of_several(runs: Sequence[RunMeasures], quantities: Sequence[Quantity], shares: bool) -> Iterator[Series]:
    for index, run in enumerate(runs):
        length = max(1, run.steps) if shares else 1
        yield Series(
            label=_label(runs, index),
            across=tuple(state / length for state in range(run.steps + 1)),
            values=tuple(padded(quantity.read(run, WHOLE), run.steps + 1) for quantity in quantities),
            colour=index,
        )


def _label(runs: Sequence[RunMeasures], index: int) -> str:
    """Two of one name are told apart by their number."""
    label = runs[index].label
    return f"{label} ({index})" if [run.label for run in runs].count(label) > 1 else label


def _notes(measures: Measures, runs: Sequence[RunMeasures]) -> Iterator[str]:
    if len(runs) < len(measures.runs):
        yield filled("{1} of {2} runs are drawn, evenly chosen; the table has all.", len(runs), len(measures.runs))
    yield from sentences(measures, runs)
