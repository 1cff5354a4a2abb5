"""Claim 20: a video latent through the recorder, a sweep and the viewer's payload."""

import comfy.sample
import pytest
import torch

from denoiscope.core.comparing.cells import Cell
from denoiscope.core.parameterization import direction
from denoiscope.core.recording.recording import Recording
from denoiscope.core.telling.deck import show
from denoiscope.host.cells import sample_cells
from denoiscope.host.decoding import decoders
from denoiscope.host.recorder import record
from denoiscope.host.start import start_from
from denoiscope.tests.models.miniatures.autoencoders import AUTOENCODERS
from denoiscope.tests.models.miniatures.networks import NETWORKS
from denoiscope.tests.models.miniatures.text_encoders import TEXT_ENCODERS

from ..formulas import x0_from_direction
from .lab import BUDGET
from .page import below, row

FRAMES, SIDE, STEPS, SEED = 3, 8, 4, 1000
RUN = {"steps": STEPS, "sampler_name": "euler", "scheduler": "simple"}


@pytest.fixture(scope="module")
def wan():
    """A miniature of Wan 2.1, of ComfyUI's own classes, with random weights: MODEL and two CONDITIONINGs."""
    clip = TEXT_ENCODERS["Wan"]()
    prompts = (clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a red house", ""))
    return NETWORKS["Wan"](), *prompts


def empty(model):
    return torch.zeros(1, model.get_model_object("latent_format").latent_channels, FRAMES, SIDE, SIDE)


def sampled(model, positive, negative):
    start = empty(model)
    noise = comfy.sample.prepare_noise(start, SEED)
    order = (STEPS, 4.0, RUN["sampler_name"], RUN["scheduler"], positive, negative, start)
    return comfy.sample.sample(model, noise, *order, disable_pbar=True, seed=SEED)


def test_claim_20_a_video_is_recorded_swept_and_shown_as_a_picture_is(wan, page):
    model, positive, negative = wan
    recording = Recording(budget_bytes=BUDGET)
    watched, alone = sampled(record(model, recording), positive, negative), sampled(model, positive, negative)
    assert torch.equal(watched, alone), "recording changes nothing"
    deck = recording.run_of(watched).deck()
    (trajectory,) = deck.trajectories
    sigma = trajectory.sigmas[:-1].view(-1, 1, 1, 1, 1)
    x, x0 = trajectory.x[:-1].double(), trajectory.x0.double()
    again = x0_from_direction(x, direction(x, x0, sigma), sigma)
    cells = [Cell(label=f"guidance {cfg}", place=(i,), seed=SEED, cfg=cfg, **RUN) for i, cfg in enumerate((1.0, 4.0))]
    told = {"positive": positive, "negative": negative, "latent": {"samples": empty(model)}}
    finished = list(sample_cells(start_from(model, **told, keep_guidance=True), cells, budget_bytes=BUDGET))
    swept = {i: t for batch in finished for i, t in zip(batch.indices, batch.trajectories, strict=True)}
    torch.testing.assert_close(swept[1].x, trajectory.x, atol=1e-4, rtol=1e-4)
    told = show(deck, decoders(deck, AUTOENCODERS["Wan"]()), lambda view, sheet: "a file", longest=64)
    assert told["trajectories"][0]["frames"] == trajectory.frames == FRAMES
    shown = {view["id"]: sum(sheet["count"] for sheet in view["sheets"]) for view in told["views"]}
    page.tells(
        "video",
        (f"a miniature of Wan 2.1, {STEPS} steps", "measured"),
        row("axes of a state: channel, frame, row, column", " × ".join(map(str, trajectory.x.shape[1:]))),
        row("states, frames of each in the recording", f"{trajectory.states}, {trajectory.frames}"),
        row("latents recorded and not recorded differ by", "0, to the bit"),
        row("x = x0 + σ · direction at every state: largest error", below(float((again - x0).abs().max()), 1e-10)),
        row("cells of a sweep over guidance, frames of each", f"{len(swept)}, {swept[0].frames}"),
        row("x0 guesses that the viewer gets", f"{shown['x0']}"),
    )
