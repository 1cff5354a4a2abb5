"""Names that Python and the browser share: results, events, formats. js/viewer/contract/contract.js has them as well.

tests/contract holds both to each other: `python dev.py test tests/core --write-contract` writes it.
"""

from typing import NamedTuple


class Results(NamedTuple):
    """Under which name the result of a node brings what is shown, or what a program reads."""

    deck: str = "denoiscope_deck"
    chart: str = "denoiscope_chart"
    low_rank: str = "denoiscope_low_rank"
    spectrum: str = "denoiscope_spectrum"
    measures: str = "denoiscope_measures"
    rank_sweep: str = "denoiscope_rank_sweep"
    files: str = "denoiscope_files"
    diagnosis: str = "denoiscope_diagnosis"
    comparison: str = "denoiscope_comparison"


class Events(NamedTuple):
    """What the server sends while a run goes on."""

    step: str = "denoiscope.step"
    cells: str = "denoiscope.cells"
    views: str = "denoiscope.views"
    words: str = "denoiscope.words"
    watch: str = "denoiscope.watch"


class Format(NamedTuple):
    """What a payload is. A change that an older browser would read wrongly raises the version."""

    format: str
    version: int


class Formats(NamedTuple):
    deck: Format = Format("denoiscope.deck", 1)
    chart: Format = Format("denoiscope.chart", 1)
    heat: Format = Format("denoiscope.heat_map", 1)
    low_rank: Format = Format("denoiscope.low_rank", 1)
    spectrum: Format = Format("denoiscope.lora_spectrum", 1)
    measures: Format = Format("denoiscope.measures", 1)
    rank_sweep: Format = Format("denoiscope.rank_sweep", 1)
    diagnosis: Format = Format("denoiscope.diagnosis", 1)
    comparison: Format = Format("denoiscope.comparison", 1)


RESULTS, EVENTS, FORMATS = Results(), Events(), Formats()
EVENT_VERSION = 1
"""Of all events: the page and the server that sends them come from one installation."""
