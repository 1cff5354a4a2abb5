"""What a cut to a lower rank has done to a LoRA, in words and in a table."""

from collections.abc import Iterable, Sequence

from .blocks import place_of
from .lora import Lora
from .truncation import Cut, energy_kept
from .words import bytes_in_words, counted, ranks_in_words


def truncation_report(before: Lora, after: Lora, cuts: Sequence[Cut], notes: Iterable[str] = ()) -> str:
    """A line on the whole, notes, and a line a layer, its columns parted by tabs."""
    ordered = sorted(cuts, key=lambda cut: place_of(cut.name))
    lines = [
        f"{before.name}: {ranks_in_words(before.layers)} to {ranks_in_words(after.layers)},"
        f" {bytes_in_words(before.bytes)} to {bytes_in_words(after.bytes)},"
        f" {100 * energy_kept(cuts):.4g} % of the energy kept",
        _how_many(cuts),
        *(f"carried along: {len(kind.names)} \u00d7 {kind.title} ({kind.why})" for kind in after.foreign),
        *notes,
        "",
        "layer\trank\twas\tenergy kept\tbytes\tbytes before",
        *(f"{c.name}\t{c.rank}\t{c.was}\t{c.kept:.6f}\t{c.bytes}\t{c.bytes_were}" for c in ordered),
    ]
    return "\n".join(lines)


def _how_many(cuts: Sequence[Cut]) -> str:
    changed = sum(1 for cut in cuts if cut.rank < cut.was)
    others = "" if changed == len(cuts) else "; the others are as the file has them, bit for bit"
    return f"{changed} of {counted(len(cuts), 'layer')} cut{others}"
