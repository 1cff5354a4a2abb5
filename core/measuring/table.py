"""Measures as tables: one to read, its columns parted by tabs, and one of every number, as CSV."""

import csv
import io
from collections.abc import Iterator

from .columns import columns_of
from .measures import Measures, RunMeasures
from .words import parting_words, reference_label, sentences

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell of text that begins so is run as a formula by a spreadsheet."""
SHOWN = (
    "sigma",
    "snr_db",
    "model_calls",
    "latent_r2_{}",
    "pixel_r2_whole",
    "pull_whole",
    "along_whole",
    "across_whole",
    "cosine",
    "saturation",
    "clipped",
    "psnr_db",
    "ssim",
    "seconds",
    "seconds_left",
)


def measures_text(measures: Measures) -> str:
    """What was found in sentences, a line a run, and for a run alone a line a state."""
    lines = ["\t".join(line) for line in (_head(measures), *(_line(measures, run) for run in measures.runs))]
    states = _states(measures, measures.runs[0]) if len(measures.runs) == 1 else ()
    return "\n".join((*_title(measures), "", *lines, *states))


def measures_csv(measures: Measures) -> str:
    """A line for each state of each run, every column in full; a number that is not known is left empty (RFC 4180)."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    for index, run in enumerate(measures.runs):
        columns = columns_of(measures, run)
        if index == 0:
            writer.writerow(["run", "label", "state", *columns])
        for state, numbers in enumerate(zip(*columns.values(), strict=True)):
            writer.writerow([index, _plain(run.label), state, *("" if n is None else f"{n:.7g}" for n in numbers)])
    return stream.getvalue()


def _title(measures: Measures) -> Iterator[str]:
    yield " \u00b7 ".join(word for word in ("Measures", measures.title, measures.model) if word)
    yield "Bands: " + ", ".join(f"{band.name} {band.words}" for band in measures.wanted.bands) + "."
    yield from sentences(measures, measures.runs)


def _head(measures: Measures) -> list[str]:
    parts = measures.wanted.parts
    settled = [f"{part} settled at step" for part in parts] if measures.kind != "forward" else []
    regions = ["regions settled at step, first / median / last"] if measures.kind != "forward" else []
    converged = ["converged at step"] if measures.kind != "forward" else []
    parted = [f"parted from {reference_label(measures)}"] if len(measures.runs) > 1 else []
    return [
        "run",
        "steps",
        "model calls",
        "seconds",
        *settled,
        *regions,
        *converged,
        "saturation at the end",
        "clipped at the end",
        *parted,
    ]


def _line(measures: Measures, run: RunMeasures) -> list[str]:
    forward = measures.kind == "forward"
    settled = [] if forward else [_whole(run.commit.get(part)) for part in measures.wanted.parts]
    regions = [] if forward else [_regions(run), _whole(run.converged)]
    parted = [parting_words(run.parting)] if len(measures.runs) > 1 else []
    ends = [_short(_end(run.saturation)), _short(_end(run.clipped))]
    return [run.label, str(run.steps), _sum(run.calls), _sum(run.seconds), *settled, *regions, *ends, *parted]


def _states(measures: Measures, run: RunMeasures) -> Iterator[str]:
    columns = columns_of(measures, run)
    names = [name.format(part) for name in SHOWN for part in (measures.wanted.parts if "{}" in name else [""])]
    kept = [name for name in names if any(n is not None for n in columns[name])]
    yield ""
    yield "\t".join(("state", *(name.replace("_", " ") for name in kept)))
    for state in range(run.steps + 1):
        yield "\t".join((str(state), *(_cell(name, columns[name][state]) for name in kept)))


def _cell(name: str, number: float | None) -> str:
    return f"{number:.4f}" if "_r2_" in name and number is not None else _short(number)


def _regions(run: RunMeasures) -> str:
    if run.commit_map is None:
        return "-"
    steps = run.commit_map.flatten()
    return f"{int(steps.min())} / {int(steps.median())} / {int(steps.max())}"


def _sum(numbers: tuple[float | None, ...]) -> str:
    known = [n for n in numbers if n is not None]
    return _short(sum(known)) if known else "-"


def _end(numbers: tuple[float | None, ...]) -> float | None:
    return next((n for n in reversed(numbers) if n is not None), None)


def _whole(number: int | None) -> str:
    return "-" if number is None else str(number)


def _short(number: float | None) -> str:
    return "-" if number is None else f"{number:.4g}"


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
