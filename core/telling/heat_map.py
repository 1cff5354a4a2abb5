"""What the browser is told of a heat map: its rows in thousandths, and its colours."""

from ..drawing.colour import FROM_ZERO
from ..drawing.heat_map import HeatMap
from ..finite import rounded
from .contract import FORMATS


def heat_payload(heat: HeatMap) -> dict:
    """Everything a browser draws, ready for JSON; values in thousandths, as whole numbers."""
    return {
        **FORMATS.heat._asdict(),
        "title": heat.title,
        "subtitle": heat.subtitle,
        "across": heat.across,
        "columns": list(heat.columns),
        "legend": heat.legend,
        "mark": heat.mark,
        "colours": list(FROM_ZERO),
        "rows": [
            {
                "name": row.name,
                "group": row.group,
                "values": _thousandths(row.values),
                "mark": rounded(row.mark, 4),
            }
            for row in heat.rows
        ],
    }


def _thousandths(values: tuple[float, ...]) -> list[int]:
    """Up to where they stay the same: from there on the last one holds."""
    whole = [round(1000 * value) for value in values]
    while len(whole) > 1 and whole[-1] == whole[-2]:
        whole.pop()
    return whole
