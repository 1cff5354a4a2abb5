"""What a browser hears of a LoRA's spectrum: its curves and its heat map."""

from ..drawing.chart import Chart
from ..drawing.heat_map import HeatMap
from .chart import chart_payload
from .heat_map import heat_payload

SPECTRUM_VERSION = 1


def spectrum_payload(curves: Chart, heat: HeatMap) -> dict:
    """Ready for JSON."""
    return {
        "format": "denoiscope.lora_spectrum",
        "version": SPECTRUM_VERSION,
        "title": curves.title,
        "curves": chart_payload(curves),
        "heat_map": heat_payload(heat),
    }
