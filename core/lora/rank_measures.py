"""What is measured in a rank sweep: bytes and energy of each update, and how far its picture is from the whole's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..filled_sentence import filled
from ..value_list import spell
from .decomposed import Decomposed
from .rank_sweep import Dose, RankGrid
from .words import bytes_in_words


@dataclass(frozen=True, kw_only=True)
class Update:
    """How much of the LoRA a dose is.

    bytes   size of the file that a cut to this rank would make; None for what a cut leaves out, which nobody saves
    energy  share of the energy of the diffusion model's layers, at strength 1 and times 1, 0..1
    whole   whether nothing is cut at this rank
    """

    dose: Dose
    bytes: int | None
    energy: float
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A finished cell. Distances are root mean squares over all values; None if there is no full rank to compare with.

    latent  distance to the finished latent at full rank, in the unit of the model's latents
    pixels  distance to the decoded picture at full rank, black to white being 1
    """

    update: Update
    latent: float | None = None
    pixels: float | None = None


def updates_of(grid: RankGrid, lora: Decomposed) -> tuple[Update, ...]:
    """The update of each dose, in the order of the grid."""
    kept = {rank: _kept(rank, lora) for rank in grid.ranks}
    return tuple(
        replace(kept[dose.rank], dose=dose)
        if dose.times is None
        else replace(kept[dose.rank], dose=dose, bytes=None, energy=1 - kept[dose.rank].energy)
        for dose in grid.doses
    )


def _kept(rank: int | None, lora: Decomposed) -> Update:
    if rank is None or rank >= lora.lora.rank:
        return Update(dose=Dose(rank=rank), bytes=lora.lora.bytes, energy=1.0, whole=True)
    if rank == 0:
        return Update(dose=Dose(rank=0), bytes=0, energy=0.0, whole=False)
    return Update(dose=Dose(rank=rank), bytes=lora.bytes(rank), energy=lora.energy(rank), whole=False)


def said(measured: Measured) -> str:
    """Says what was measured, for the notes of the cell's trajectory."""
    return " ".join((_what(measured.update), *_how_far(measured)))


def _what(update: Update) -> str:
    rank, times = update.dose.rank, update.dose.times
    share = f"{100 * update.energy:.4g} %"
    if times is not None:
        return _left_out(update, share, spell(times))
    if rank == 0:
        return filled("Nothing is added to the model.")
    size = bytes_in_words(update.bytes or 0)
    if update.whole and rank is not None:
        return filled("{1} with {2} of the energy; nothing is cut at this rank.", size, share)
    return filled("{1} with {2} of the energy.", size, share)


def _left_out(update: Update, share: str, times: str) -> str:
    if update.whole:
        return filled("Nothing is left out, so nothing is added to the model.")
    if update.dose.rank == 0:
        return filled("The whole LoRA is added alone, {1} times as strong.", times)
    return filled("What this rank leaves out, {1} of the energy, is added alone, {2} times as strong.", share, times)


def _how_far(measured: Measured) -> Iterator[str]:
    if measured.latent is None or measured.update.dose.is_whole:
        return
    latent = f"{measured.latent:.3g}"
    if measured.pixels is None:
        yield filled("From the full-rank picture: {1} in the latent (RMS).", latent)
    else:
        pixels = f"{100 * measured.pixels:.3g}"
        yield filled("From the full-rank picture: {1} in the latent, {2} % in pixels (RMS).", latent, pixels)
