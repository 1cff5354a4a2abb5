"""What a viewer's pictures cost: a run and a sweep with their viewer against stock nodes, and a large autoencoder's."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import comfy.ldm.models.autoencoder
import comfy.sd
import torch
from nodes import KSampler, PreviewImage, VAEDecode

from ...core.comparing.cells import Cell
from ...core.recording.deck import Axis, Deck
from ...core.showing.rendering import approximate_decoder
from ...core.showing.views import AS_TIME_ALLOWS, EVERYTHING
from ...core.telling.easel import PATIENCE, Onlooker
from ...host.cells import sample_cells
from ...host.pocket import build_pocket_model
from ...host.showing import sheets_in_temp, show_deck
from ...host.stopped import keep_finished
from ..table import Row
from ._pairs import in_turns
from .memory import recorded
from .recording import BUDGET, GUIDANCE, STEPS, Subject, pocket
from .sweeping import narrow_sd15, no_bars, start_of

ROUNDS = 9
SIDE = 384
SCRUBBED, SHARP = 1.3, 1.8
"""Times the stock graph: until every state of the guess can be scrubbed, and until the VAE has decoded it."""
SWEPT = (1.0, 2.0, 4.0, 7.0, 12.0, 20.0)
"""The guidances of the lesson on guidance."""
SWEEP = 1.5
"""Times the stock graph for each cell: a sweep until its guesses can be scrubbed."""
ONE_DECODE = 1.0
"""From the end of sampling to the first scrub, in times that the autoencoder takes for one picture."""


def measure() -> Iterator[Row]:
    with torch.inference_mode(), no_bars():
        yield from a_run()
        yield from a_sweep()
        yield from a_large_autoencoder()


def a_run() -> Iterator[Row]:
    subject, vae = pocket(), build_pocket_model()[2]
    view = partial(viewed, subject, vae)
    ways = {
        "until every state of the guess can be scrubbed": (partial(view, until=has_guess), SCRUBBED),
        "until the guess is decoded": (partial(view, until=has_sharp_guess), SHARP),
        "until all views are decoded": (view, None),
        "all views at once, as it was": (partial(view, decode=EVERYTHING, looked_on=False), None),
    }
    yield from against(partial(stock_nodes, subject, vae), ways, f"pocket model, {STEPS} steps")


def a_sweep() -> Iterator[Row]:
    subject, vae = pocket(), build_pocket_model()[2]
    look = partial(swept_and_viewed, subject, vae)

    def stock() -> None:
        for guidance in SWEPT:
            stock_nodes(subject, vae, guidance)

    ways = {
        "until every state of the guesses can be scrubbed": (partial(look, until=has_guess), SWEEP),
        "until the guesses are decoded": (partial(look, until=has_sharp_guess), None),
        "until all views are decoded": (look, None),
    }
    yield from against(stock, ways, f"pocket model, a sweep of {len(SWEPT)} guidances")


def a_large_autoencoder() -> Iterator[Row]:
    """SD 1.5's own autoencoder with random weights; its decoder does the same work whatever it holds."""
    subject, vae = narrow_sd15(), autoencoder()
    recording, latent = recorded(True, subject)
    deck = recording.run_of(latent).deck()
    decode = seconds_of(lambda: VAEDecode().decode(vae, {"samples": deck.trajectories[0].x[-1:]}))
    what = f"an autoencoder of SD's size, 256 pixels, {deck.trajectories[0].states} states"
    yield Row(f"{what}: one decode", decode, "s")
    for name, until, target in (
        ("the guess can be scrubbed", has_guess, ONE_DECODE),
        ("its last state is decoded", has_sharp_state, None),
        ("all of it is decoded", has_sharp_guess, None),
    ):
        took = seconds_of(partial(shown, deck, vae, until=until, patience=0.0))
        yield Row(f"{what}: from the end of sampling until {name}", took / decode, "× one decode", target)


