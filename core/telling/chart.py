"""What the browser is told of a chart: its axes, panels and series, ready to draw."""

from ..drawing.chart import Chart, Series, colour_of, dash_of
from ..drawing.chart_scale import Scale, Tick
from ..finite import rounded
from .contract import FORMATS


def chart_payload(chart: Chart) -> dict:
    """Everything a browser draws, ready for JSON: text and finite numbers of seven digits; a value that
    is missing or not finite becomes null.
    """
    return {
        **FORMATS.chart._asdict(),
        "title": chart.title,
        "subtitle": chart.subtitle,
        "across": {
            "title": chart.across.title,
            "point": chart.across.point,
            "shares": chart.across.shares,
            **_axis(chart.scale_across(), chart.ticks_across()),
        },
        "panels": [_panel(chart, index) for index in range(len(chart.panels))],
        "series": [_series(line) for line in chart.series],
        "notes": list(chart.notes),
    }


def _panel(chart: Chart, index: int) -> dict:
    panel, scale = chart.panels[index], chart.scale_of(index)
    return {
        "title": panel.title,
        "symbol": panel.symbol,
        "unit": panel.unit,
        "rug": panel.rug,
        "marks": [{"at": rounded(mark.at), "text": mark.text} for mark in chart.marks_of(index)],
        **_axis(scale, scale.ticks()),
    }


def _axis(scale: Scale, ticks: tuple[Tick, ...]) -> dict:
    return {
        "scale": scale.kind,
        "low": rounded(scale.low),
        "high": rounded(scale.high),
        "floor": scale.floor,
        "ticks": [{"at": rounded(tick.at), "text": tick.text, "minor": tick.minor} for tick in ticks],
    }


def _series(line: Series) -> dict:
    return {
        "label": line.label,
        "colour": colour_of(line),
        "dash": list(dash_of(line)),
        "across": [rounded(at) for at in line.across],
        "values": [[rounded(value) for value in row] for row in line.values],
    }
