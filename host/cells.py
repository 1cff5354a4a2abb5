"""Samples the cells of a sweep or a walk with ComfyUI's own sampling, as many at once as memory and exactness allow."""

import logging
import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import comfy.model_management

from ..core.comparing.cells import Cell, Finished, batches, bytes_kept, even_parts
from ..core.filled_sentence import filled
from ..core.tensors import MEBIBYTE
from .batch_size import cells_at_once, is_out_of_memory, load_for_one
from .cell_batch import sample_batch
from .cell_progress import CellProgress
from .crosstalk import is_patched, items_feel_each_other
from .embedded_guidance import reads_guidance
from .model_name import name_of
from .sampling import samplers, schedulers
from .sharing import must_run_alone
from .start import Start

ROOM_TO_SAMPLE = 2
"""While a batch is sampled it may hold this many times what it keeps at the end: a step can call the model more than
once, and dpm_adaptive takes more steps than it is asked for.
"""

Groups = Iterable[tuple[Sequence[int], Callable[[], Start]]]
"""Indices of cells, and what makes the start that they share."""


def sample_cells(
    start: Start, cells: Sequence[Cell], *, budget_bytes: int, at_once: int = 0, progress: CellProgress | None = None
) -> Iterator[Finished]:
    """Sample every cell from one start; gives batches of them as they are finished.

    Each cell equals a stock KSampler's run of it alone, but for the order in which a network sums in a batch.
    `at_once` is the most cells a batch may hold, 0 for as many as memory and hardware favour; a batch for which memory
    runs out is tried again in halves. An interrupt goes on as ComfyUI raises it. `progress` is a bar that counts other
    cells as well, None for one of these alone.

    Raises ValueError as `check_cells` does, before anything is sampled.
    """
    check_cells(start, cells, budget_bytes=budget_bytes)
    progress = progress or CellProgress(start.model, sum(cell.steps for cell in cells))
    return _sampled(start, cells, budget_bytes, at_once, progress)


def sample_each(
    start: Start, cells: Sequence[Cell], order: Iterable[int], model_of: Callable[[int], object], *, budget_bytes: int
) -> Iterator[Finished]:
    """Sample cells one after another, each with a MODEL of its own, which `model_of` makes when its turn comes.

    `start` is that of all cells together, `order` names each of them once.
    """
    groups = (((index,), lambda index=index: replace(start, model=model_of(index))) for index in order)
    return sample_groups(start, cells, groups, budget_bytes=budget_bytes, at_once=1)


def sample_groups(
    start: Start, cells: Sequence[Cell], groups: Groups, *, budget_bytes: int, at_once: int = 0
) -> Iterator[Finished]:
    """Sample groups of cells one after another, each from a start of its own, which is made when its turn comes.

    `start` is that of all cells together; `groups` names each of them once.
    """
    progress = CellProgress(start.model, sum(cell.steps for cell in cells))
    for indices, start_of_group in groups:
        comfy.model_management.throw_exception_if_processing_interrupted()
        own = [cells[index] for index in indices]
        for finished in _sampled(start_of_group(), own, budget_bytes, at_once, progress):
            budget_bytes -= sum(trajectory.bytes for trajectory in finished.trajectories)
            yield replace(finished, indices=tuple(indices[at] for at in finished.indices))


def check_cells(start: Start, cells: Sequence[Cell], *, budget_bytes: int) -> None:
    """Raises ValueError for a cell that cannot be sampled from this start, and for trajectories that would not fit into
    `budget_bytes` together.
    """
    for cell in cells:
        _check(cell, start)
    _check_memory(cells, start, budget_bytes)


