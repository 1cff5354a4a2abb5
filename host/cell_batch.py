"""One batch of cells: from the noise of each to its trajectory, as if each had run alone."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import comfy.sample
import comfy.utils
import torch
from torch import Tensor

from ..core.comparing.cells import Cell
from ..core.filled_sentence import filled
from ..core.recording.recording import Recording
from ..core.recording.run import Run
from ..core.recording.trajectory import Settings, Trajectory
from .comfyui import Model
from .embedded_guidance import with_guidance
from .item_guidance import with_item_guidance
from .item_noise import with_item_noise
from .prompt_notes import notes_on_prompts
from .prompt_switch import sample_switching
from .recorder import record
from .running import running
from .start import Start

SECOND_PROMPT = "positive_after"
"""The input of a sampling node that holds the prompt to switch to."""


def sample_batch(
    start: Start, cells: Sequence[Cell], *, budget_bytes: int, callback: Callable
) -> tuple[Run, tuple[Trajectory, ...], Tensor]:
    """Sample cells that can share a batch; gives the recorded run, a trajectory a cell, and the LATENT's samples."""
    recording = Recording(budget_bytes=budget_bytes, keep_guidance=start.keep_guidance)
    began = time.perf_counter()
    latents = _sample(record(_with_own_ways(start.model, cells), recording), start, cells, callback)
    seconds = (time.perf_counter() - began) / len(cells)
    if not recording.runs:
        raise ValueError(recording.refusals[-1])
    run = recording.runs[-1]
    trajectories = zip(run.deck().trajectories, cells, strict=True)
    asked = (_as_asked(t, cell, start, seconds=seconds, at_once=len(cells)) for t, cell in trajectories)
    return run, tuple(asked), latents


def _with_own_ways(model, cells: Sequence[Cell]):
    """Gives each item its own guidance and step noise; without this all items of a batch would have the same."""
    if len(cells) == 1:
        return model
    if len({cell.cfg for cell in cells}) > 1:
        model = with_item_guidance(model, [cell.cfg for cell in cells])
    return with_item_noise(model, cells[0].sampler_name, [cell.noise_seed for cell in cells])


def _sample(model, start: Start, cells: Sequence[Cell], callback: Callable) -> Tensor:
    cell = cells[0]
    noise = torch.cat([start.noise_of(cell) for cell in cells])
    latent = comfy.utils.repeat_to_batch_size(start.latent, len(cells))
    quiet = not comfy.utils.PROGRESS_BAR_ENABLED
    if cell.switches and start.after is not None:
        return sample_switching(
            model,
            noise,
            cell,
            positive=start.prompt_of(cell),
            negative=start.negative,
            after=with_guidance(start.after, cell.embedded_guidance),
            latent=latent,
            denoise_mask=start.noise_mask,
            callback=callback,
            disable_pbar=quiet,
        )
    return comfy.sample.sample(
        model,
        noise,
        cell.steps,
        cell.cfg,
        cell.sampler_name,
        cell.scheduler,
        start.prompt_of(cell),
        start.negative,
        latent,
        denoise=cell.denoise,
        noise_mask=start.noise_mask,
        callback=callback,
        disable_pbar=quiet,
        seed=cell.noise_seed,
    )


def _as_asked(trajectory: Trajectory, cell: Cell, start: Start, *, seconds: float, at_once: int) -> Trajectory:
    """Puts the cell's own label, place and settings into its trajectory. In a batch ComfyUI gives the recorder one
    guidance for all cells, so each cell's own is put back.
    """
    known = {"seed": cell.seed, "sampler": cell.sampler_name, "scheduler": cell.scheduler, **_prompts(cell, start)}
    scales = trajectory.guidance_scales
    if at_once > 1:
        known["guidance"] = cell.cfg
        scales = tuple(None if scale is None else cell.cfg for scale in scales)
    settings = replace(trajectory.settings, **known)
    return replace(
        trajectory,
        label=cell.label,
        place=cell.place,
        settings=settings,
        guidance_scales=scales,
        seconds=seconds,
        at_once=at_once,
        notes=(*_notes(trajectory, settings, start.model), *_asked_for(cell)),
    )


def _notes(trajectory: Trajectory, settings: Settings, model: Model) -> tuple[str, ...]:
    """The recorder's, but of the prompts that this cell was asked with: it heard of the node's first prompt alone."""
    before = notes_on_prompts(model, trajectory.settings)
    return (*(note for note in trajectory.notes if note not in before), *notes_on_prompts(model, settings))


def _prompts(cell: Cell, start: Start) -> dict:
    """The prompt's words where they are others than the graph says, and those of the running node's second prompt,
    where the cell was asked with it.
    """
    own = {} if start.words is None else {"prompt": start.words}
    now = running()
    after = now.text_of(SECOND_PROMPT) if now else None
    if cell.switch_at == 0:
        return {"prompt": after}
    return own | ({"prompt_after": after, "switch_at": cell.switch_at} if cell.switches else {})


def _asked_for(cell: Cell) -> tuple[str, ...]:
    if cell.embedded_guidance is None:
        return ()
    return (filled("The model read a guidance of {1} beside the prompt.", f"{cell.embedded_guidance:g}"),)
