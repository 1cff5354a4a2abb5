"""What a viewer's pictures cost: the first lesson's run with its viewer against stock nodes that show one picture."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from functools import partial

import torch
from nodes import KSampler, PreviewImage, VAEDecode

from ...core.showing.rendering import approximate_decoder
from ...core.showing.views import AS_TIME_ALLOWS, EVERYTHING
from ...core.telling.easel import Onlooker
from ...host.pocket import build_pocket_model
from ...host.showing import sheets_in_temp, show_deck
from ..table import Row
from ._pairs import in_turns
from .memory import recorded
from .recording import GUIDANCE, STEPS, Subject, pocket
from .sweeping import no_bars

ROUNDS = 9
SIDE = 384
SCRUBBED, SHARP = 1.3, 1.8
"""Times the stock graph: until every state of the guess can be scrubbed, and until the VAE has decoded it."""


def measure() -> Iterator[Row]:
    subject, vae = pocket(), build_pocket_model()[2]
    view = partial(viewed, subject, vae)
    ways = {
        "until every state of the guess can be scrubbed": (partial(view, until=has_guess), SCRUBBED),
        "until the guess is decoded": (partial(view, until=has_sharp_guess), SHARP),
        "until all views are decoded": (view, None),
        "all views at once, as it was": (partial(view, decode=EVERYTHING, looked_on=False), None),
    }
    with torch.inference_mode(), no_bars():
        stock, *others = in_turns([partial(stock_nodes, subject, vae), *(way for way, _ in ways.values())], ROUNDS)
    what = f"pocket model, {STEPS} steps"
    yield Row(f"{what}: KSampler, VAE Decode, Preview Image", statistics.median(stock), "s")
    for (name, (_, target)), seconds in zip(ways.items(), others, strict=True):
        ratios = [taken / plain for taken, plain in zip(seconds, stock, strict=True)]
        low, _, high = statistics.quantiles(ratios, n=4)
        spread = f"middle half {low:.2f} to {high:.2f}, {len(ratios)} rounds"
        yield Row(f"{what}, with a viewer: {name}", statistics.median(ratios), "× the stock nodes", target, spread)


def stock_nodes(subject: Subject, vae) -> None:
    settings = (7, STEPS, GUIDANCE, "euler", "karras")
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
    deck = recording.run_of(latent).deck()

    def tell(payload: dict) -> None:
        if until(payload):
            raise Enough

    onlooker = Onlooker(quick=approximate_decoder(deck), tell=tell) if looked_on else None
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
