"""What is said of a LoRA, and of one that was cut."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.lora.lora import lora_of
from denoiscope.core.lora.report import truncation_report
from denoiscope.core.lora.truncation import cut_layer, with_layers
from denoiscope.core.lora.words import bytes_in_words, described, ranks_in_words

from .loras import layer
from .test_lora_header import PEFT


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_499, "999 kB"), (999_500, "1 MB"), (340_462_408, "340 MB")],
)
def test_bytes_are_said_in_three_digits(size, words):
    assert bytes_in_words(size) == words


def test_ranks_are_counted_where_they_are_few_and_bounded_where_they_are_many():
    ranked = [layer(tuple(range(rank, 0, -1)), name=f"a{rank}") for rank in range(1, 9)]
    assert ranks_in_words(ranked[:1]) == "rank 1"
    assert ranks_in_words((*ranked[:2], ranked[1])) == "ranks 1 (1), 2 (2)"
    assert ranks_in_words(ranked) == "ranks 1 to 8"


def test_a_lora_is_described_with_its_scale():
    assert "scale α / r = 0.5\n" in described(lora_of("bolt", (layer(alpha=2.0),)))
    assert "scale α / r = 1 (no α in the file)" in described(lora_of("bolt", (layer(),)))
    both = lora_of("bolt", (layer(alpha=2.0), layer(name="text_encoders.b")))
    assert "scale α / r from 0.5 to 1" in described(both)
    assert "text encoder: 1 layer as LoRA" in described(both)


def test_a_report_counts_what_was_cut_and_lists_layers_as_the_network_is_walked():
    names = ("text_encoders.a", "output_blocks.10.a", "output_blocks.2.a")
    lora = lora_of("bolt", tuple(layer(name=name) for name in names))
    made = [
        cut_layer(each_layer, each_layer.svd(), 2 if each_layer.part == "model" else 4, precision=torch.float32)
        for each_layer in lora.layers
    ]
    layers, cuts = zip(*made, strict=True)
    first, second, *_, third, fourth, fifth = truncation_report(
        lora, with_layers(lora, layers, note=""), cuts
    ).splitlines()
    assert first == "bolt: rank 4 to ranks 2 (2), 4 (1), 3.07 kB to 2.05 kB, 88.89 % of the energy kept"
    assert second == "2 of 3 layers cut; the others are as the file has them, bit for bit"
    assert [line.split("\t")[0] for line in (third, fourth, fifth)] == [*names[:0:-1], names[0]]


def test_a_scale_that_only_the_header_has_is_said_with_who_reads_it():
    lora = replace(lora_of("bolt", (layer(),)), metadata=PEFT)
    assert "scale α / r = 1 (no α among the tensors; the header says α = 64, r = 4, so α / r = 16:" in described(lora)
    two = replace(lora, metadata={**PEFT, "text_encoder.lora_alpha": "8"})
    assert "scale α / r = 1 (no α in the file)" in described(two)
