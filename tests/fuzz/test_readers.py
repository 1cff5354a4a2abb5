"""Hostile files and lists: every input that was worth keeping, and a few seconds of new ones.

`python dev.py fuzz --minutes 30` looks longer; DENOISCOPE_FUZZ_SECONDS sets how long each reader is tried here.
"""

import importlib.util
import os
from pathlib import Path

import pytest

from denoiscope.devtools.driving.real_server import the_host
from denoiscope.devtools.fuzz import CORPUS, fuzz, readers

from .mutation import mutate
from .readers import READERS

SECONDS = float(os.environ.get("DENOISCOPE_FUZZ_SECONDS", "10"))
SEED = 20
"""The same odd inputs every time: luck is for longer runs."""
CORPUS_LIMIT = 2**18
"""Bytes of all kept inputs."""


def kept(reader: str) -> list[Path]:
    return sorted((CORPUS / reader).iterdir())


def test_every_reader_has_inputs_to_start_from_and_they_are_small():
    assert readers() == sorted(READERS)
    sizes = [path.stat().st_size for reader in READERS for path in kept(reader)]
    assert sum(sizes) < CORPUS_LIMIT


@pytest.mark.parametrize("reader", READERS)
def test_every_kept_input_is_read_or_refused_in_a_sentence(reader):
    for path in kept(reader):
        READERS[reader](path.read_bytes())


def test_a_mutation_is_another_input_and_the_same_for_the_same_seed():
    original = (CORPUS / "deck" / "run").read_bytes()
    changed = [mutate(original, seed) for seed in range(50)]
    assert sum(other not in (None, original) for other in changed) > 40
    assert changed == [mutate(original, seed) for seed in range(50)]
    assert mutate(b"no JSON", 1) is None


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="Atheris exists for Linux, Python 3.11 to 3.13")
@pytest.mark.skipif(not os.environ.get("COMFYUI_PATH"), reason="needs ComfyUI: COMFYUI_PATH is not set")
@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_no_odd_input_breaks_a_reader(reader, tmp_path):
    outcome = fuzz(the_host(), reader, seconds=SECONDS, work=tmp_path, more=(f"-seed={SEED}",))
    assert not outcome.broke, "\n".join(outcome.output.splitlines()[-60:])
    assert outcome.executions > len(kept(reader)), outcome.output[-2000:]
