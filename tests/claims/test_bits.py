"""Claim 22: what fewer bits per weight save, and from where on it shows."""

import torch

from denoiscope.core.quantization import BITS, relative_error
from denoiscope.host.quantization import left_alone, rounding_of, with_fewer_bits

from .lab import PLAIN, apart, finals
from .page import row


def decibels(made, wanted):
    """Peak signal-to-noise ratio of each picture [picture, height, width, 3] in 0..1."""
    return (-10 * torch.log10((made - wanted).square().mean((1, 2, 3)))).tolist()


def test_claim_22_fewer_bits_are_cheaper_and_below_a_point_visible(lab, page):
    plain = lab.deck(PLAIN)
    pictures, (_, left) = lab.pictures(plain), left_alone(lab.model)
    layers = [rounding_of(lab.model, bits) for bits in BITS]
    decks = [lab.sample(PLAIN, model=with_fewer_bits(lab.model, bits)) for bits in BITS]
    off = [apart(finals(deck), finals(plain)) for deck in decks]
    sizes = [(sum(layer.nominal_bytes for layer in some) + left) / 1e6 for some in layers]
    page.tells(
        "bits",
        ("bits a weight", *map(str, BITS)),
        row("megabytes of the U-Net", *sizes, within=0.01),
        row("error of the weights, %", *(100 * relative_error(some) for some in layers), within=0.05),
        row("distance of the finished latent", *off, within=0.03),
        row("likeness of the picture, dB", *(decibels(lab.pictures(d), pictures) for d in decks), within=0.5, digits=1),
    )
    means = [sum(row_off) for row_off in off]
    assert means == sorted(means), "fewer bits, farther from the whole model's picture"
