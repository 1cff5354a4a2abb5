"""A rank sweep in numbers: a chart over the rank, and a table."""

from collections.abc import Iterator, Sequence

from ..drawing.chart import Across, Chart, Mark, Panel, Series
from ..filled_sentence import filled
from .lora import Lora
from .rank_measures import Measured
from .rank_sweep import FULL, KEPT, NONE, left_out_in_words
from .words import bytes_in_words, ranks_in_words

ENERGY = Panel(title="share of the update kept", symbol="energy", span=(0.0, 1.0), marks=(Mark(at=0.9, text="90%"),))
LATENT = Panel(title="distance to the full-rank picture", symbol="latent RMS")
PIXELS = Panel(title="distance to the full-rank picture", symbol="pixel RMS", unit="%")
UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
COLUMNS = (
    "rank",
    "part",
    "bytes",
    "share of the energy",
    "distance in the latent (RMS)",
    "distance in pixels (RMS, %)",
)


def rank_chart(cells: Sequence[Measured], lora: Lora, *, strength: float) -> Chart:
    """Energy, size and distances over the rank, of what is kept; distances only where they are known."""
    points = _points(cells, lora)
    size, unit = next((size, unit) for size, unit in UNITS if lora.bytes >= size or size == 1.0)
    bytes_of = [point.update.bytes for point in points.values()]
    known: dict[Panel, list[float | None]] = {
        ENERGY: [point.update.energy for point in points.values()],
        Panel(title="size of the file", symbol="size", unit=unit): [None if b is None else b / size for b in bytes_of],
        LATENT: [point.latent for point in points.values()],
        PIXELS: [None if point.pixels is None else 100 * point.pixels for point in points.values()],
    }
    rows = {panel: tuple(values) for panel, values in known.items() if any(value is not None for value in values)}
    return Chart(
        title="Rank sweep",
        subtitle=f"{lora.name}, {ranks_in_words(lora.layers)}, {bytes_in_words(lora.bytes)}, strength {strength:g}",
        across=Across(title="rank", point="rank"),
        panels=tuple(rows),
        series=(Series(label=KEPT, across=tuple(map(float, points)), values=tuple(rows.values())),),
        notes=tuple(_notes(LATENT in rows)),
    )


def _points(cells: Sequence[Measured], lora: Lora) -> dict[int, Measured]:
    """What is kept, by rank, lowest first; a rank at which nothing is cut stands at the highest that a layer has."""
    kept = [cell for cell in cells if cell.update.dose.times is None]
    ranks = (cell.update.dose.rank for cell in kept)
    at = {
        lora.rank if rank is None or cell.update.whole else rank: cell for rank, cell in zip(ranks, kept, strict=True)
    }
    return {rank: at[rank] for rank in sorted(at)}


def _notes(measured: bool) -> Iterator[str]:
    yield filled(
        "Energy is the sum of the squared singular values over all layers of the diffusion model; size counts the"
        " tensors of the whole file."
    )
    if measured:
        yield filled(
            "Distances are root mean squares over all numbers of the finished latent, or of its decoded picture."
        )
    else:
        yield filled("Distances are to the picture at full rank: name {1} among the ranks to measure them.", FULL)


def rank_table(cells: Sequence[Measured]) -> str:
    """A line a cell, columns parted by tabs."""
    return "\n".join("\t".join(line) for line in (COLUMNS, *map(_line, cells)))


def _line(cell: Measured) -> tuple[str, ...]:
    rank, times = cell.update.dose.rank, cell.update.dose.times
    return (
        FULL if rank is None else str(rank or NONE),
        KEPT if times is None else left_out_in_words(times),
        "" if cell.update.bytes is None else str(cell.update.bytes),
        f"{cell.update.energy:.6f}",
        "" if cell.latent is None else f"{cell.latent:.6g}",
        "" if cell.pixels is None else f"{100 * cell.pixels:.4g}",
    )
