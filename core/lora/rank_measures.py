"""What is measured in a rank sweep: bytes and energy of each update, and how far its picture is from the whole's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
        amount = "The whole LoRA" if rank == 0 else f"What this rank leaves out, {share} of the energy,"
        alone = f"{amount} is added alone, {spell(times)} times as strong."
        return "Nothing is left out, so nothing is added to the model." if update.whole else alone
    if rank == 0:
        return "Nothing is added to the model."
    cut = "; nothing is cut at this rank" if update.whole and rank is not None else ""
    return f"{bytes_in_words(update.bytes or 0)} with {share} of the energy{cut}."


def _how_far(measured: Measured) -> Iterator[str]:
    known = []
    if measured.latent is not None:
        known.append(f"{measured.latent:.3g} in the latent")
    if measured.pixels is not None:
        known.append(f"{100 * measured.pixels:.3g} % in pixels")
    if known and not measured.update.dose.is_whole:
        yield f"From the full-rank picture: {', '.join(known)} (RMS)."