def against(stock: Callable[[], object], ways: dict, what: str) -> Iterator[Row]:
    """What each way costs, by the stock nodes; `ways` by their names, each with its target."""
    plain, *others = in_turns([stock, *(way for way, _ in ways.values())], ROUNDS)
    yield Row(f"{what}: KSampler, VAE Decode, Preview Image", statistics.median(plain), "s")
    for (name, (_, target)), seconds in zip(ways.items(), others, strict=True):
        ratios = [taken / nodes for taken, nodes in zip(seconds, plain, strict=True)]
        low, _, high = statistics.quantiles(ratios, n=4)
        spread = f"middle half {low:.2f} to {high:.2f}, {len(ratios)} rounds"
        yield Row(f"{what}, with a viewer: {name}", statistics.median(ratios), "× the stock nodes", target, spread)


def seconds_of(way: Callable[[], object]) -> float:
    started = time.process_time()
    way()
    return time.process_time() - started


def autoencoder() -> comfy.sd.VAE:
    """The configuration of ComfyUI's sd.py for SD 1.5."""
    shape = {"z_channels": 4, "double_z": True, "in_channels": 3, "out_ch": 3, "resolution": 256, "dropout": 0.0}
    size = {"ch": 128, "ch_mult": [1, 2, 4, 4], "num_res_blocks": 2, "attn_resolutions": []}
    params = {"ddconfig": shape | size, "embed_dim": 4}
    network = comfy.ldm.models.autoencoder.AutoencoderKL(**params)
    generator = torch.Generator().manual_seed(2)
    for weight in network.parameters():
        weight.requires_grad_(False).normal_(0, 0.02, generator=generator)
    return comfy.sd.VAE(sd=network.state_dict(), config={"params": params}, dtype=torch.float32)


def stock_nodes(subject: Subject, vae, guidance: float = GUIDANCE) -> None:
    settings = (7, STEPS, guidance, "euler", "karras")
    (latent,) = KSampler().sample(
        subject.model, *settings, subject.positive, subject.negative, {"samples": subject.latent}
    )
    PreviewImage().save_images(VAEDecode().decode(vae, latent)[0])


class Enough(Exception):
    """What is waited for stands in the viewer."""


def viewed(
    subject: Subject,
    vae,
    *,
    until: Callable[[dict], bool] = lambda _: False,
    decode: str = AS_TIME_ALLOWS,
    looked_on: bool = True,
) -> None:
    recording, latent = recorded(True, subject)
    shown(recording.run_of(latent).deck(), vae, until=until, decode=decode, looked_on=looked_on)


def swept_and_viewed(subject: Subject, vae, *, until: Callable[[dict], bool] = lambda _: False) -> None:
    settings = {"seed": 7, "steps": STEPS, "sampler_name": "euler", "scheduler": "karras"}
    cells = [Cell(label=f"{cfg:g}", place=(at,), cfg=cfg, **settings) for at, cfg in enumerate(SWEPT)]
    finished = sample_cells(start_of(subject), cells, budget_bytes=BUDGET, at_once=0)
    axis = Axis(name="guidance", values=tuple(cell.label for cell in cells))
    deck, _ = keep_finished(finished, cells, kind="sweep", axes=(axis,))
    shown(deck, vae, until=until)


def shown(
    deck: Deck,
    vae,
    *,
    until: Callable[[dict], bool],
    decode: str = AS_TIME_ALLOWS,
    looked_on: bool = True,
    patience: float = PATIENCE,
) -> None:
    def tell(payload: dict) -> None:
        if until(payload):
            raise Enough

    onlooker = Onlooker(quick=approximate_decoder(deck), tell=tell, patience=patience) if looked_on else None
    try:
        show_deck(deck, vae, decode, sheets_in_temp(), longest=SIDE, onlooker=onlooker)
    except Enough:
        pass


def guess_in(payload: dict) -> dict:
    return next(view for view in payload["views"] if view["id"] == "x0")


def has_guess(payload: dict) -> bool:
    return bool(guess_in(payload)["sheets"])


def has_sharp_guess(payload: dict) -> bool:
    return has_guess(payload) and guess_in(payload)["source"] == "vae"


def has_sharp_state(payload: dict) -> bool:
    """One of its sheets lies over another."""
    return len(guess_in(payload)["sheets"]) > 1
