"""The spectrum of a LoRA as a chart: what each rank keeps, and how the singular values fall, block by block."""

from collections.abc import Iterator

from torch import Tensor

from ..drawing.chart import MOST_CURVES, Across, Chart, Mark, Panel, Series
from ..filled_sentence import filled
from .blocks import together
from .low_rank import ROUNDING
from .spectrum import LayerSpectrum, LoraSpectrum, energy_by_rank, typical_values
from .words import bytes_in_words, ranks_in_words

MOST_BLOCKS = MOST_CURVES - 1
"""As many as the U-Net of SDXL has; the line of all layers takes the last colour."""
MOST_POINTS = 129
SHARES = (0.5, 0.9, 0.99)
ALMOST = 0.9
KEPT = Panel(
    title="share of the update kept", symbol="energy", span=(0.0, 1.0), marks=(Mark(at=ALMOST, text=f"{ALMOST:.0%}"),)
)
VALUES = Panel(title="singular value of this rank", symbol="\u03c3\u1d63", plain="sigma", scale="log")
ALL = "all layers"
VANISHED = 1e-7
"""A singular value is drawn as zero below this share of the first: it is what rounding left."""


def spectrum_chart(spectrum: LoraSpectrum) -> Chart:
    """One line a block, and one for all layers together."""
    ranks = _ranks(spectrum.rank)
    blocks = grouped(spectrum, MOST_BLOCKS)
    lines = [_series(title, layers, ranks, colour) for colour, (title, layers) in enumerate(blocks.items())]
    if len(blocks) > 1:
        lines.append(_series(ALL, list(spectrum.layers), ranks, len(lines), dash=1))
    return Chart(
        title="Spectrum of a LoRA",
        subtitle=f"{spectrum.lora.name}, {ranks_in_words(spectrum.lora.layers)}, {bytes_in_words(spectrum.lora.bytes)}",
        across=Across(title="rank", point="rank"),
        panels=(KEPT, VALUES),
        series=tuple(lines),
        notes=tuple(_notes(spectrum)),
    )


def grouped(spectrum: LoraSpectrum, most: int) -> dict[str, list[LayerSpectrum]]:
    """Layers by block, in order; neighbouring blocks together where there are more than `most`."""
    drawn = together((layer.block for layer in spectrum.layers), most)
    groups: dict[str, list[LayerSpectrum]] = {}
    for layer in spectrum.layers:
        groups.setdefault(drawn[layer.block].title, []).append(layer)
    return groups


def _ranks(highest: int) -> list[int]:
    """Where the lines have points: 0 to the highest rank, in even steps where those are too many."""
    points = min(highest + 1, MOST_POINTS)
    return sorted({round(index * highest / (points - 1)) for index in range(points)})


def _series(title: str, layers: list[LayerSpectrum], ranks: list[int], colour: int, dash: int = 0) -> Series:
    values = typical_values(layers)
    own = [rank for rank in ranks if rank <= len(values)]
    return Series(
        label=title,
        across=tuple(float(rank) for rank in own),
        values=(
            tuple(energy_by_rank(layers, own)),
            tuple(_drawn(values, rank) for rank in own),
        ),
        colour=colour,
        dash=dash,
    )


def _drawn(values: Tensor, rank: int) -> float | None:
    """The singular value with this number, counted from 1; rank 0 has none."""
    if rank == 0:
        return None
    value = float(values[rank - 1])
    return value if value > VANISHED * float(values[0]) else 0.0


def _notes(spectrum: LoraSpectrum) -> Iterator[str]:
    energies = energy_by_rank(spectrum.layers, range(spectrum.rank + 1))
    needed = (next(r for r, kept in enumerate(energies) if kept >= share - ROUNDING) for share in SHARES)
    parts = (part for share, rank in zip(SHARES, needed, strict=True) for part in (f"{share:.0%}", rank))
    yield filled(
        "Energy of all layers together, when each is cut to the same rank: {1} at rank {2}, {3} at rank {4}, {5} at"
        " rank {6} of {7}.",
        *parts,
        spectrum.rank,
    )
    sizes = [layer.effective_rank for layer in spectrum.layers]
    yield filled(
        "Effective rank (Roy and Vetterli 2007): {1} on average, from {2} to {3}.",
        *(f"{size:.3g}" for size in (sum(sizes) / len(sizes), min(sizes), max(sizes))),
    )
    yield filled("Energy is the sum of the squared singular values, which is the squared Frobenius norm of the update.")
    if still := sum(1 for layer in spectrum.layers if layer.energy == 0):
        yield filled("{1} of {2} layers change nothing: their update is zero.", still, len(spectrum.layers))
    for kind in spectrum.lora.foreign:
        yield filled("Not in the chart: {1} × {2} ({3}).", len(kind.names), kind.title, kind.why)