def _sampled(
    start: Start, cells: Sequence[Cell], budget_bytes: int, at_once: int, progress: CellProgress
) -> Iterator[Finished]:
    shape = tuple(start.latent.shape[1:])
    load_for_one(start.model, shape)  # so that no cell's time holds it
    at_once = at_once or cells_at_once(start.model, shape)
    prompts = [prompt for prompt in (start.positive, start.negative, start.after) if prompt is not None]
    alone = must_run_alone(start.model, prompts, masked=start.noise_mask is not None)
    waiting = deque(_batches(start, cells, alone, at_once))
    while waiting:
        indices = waiting.popleft()
        part, *rest = even_parts(indices, at_once)
        comfy.model_management.throw_exception_if_processing_interrupted()
        finished = _try(start, cells, part, budget_bytes, progress)
        if finished is None:  # outside of the except clause, whose traceback would hold on to the memory
            at_once = _fewer_than(len(part))
            waiting.appendleft(indices)
            continue
        if rest:
            waiting.appendleft(sum(rest, ()))
        budget_bytes -= sum(trajectory.bytes for trajectory in finished.trajectories)
        progress.finish([cells[index] for index in part])
        yield finished


def _batches(start: Start, cells: Sequence[Cell], alone: Callable[[Cell], bool], at_once: int) -> list[tuple[int, ...]]:
    """Which cells run together. Patches inside the network are tried out first, where more than one could."""
    shared = batches(cells, alone=alone)
    several = next((indices for indices in shared if len(indices) > 1), None)
    if at_once == 1 or several is None or not is_patched(start.model):
        return shared
    if not items_feel_each_other(start, cells[several[0]]):
        return shared
    logging.info("Denoiscope samples one cell at a time: a patch of this model mixes the items of a batch")
    return batches(cells, alone=lambda cell: True)


def _try(start: Start, cells: Sequence[Cell], part: tuple[int, ...], budget_bytes: int, progress) -> Finished | None:
    """Samples some cells as one batch; None if memory ran out for several cells at once."""
    chosen = [cells[index] for index in part]
    room = max(budget_bytes, ROOM_TO_SAMPLE * _bytes(chosen, start))
    try:
        run, trajectories, latents = sample_batch(start, chosen, budget_bytes=room, callback=progress.callback(chosen))
    except Exception as error:
        if len(part) == 1 or not is_out_of_memory(error):
            raise
        return None
    return Finished(indices=part, trajectories=trajectories, latents=latents, facts=run.model)


def _fewer_than(count: int) -> int:
    fewer = math.ceil(count / 2)
    comfy.model_management.soft_empty_cache()
    logging.warning("Denoiscope ran out of memory with %d cells at once, goes on with %d", count, fewer)
    return fewer


def _check(cell: Cell, start: Start) -> None:
    if cell.sampler_name not in samplers():
        raise ValueError(f"{cell.label}: this ComfyUI has no sampler {cell.sampler_name!r}; it has {_list(samplers())}")
    if cell.scheduler not in schedulers():
        raise ValueError(
            f"{cell.label}: this ComfyUI has no scheduler {cell.scheduler!r}; it has {_list(schedulers())}"
        )
    if cell.noise is not None and cell.noise.shape != start.latent.shape:
        raise ValueError(
            f"{cell.label}: noise of shape {list(cell.noise.shape)} does not fit a latent of {list(start.latent.shape)}"
        )
    if cell.switch_at is not None and cell.switch_at < cell.steps and start.after is None:
        raise ValueError(f"{cell.label}: to switch the prompt at step {cell.switch_at}, connect a second prompt")
    if cell.embedded_guidance is not None and not reads_guidance(start.model):
        raise ValueError(
            f"{cell.label}: this model ({name_of(start.model)}) reads no guidance beside its prompt, as "
            "Flux does: sweep the cfg instead"
        )


def _check_memory(cells: Sequence[Cell], start: Start, budget_bytes: int) -> None:
    needed = _bytes(cells, start)
    if needed <= budget_bytes:
        return
    raise ValueError(
        filled(
            "{1} trajectories of {2} steps in all, with latents of {3}, take {4}, but the memory budget is {5}: raise "
            "the budget, leave the two guidance predictions out, or ask for fewer cells or steps",
            len(cells),
            sum(cell.steps for cell in cells),
            list(start.latent.shape[1:]),
            _megabytes(needed),
            _megabytes(budget_bytes),
        )
    )


def _bytes(cells: Sequence[Cell], start: Start) -> int:
    return bytes_kept(cells, start.latent.numel(), keep_guidance=start.keep_guidance)


def _megabytes(count: int) -> str:
    return f"{count / MEBIBYTE:.0f} MB"


def _list(names: list[str]) -> str:
    return ", ".join(names)
