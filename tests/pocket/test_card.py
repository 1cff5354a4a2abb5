"""The card beside the weights tells the truth."""

import hashlib

from safetensors.torch import load_file

from denoiscope.pocket.denoiser import SCHEDULE, SIGMA_DATA, UNET
from denoiscope.pocket.text import known_words
from denoiscope.tests.pocket.shipped import CARD, FILE


def test_the_card_knows_its_file():
    content = FILE.read_bytes()
    assert CARD["file"] == FILE.name
    assert CARD["bytes"] == len(content) <= 10 * 2**20
    assert CARD["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_card_counts_the_numbers_in_the_file():
    counted = {}
    for key, tensor in load_file(FILE).items():
        part = key.partition(".")[0]
        counted[part] = counted.get(part, 0) + tensor.numel()
    assert CARD["numbers"] == counted


def test_the_card_describes_the_model_that_the_code_builds():
    assert CARD["unet"] == UNET
    assert CARD["schedule"] == SCHEDULE
    assert CARD["sigma_data"] == SIGMA_DATA
    assert CARD["words"] == known_words()


def test_the_card_says_how_the_weights_were_made_and_what_was_measured():
    assert {"autoencoder", "denoiser", "classifier", "polish"} <= set(CARD["training"])
    assert CARD["figures"]["psnr"] > 24
    assert CARD["figures"]["guidance 4"]["all six"] > 0.5
    assert "pocket.training" in CARD["command"]
