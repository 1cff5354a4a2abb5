"""Samples a rank sweep: every cell with a MODEL of its own, to which its part of the LoRA is applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from ..core.comparing.cells import Cell, Finished
from ..core.filled_sentence import filled
from ..core.lora.decomposed import Decomposed
from ..core.lora.lora import MODEL, TEXT, TEXT_ENCODERS, Lora
from ..core.lora.rank_measures import Measured, Update, said, updates_of
from ..core.lora.rank_sweep import Dose, RankGrid
from ..core.lora.truncation import check_cuttable
from ..core.recording.deck import Deck
from ..core.recording.trajectory import Trajectory
from ..core.tensors import rms_between
from .cells import sample_each
from .comfyui import Model, Vae
from .decoding import vae_decoder
from .lora import applied, decomposed, each
from .lora_fit import as_read, fit
from .start import Start
from .stopped import keep_finished, rescue


@dataclass(frozen=True, kw_only=True, eq=False)
class RankSweep:
    """Cells that have been sampled, in the order of the grid. `latents` are LATENT samples, [cell, channel, ...]."""

    deck: Deck
    latents: Tensor
    cells: tuple[Measured, ...]


def check_lora(lora: Lora, model: Model) -> tuple[str, ...]:
    """Sentences on layers that change nothing here. Raises ValueError for a LoRA that cannot be cut or applied."""
    check_cuttable(lora)
    text = sum(1 for layer in lora.layers if layer.part == TEXT)
    if text == len(lora.layers):
        raise ValueError(
            filled(
                "{1} changes a text encoder only, and the prompts of this sweep come encoded: choose a LoRA with layers"
                " for the diffusion model",
                lora.name,
            )
        )
    _, *others = fit(of_model(lora), model, None).sentences(with_clip=True)
    if text:
        others.append(
            filled(
                "Layers of the LoRA for a text encoder: {1}. Their bytes are counted, but they are not applied, because"
                " the prompts come encoded.",
                text,
            )
        )
    return tuple(others)


def of_model(lora: Lora) -> Lora:
    """The same without what is for a text encoder."""
    return replace(
        lora,
        layers=tuple(layer for layer in lora.layers if layer.part == MODEL),
        tensors={key: tensor for key, tensor in lora.tensors.items() if not key.startswith(TEXT_ENCODERS)},
    )


def with_dose(model: Model, lora: Decomposed, dose: Dose, strength: float) -> Model:
    """The MODEL with this much of the LoRA, as the stock loader applies it; the MODEL itself where that is nothing."""
    part = _part(lora, dose)
    if part is None:
        return model
    return applied(of_model(part), model, None, strength * float(dose.times or 1), 0.0)[0]


def _part(lora: Decomposed, dose: Dose) -> Lora | None:
    if dose.times is None:
        return None if dose.rank == 0 else lora.lora if dose.rank is None else lora.cut(dose.rank)
    return None if dose.rank is None else lora.left_out(dose.rank)


def sample_ranks(
    start: Start,
    grid: RankGrid,
    cells: Sequence[Cell],
    lora: Lora,
    *,
    strength: float,
    budget_bytes: int,
    notes: Sequence[str],
    vae: Vae | None,
) -> RankSweep:
    """Sample every cell and measure it. With a VAE distances are measured in pixels, too. `notes` go to every cell.

    What has finished is kept as a deck file when this is interrupted or fails.
    """
    parts = decomposed(as_read(lora))
    updates = updates_of(grid, parts)
    doses = grid.doses

    def model_of(index: int):
        return with_dose(start.model, parts, doses[index], strength)

    sampled = sample_each(start, cells, grid.order, model_of, budget_bytes=budget_bytes)
    deck, latents = keep_finished(_with_notes(sampled, updates, notes), cells, kind="sweep", axes=grid.axes)
    return _measured_in_pixels(RankSweep(deck=deck, latents=latents, cells=_measured(deck, updates)), vae)


def _with_notes(sampled: Iterator[Finished], updates: Sequence[Update], notes: Sequence[str]) -> Iterator[Finished]:
    """Adds to each cell what is known as soon as it is finished, so that a sweep that is stopped has it as well."""
    whole = None
    for finished in sampled:
        (index,), (trajectory,) = finished.indices, finished.trajectories
        whole = trajectory.x[-1] if updates[index].dose.is_whole else whole
        sentence = said(_measure(updates[index], trajectory, whole))
        noted = replace(trajectory, notes=(*trajectory.notes, sentence, *notes))
        yield replace(finished, trajectories=(noted,))


def _measured(deck: Deck, updates: Sequence[Update]) -> tuple[Measured, ...]:
    whole = next((t.x[-1] for t, update in zip(deck.trajectories, updates, strict=True) if update.dose.is_whole), None)
    return tuple(_measure(update, t, whole) for t, update in zip(deck.trajectories, updates, strict=True))


def _measure(update: Update, trajectory: Trajectory, whole: Tensor | None) -> Measured:
    return Measured(update=update, latent=None if whole is None else rms_between(trajectory.x[-1], whole))


def _measured_in_pixels(sweep: RankSweep, vae) -> RankSweep:
    """With distances between decoded pictures, where there are a VAE and a cell at full rank."""
    whole = next((i for i, cell in enumerate(sweep.cells) if cell.update.dose.is_whole), None)
    if vae is None or whole is None:
        return sweep
    try:
        apart = list(_apart(sweep.deck, vae, whole))
    except BaseException:
        rescue(sweep.deck, len(sweep.cells))
        raise
    cells = tuple(replace(cell, pixels=pixels) for cell, pixels in zip(sweep.cells, apart, strict=True))
    retold = (
        replace(t, notes=tuple(said(after) if note == said(before) else note for note in t.notes))
        for t, before, after in zip(sweep.deck.trajectories, sweep.cells, cells, strict=True)
    )
    return replace(sweep, deck=replace(sweep.deck, trajectories=tuple(retold)), cells=cells)


def _apart(deck: Deck, vae, whole: int) -> Iterator[float]:
    """How far each cell's decoded picture is from that of the cell `whole`; one by one, as that one is decoded, too."""
    decode = vae_decoder(deck, vae).decode
    picture = decode(deck.trajectories[whole].x[-1:])
    return each(deck.trajectories, lambda trajectory: rms_between(decode(trajectory.x[-1:]), picture))
