"""What a browser hears of the low-rank lab: the update, the factors of its full rank, and what each rank costs."""

from torch import Tensor

from ..drawing.colour import AROUND_ZERO
from ..finite import rounded
from ..lora.low_rank_lab import ROUNDING, Lab, check_start
from ..lora.low_rank_words import notes, percent, sentence, title
from .contract import FORMATS

EVERY_PLACE = "entries of ΔW, of B·A and of what is left: one scale for all three, the same at every rank"
EVERY_FACTOR = "entries of B and A: their own scale, the same at every rank"


def low_rank_payload(lab: Lab, rank: int) -> dict:
    """Ready for JSON. The factors of rank r are the first r columns of `up` and the first r
    rows of `down`, so that the browser has every rank at once; `rank` is the one that it shows first.
    """
    up, down = lab.factors(lab.full_rank)
    return {
        **FORMATS.low_rank._asdict(),
        "title": title(lab),
        "pattern": lab.pattern,
        "rank": check_start(lab, rank),
        "update": _rows(lab.update),
        "up": _rows(up),
        "down": _rows(down),
        "values": [rounded(value) for value in lab.svd.values.tolist()],
        "ranks": [_rank(lab, cut) for cut in range(lab.full_rank + 1)],
        "entries": lab.entries,
        "break_even": lab.break_even,
        "rounding": ROUNDING,
        "scales": {"update": scale(lab.limit(), EVERY_PLACE), "factors": scale(lab.factor_limit(), EVERY_FACTOR)},
        "notes": list(notes(lab)),
    }


def scale(limit: float, label: str) -> dict:
    """Colours around zero, as far to either side."""
    high = rounded(limit)
    return {"low": rounded(-limit), "high": high, "label": label, "colours": list(AROUND_ZERO)}


def _rank(lab: Lab, rank: int) -> dict:
    return {
        "numbers": lab.spent(rank),
        "energy": rounded(lab.kept(rank)),
        "kept": percent(lab.kept(rank)),
        "sentence": sentence(lab, rank),
    }


def _rows(matrix: Tensor) -> list[list[float]]:
    """Seven digits behind the point: entries are of the order of 1."""
    return [[round(entry, 7) + 0.0 for entry in row] for row in matrix.tolist()]
