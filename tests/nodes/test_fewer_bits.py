"""Fewer bits on the real server with the pocket model: the picture moves with the bits, the report says the size."""

import pytest
from safetensors.torch import load_file

from denoiscope.devtools.driving.client import Refused
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run


def outcome(server, bits=None):
    """The latent of a stock KSampler, and the report."""
    graph = pocket_run(seed=7, steps=4)
    for unused in ("record", "deck"):
        del graph[unused]
    graph["sample"]["inputs"]["model"] = ["pocket", 0]
    graph["latent"] = node("SaveLatent", samples=["sample", 0], filename_prefix="tests/bits")
    if bits is not None:
        graph["bits"] = node("DenoiscopeFewerBits", model=["pocket", 0], bits=bits)
        graph["report"] = node("PreviewAny", source=["bits", 1])
        graph["sample"]["inputs"]["model"] = ["bits", 0]
    run = server.run(graph)
    latent = load_file(server.path_of(run.outputs["latent"]["latents"][0]))["latent_tensor"]
    return latent, None if bits is None else run.outputs["report"]["text"][0]


def test_fewer_bits_move_the_picture_farther_and_the_model_itself_stays_as_it_was(server):
    full, _ = outcome(server)
    distances = {bits: float((outcome(server, bits)[0] - full).square().mean().sqrt()) for bits in ("8", "4", "2")}
    assert 0 < distances["8"] < distances["4"] < distances["2"]
    assert distances["8"] < 0.1 * float(full.std())
    assert outcome(server)[0].equal(full)


def test_the_report_says_the_size_and_that_it_is_a_demonstration(server):
    _, report = outcome(server, "3")
    head, table = report.split("\n\n")
    assert head.startswith("3 bits a weight:")
    assert "nominal size" in head and "A demonstration" in head and "float32" in head
    assert table.splitlines()[0] == "block\tweights\tbytes before\tnominal bytes\terror"
    assert any(line.startswith("middle\t") for line in table.splitlines())


def test_bits_that_are_not_offered_are_refused(server):
    with pytest.raises(Refused):
        outcome(server, "5")
