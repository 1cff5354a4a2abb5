"""What a browser hears of a LoRA's spectrum: its curves and its heat map."""

from ..drawing.chart import Chart
from ..drawing.heat_map import HeatMap
from .chart import chart_payload
from .contract import FORMATS
from .heat_map import heat_payload


def spectrum_payload(curves: Chart, heat: HeatMap) -> dict:
    """Ready for JSON."""
    return {
        **FORMATS.spectrum._asdict(),
        "title": curves.title,
        "curves": chart_payload(curves),
        "heat_map": heat_payload(heat),
    }
