"""What a program is told of a rank sweep: what each cell kept, cost and missed."""

from collections.abc import Sequence

from ..finite import finite
from ..lora.lora import Lora
from ..lora.rank_measures import Measured
from .contract import FORMATS


def rank_payload(cells: Sequence[Measured], lora: Lora, *, strength: float) -> dict:
    """Ready for JSON; cells in the order of the deck. A value that is missing or not finite becomes null."""
    return {
        **FORMATS.rank_sweep._asdict(),
        "lora": lora.name,
        "full_rank": lora.rank,
        "strength": strength,
        "cells": [_cell(cell) for cell in cells],
    }


def _cell(cell: Measured) -> dict:
    dose = cell.update.dose
    return {
        "label": dose.label,
        "rank": dose.rank,
        "left_out_times": None if dose.times is None else float(dose.times),
        "bytes": cell.update.bytes,
        "energy": cell.update.energy,
        "distance_latent": finite(cell.latent),
        "distance_pixels": finite(cell.pixels),
    }
