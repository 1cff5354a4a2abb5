"""What a sweep's cells cost at once, one by one, and as KSampler nodes of their own: the same cells, in turns."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import comfy.model_base
import comfy.model_patcher
import comfy.ops
import comfy.utils
import torch
from comfy.ldm.modules.diffusionmodules.openaimodel import UNetModel
from nodes import KSampler

from ...core.comparing.cells import Cell
from ...host.cells import sample_cells
from ...host.start import Start, start_from
from ..table import Row
from ._pairs import excess, in_turns, quartiles
from .recording import BUDGET, Config, Subject, pocket

AT_MOST = 2.0  # per cent: the nodes keep nothing, the sweep everything, for which DESIGN.md ("Cheap") allows this much
POCKET_CELLS = (2, 6, 16)
POCKET_STEPS = 8
UNET_CELLS = (2, 4)


def measure() -> Iterator[Row]:
    with torch.inference_mode(), no_bars():
        for count in POCKET_CELLS:
            yield from compared(pocket(), count, steps=POCKET_STEPS, rounds=7)
        for count in UNET_CELLS:
            yield from compared(narrow_sd15(), count, steps=2, rounds=5)


def compared(subject: Subject, count: int, *, steps: int, rounds: int) -> Iterator[Row]:
    cells = [cell(index, steps) for index in range(count)]
    ways = [partial(as_nodes, subject, cells), partial(swept, subject, cells, 1), partial(swept, subject, cells, 0)]
    nodes, serial, batched = in_turns(ways, rounds)
    what = f"{subject.name}, {count} cells"
    yield Row(f"{what}: as KSampler nodes of their own", statistics.median(nodes), "s")
    for name, first, second in (
        ("one by one, more than the nodes", nodes, serial),
        ("at once, more than the nodes", nodes, batched),
        ("at once, more than one by one", serial, batched),
    ):
        extra = excess(first, second)
        target = AT_MOST if second is batched else None
        yield Row(f"{what}: {name}", statistics.median(extra), "%", target, quartiles(extra, "%"))


def cell(index: int, steps: int) -> Cell:
    """Guidance and seed differ, as over both axes of a grid."""
    values = {"seed": index // 4, "cfg": 2.0 + index % 4, "steps": steps}
    return Cell(label=str(index), place=(), sampler_name="euler", scheduler="normal", **values)


def as_nodes(subject: Subject, cells: list[Cell]) -> None:
    """What a workflow of stock nodes executes, without the server around it."""
    latent = {"samples": subject.latent}
    for c in cells:
        settings = (c.seed, c.steps, c.cfg, c.sampler_name, c.scheduler)
        KSampler().sample(subject.model, *settings, subject.positive, subject.negative, latent)


def swept(subject: Subject, cells: list[Cell], at_once: int) -> None:
    """The sweep, recording every state and both predictions; `at_once` 0 leaves the size of a batch to the engine."""
    for _ in sample_cells(start_of(subject), cells, budget_bytes=BUDGET, at_once=at_once):
        pass


def start_of(subject: Subject) -> Start:
    return start_from(
        subject.model,
        positive=subject.positive,
        negative=subject.negative,
        latent={"samples": subject.latent},
        keep_guidance=True,
    )


@contextmanager
def no_bars() -> Iterator[None]:
    before = comfy.utils.PROGRESS_BAR_ENABLED
    comfy.utils.set_progress_bar_enabled(False)
    try:
        yield
    finally:
        comfy.utils.set_progress_bar_enabled(before)


def narrow_sd15() -> Subject:
    """SD 1.5's own network, layer by layer, at a tenth of its width and with random weights: its work grows with the
    batch, as the imitation in recording.py does not.
    """
    patcher, prompt, latent = sd15(width=32)
    return Subject("SD 1.5's network, narrow, 32x32 latent", patcher, prompt, prompt, latent, 2, 5, AT_MOST)


def sd15(width: int) -> tuple[comfy.model_patcher.ModelPatcher, list, torch.Tensor]:
    """SD 1.5's network at any width with random weights, a prompt of noise for it, and an empty latent of 32 x 32."""
    config = Config({"dtype": torch.float32, "width": width})
    model = comfy.model_base.BaseModel(config, device=torch.device("cpu"), unet_model=unet)
    generator = torch.Generator().manual_seed(1)
    for weight in model.diffusion_model.parameters():
        weight.requires_grad_(False).normal_(0, 0.02, generator=generator)
    cpu = torch.device("cpu")
    patcher = comfy.model_patcher.ModelPatcher(model, load_device=cpu, offload_device=cpu)
    prompt = [[torch.randn(1, 77, 768, generator=generator), {}]]
    return patcher, prompt, torch.zeros(1, 4, 32, 32)


def unet(device=None, operations=None, *, width: int, **_) -> UNetModel:
    """The configuration of comfy/supported_models.py and model_detection.py for SD 1.5; there the width is 320."""
    return UNetModel(
        image_size=32,
        in_channels=4,
        out_channels=4,
        model_channels=width,
        num_res_blocks=[2, 2, 2, 2],
        channel_mult=(1, 2, 4, 4),
        num_heads=8,
        use_spatial_transformer=True,
        transformer_depth=[1, 1, 1, 1, 1, 1, 0, 0],
        transformer_depth_output=[1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
        transformer_depth_middle=1,
        context_dim=768,
        legacy=False,
        dtype=torch.float32,
        device=device,
        operations=comfy.ops.disable_weight_init,
    )
