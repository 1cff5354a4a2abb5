"""Claims 6 and 7: what guidance computes, and what much of it does to a picture."""

from dataclasses import replace

import torch

from denoiscope.core.comparing.triangle import deviation, pull
from denoiscope.core.measuring.guidance import cosine
from denoiscope.core.measuring.pixels import clipped_share, saturation
from denoiscope.host.decoding import raw_decoder

from .lab import PLAIN, UNGUIDED, apart, finals
from .page import below, row

SCALES = (1.0, 2.0, 4.0, 7.0, 12.0, 20.0)
STEPS_SHOWN = (0, 2, 5, 10, 15, 19)


def test_claim_6_the_guided_guess_is_what_the_formula_makes_of_the_two(lab, page):
    trajectories = lab.deck(PLAIN).trajectories
    assert all(t.uncond is None for t in lab.deck(UNGUIDED).trajectories), "at 1 the model is never asked without"
    worst, pulls, angles = (
        torch.tensor([of(t) for t in trajectories], dtype=torch.float64) for of in (deviation, pull, cosine)
    )
    shown = [(worst[:, step], pulls[:, step], angles[:, step]) for step in STEPS_SHOWN]
    page.tells(
        "triangle",
        ("", *(f"step {step}" for step in STEPS_SHOWN)),
        row("deviation from the formula", *(below(float(part.max()), 1e-5) for part, _, _ in shown)),
        row("pull: size of cond − uncond", *(part.tolist() for _, part, _ in shown), within=0.03),
        row("cosine of the two directions", *(part.tolist() for _, _, part in shown), within=0.002, digits=3),
    )


def test_claim_7_strong_guidance_saturates_and_clips(lab, page):
    decks = [lab.deck(replace(PLAIN, guidance=scale)) for scale in SCALES]
    raw = [raw_decoder(deck, lab.vae).decode(finals(deck))[:, 0] for deck in decks]
    colours = [saturation(part.clamp(0, 1)).tolist() for part in raw]
    clipped = [(100 * clipped_share(part)).tolist() for part in raw]
    spreads = [finals(deck).flatten(1).std(1).tolist() for deck in decks]
    away = [apart(finals(deck), finals(lab.deck(PLAIN))) for deck in decks]
    page.tells(
        "burning",
        ("", *(f"cfg {scale:g}" for scale in SCALES)),
        row("saturation", *colours, within=0.01),
        row("clipped, % of the decoder's numbers", *clipped, within=0.2),
        row("spread of the finished latent", *spreads, within=0.03),
        row("distance from cfg 4", *away, within=0.05),
    )
    for rising in (colours, clipped, spreads):
        means = [sum(part) for part in rising[SCALES.index(PLAIN.guidance) :]]
        assert means == sorted(means)
