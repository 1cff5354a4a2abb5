"""Cells, the same cells as stock KSampler runs of their own, and the comparison of the two."""

import comfy.sample
import torch

from denoiscope.core.comparing.cells import Cell
from denoiscope.core.recording.recording import Recording
from denoiscope.devtools.driving.analytic_model import prompt
from denoiscope.host.cells import sample_cells
from denoiscope.host.recorder import record
from denoiscope.host.start import start_from

COND, UNCOND, AFTER = 0.5, -0.2, 0.9
BUDGET = 2**30


def cell(label="a cell", **changes):
    plain = {"place": (), "seed": 5, "steps": 5, "cfg": 3.0, "sampler_name": "euler", "scheduler": "normal"}
    return Cell(label=label, **{**plain, **changes})


def latent(shape=(4, 8, 8), *, batch=1, filled=False, **more):
    size = (batch, *shape)
    samples = torch.randn(size, generator=torch.Generator().manual_seed(3)) if filled else torch.zeros(size)
    return {"samples": samples, **more}


def run(model, cells, start=None, *, budget_bytes=BUDGET, at_once=0, progress=None, **given):
    """Finished batches."""
    plain = {"positive": prompt(COND), "negative": prompt(UNCOND), "latent": start or latent(), "keep_guidance": True}
    begin = start_from(model, **plain | {name: value for name, value in given.items() if value is not None})
    return list(sample_cells(begin, cells, budget_bytes=budget_bytes, at_once=at_once, progress=progress))


def in_order(finished):
    """(trajectory, LATENT samples) of each cell."""
    found = {}
    for batch in finished:
        for index, trajectory, samples in zip(batch.indices, batch.trajectories, batch.latents, strict=True):
            found[index] = trajectory, samples
    return [found[index] for index in sorted(found)]


def stock(model, cell, start=None, *, positive=None, negative=None):
    """What the stock KSampler makes of one cell: its recorded states and its LATENT's samples."""
    start = start or latent()
    samples = start["samples"]
    noise = comfy.sample.prepare_noise(samples, cell.seed, start.get("batch_index"))
    recording = Recording(budget_bytes=BUDGET)
    out = comfy.sample.sample(
        record(model, recording),
        noise if cell.noise is None else cell.noise,
        cell.steps,
        cell.cfg,
        cell.sampler_name,
        cell.scheduler,
        prompt(COND) if positive is None else positive,
        prompt(UNCOND) if negative is None else negative,
        samples,
        denoise=cell.denoise,
        noise_mask=start.get("noise_mask"),
        disable_pbar=True,
        seed=cell.noise_seed,
    )
    return recording.run_of(out).deck().trajectories[0], out[0]


def assert_equal_runs(got, wanted, **tolerance):
    """Every state and guess, the LATENT, and what was asked of the model."""
    (mine, my_latent), (theirs, their_latent) = got, wanted
    torch.testing.assert_close(my_latent, their_latent, **tolerance)
    for name in ("x", "x0", "cond", "uncond"):
        a, b = getattr(mine, name), getattr(theirs, name)
        assert (a is None) == (b is None), name
        if a is not None:
            torch.testing.assert_close(a, b, **tolerance)
    torch.testing.assert_close(mine.sigmas, theirs.sigmas, rtol=0, atol=0)
    for name in ("model_calls", "asked", "no_guidance", "noise", "guidance_scales", "complete"):
        assert getattr(mine, name) == getattr(theirs, name), name
