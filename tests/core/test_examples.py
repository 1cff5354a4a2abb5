"""The examples that stand in docstrings run, and give what they say."""

import doctest
import importlib

import pytest

from denoiscope.devtools.driving.pack import ROOT

FOLDERS = ("core", "host", "nodes", "pocket", "training")
WITH_EXAMPLES = [
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "\n    >>> " in path.read_text(encoding="utf-8")
]
CALLED_BY_PEOPLE = (
    "core.value_list.parse_numbers",
    "core.value_list.parse_whole_numbers",
    "core.value_list.parse_names",
    "core.comparing.noise_walk.slerp",
    "core.lora.low_rank.svd_of_matrix",
    "core.lora.low_rank.energy_curve",
    "core.lora.low_rank.rank_for_energy",
)
"""Functions that people take into scripts of their own."""


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_every_example_gives_what_it_says(name):
    failed, tried = doctest.testmod(importlib.import_module(f"denoiscope.{name}"))
    assert tried and not failed


@pytest.mark.parametrize("name", CALLED_BY_PEOPLE)
def test_what_people_call_has_an_example(name):
    module, _, function = name.rpartition(".")
    assert ">>> " in getattr(importlib.import_module(f"denoiscope.{module}"), function).__doc__
