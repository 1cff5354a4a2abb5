"""Claims 14 and 15: starting from a picture, and from a part of one."""

from dataclasses import replace

import torch

from denoiscope.core.measuring.frequency import LAYOUT_UP_TO, Band
from denoiscope.training.editing import opening

from .lab import PLAIN, apart, correlation, finals, latents, share
from .page import below, row

STRENGTHS = (0.25, 0.5, 0.75, 1.0)
LAYOUT = Band(name="layout", low=0, high=LAYOUT_UP_TO)
"""Without the mean: what stands where, whatever the colours of the whole."""


def other_pictures(lab):
    """Each picture starts from the next one's finished latent, as a LATENT has it."""
    return latents(lab.deck(PLAIN)).roll(-1, 0)


def test_claim_14_the_strength_of_img2img_is_where_on_the_schedule_it_starts(lab, page):
    source = other_pictures(lab)
    inside = lab.deck(PLAIN).space.to_model(source)
    rows, kept = [], []
    for strength in STRENGTHS:
        deck = lab.sample(replace(PLAIN, strength=strength), start=source)
        sigma = float(deck.trajectories[0].sigmas[0])
        begun = torch.stack([t.x[0] for t in deck.trajectories])
        if strength < 1:
            torch.testing.assert_close(begun, inside + sigma * lab.noise, atol=1e-5, rtol=1e-5)
        kept.append(correlation(finals(deck), inside, LAYOUT))
        rows.append(row(f"{strength:g}", sigma, kept[-1], apart(finals(deck), inside), within=0.03))
    head = ("σ where it starts", "layout: correlation with the source", "distance from the source")
    page.tells("strength", ("strength", *head), *rows)
    means = [sum(row_kept) for row_kept in kept]
    assert means == sorted(means, reverse=True) and means[0] > 0.9 * len(kept[0]) > 0.5 * len(kept[0]) > means[-1]


def test_claim_15_inpainting_noises_only_the_mask(lab, page):
    source = other_pictures(lab)
    mask = torch.cat([opening(scene) for scene in lab.scenes])
    deck = lab.sample(PLAIN, start=source, mask=mask)
    inside = lab.deck(PLAIN).space.to_model(source)
    change = (finals(deck) - inside).abs()
    within = share((change * mask).flatten(1).mean(1).tolist(), mask.flatten(1).mean(1).tolist())
    assert min(within) > 0.1
    page.tells(
        "mask",
        ("the finished latent beside the source, in spreads", "measured"),
        row("largest change outside the mask", below(float((change * (1 - mask)).max() / inside.std()), 1e-5)),
        row("mean change inside", [row_kept / float(inside.std()) for row_kept in within], within=0.03),
    )
