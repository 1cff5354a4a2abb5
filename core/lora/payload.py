"""What a browser hears of a LoRA's spectrum: its curves and its heat map."""

from ..showing.chart import Chart, chart_payload
from ..showing.heat_map import HeatMap, heat_payload

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
