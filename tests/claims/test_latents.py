"""Claims 16 and 20: what a latent saves and loses, and a latent with one more axis."""

import torch

from denoiscope.training.examined import drawn
from denoiscope.training.sampling import decode, encode, scenes_to_draw

from .page import row

COUNTED = {"pocket model": ((128, 128, 3), (16, 16, 8)), "SD 1.5": ((512, 512, 3), (64, 64, 4))}
DRAWN = 32


def test_claim_16_a_latent_is_a_picture_in_fewer_numbers_and_loses_little(lab, page):
    pictures = drawn(scenes_to_draw(DRAWN))
    made = encode(lab.parts, pictures)
    assert tuple(pictures.shape[1:]) == (3, 128, 128) and tuple(made.shape[1:]) == (8, 16, 16)
    rows = []
    for name, (pixels, latent) in COUNTED.items():
        numbers, fewer = (int(torch.tensor(shape).prod()) for shape in (pixels, latent))
        rows.append(row(name, f"{numbers:,}", f"{fewer:,}", f"{numbers // fewer}"))
    page.tells("numbers", ("", "numbers of the picture", "numbers of the latent", "times fewer"), *rows)
    lost = (decode(lab.parts, made).clamp(-1, 1) - pictures) / 2
    decibels = (-10 * torch.log10(lost.square().mean((1, 2, 3)))).tolist()
    off = lost.abs().mean((1, 2, 3)).tolist()
    assert min(decibels) > 24
    page.tells(
        "round trip",
        (f"{DRAWN} drawn scenes, encoded and decoded", "measured"),
        row("peak signal-to-noise ratio, dB", decibels, within=0.2, digits=1),
        row("mean error of a colour, black to white being 1", off, within=0.002, digits=3),
    )
