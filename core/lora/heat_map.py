"""The spectrum of a LoRA as a heat map: layers down, ranks across, the energy kept in each cell."""

from ..drawing.heat_map import HeatMap, Row
from .chart import grouped
from .low_rank import energy_curve
from .spectrum import LayerSpectrum, LoraSpectrum

MOST_COLUMNS = 64
MOST_GROUPS = 40


def spectrum_heat_map(spectrum: LoraSpectrum) -> HeatMap:
    """A row a layer, marked at its effective rank; at most MOST_COLUMNS ranks, evenly spaced, the highest included."""
    count = min(spectrum.rank, MOST_COLUMNS)
    columns = tuple(sorted({max(1, round((index + 1) * spectrum.rank / count)) for index in range(count)}))
    return HeatMap(
        title="Energy kept by each layer at each rank",
        subtitle=f"{spectrum.lora.name}, {len(spectrum.layers)} layers",
        across="rank",
        columns=columns,
        rows=tuple(
            _row(layer, title, columns) for title, layers in grouped(spectrum, MOST_GROUPS).items() for layer in layers
        ),
        legend="energy kept",
        mark="effective rank",
    )


def _row(layer: LayerSpectrum, group: str, columns: tuple[int, ...]) -> Row:
    curve = energy_curve(layer.values)
    own = [rank for rank in columns if rank < len(curve)]
    values = [float(curve[rank]) for rank in own] + ([1.0] if len(own) < len(columns) else [])
    effective = layer.effective_rank
    return Row(name=layer.name, group=group, values=tuple(values), mark=effective if effective > 0 else None)
