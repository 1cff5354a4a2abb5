"""The low-rank lab as one HTML file: what the page round it says."""

from collections.abc import Iterator

from ..filled_sentence import filled
from ..lora.low_rank_lab import NOISE, Lab
from .low_rank import low_rank_payload
from .page_file import Words, page_file, sources

ENTRY = "lab/lab_page.js"
STYLES = ("elements/theme.css", "elements/elements.css", "elements/help.css", "lab/lab.css", "page.css")
KEYS = (
    "Arrow keys on the slider change the rank, <kbd>Home</kbd> and <kbd>End</kbd> jump. Arrow keys on the matrices go"
    " from entry to entry."
)
LOOK_FOR = (
    "Drag the slider from rank 0 up. Which strokes come first, and what is still missing at rank 3?",
    "Count the coloured cells of B and A: they are all that is stored. From which rank on are they more than the update"
    " itself has?",
    "Point at one entry of B·A. Its row of B and its column of A are marked: they are multiplied and added up.",
    "Look at what is left. No other two factors of that rank leave less of it.",
)
LOOK_FOR_IN_NOISE = (
    "Drag the slider from rank 0 up. At which rank do you recognise the update? It comes little by little.",
    "The singular values fall slowly and without a step: there is nothing that few numbers could stand for.",
    "From the dashed line on, B and A hold more numbers than the update itself.",
)


def low_rank_page(lab: Lab, rank: int) -> Iterator[str]:
    """The whole file, part after part, at `rank` first."""
    words = Words(
        title="The low-rank lab",
        subtitle=filled("An update of {1} numbers, as the product of two thin factors.", f"{lab.entries:,}"),
        look_for=LOOK_FOR_IN_NOISE if lab.pattern == NOISE else LOOK_FOR,
        keys=KEYS,
    )
    modules, stylesheet = sources(ENTRY, STYLES)
    return page_file(low_rank_payload(lab, rank), entry=ENTRY, modules=modules, stylesheet=stylesheet, words=words)
