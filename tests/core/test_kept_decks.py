"""Deck files of every format version: each opens with the numbers that it was written with, now and later."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from denoiscope.core.recording.deck_file import FORMAT_VERSION, NUMBERS, load_deck, save_deck
from denoiscope.core.recording.origin import Origin
from denoiscope.core.recording.settings import Settings
from denoiscope.core.recording.stage import Stage
from denoiscope.core.safetensors_file import opened
from denoiscope.devtools.driving.equal_decks import equal

from .decks import deck, grid, trajectory
from .test_attention import maps
from .test_contract import COMMAND

DATA = Path(__file__).parent / "data"


def small(**changes):
    """Two cells of a sweep in few bytes."""
    of = grid(across=("1", "4"), down=("8",))
    runs = (trajectory(steps=2, seed=i, shape=(4, 2, 2), label=t.label) for i, t in enumerate(of.trajectories))
    cells = (
        replace(run, place=t.place, seconds=0.5, at_once=2, **changes)
        for run, t in zip(runs, of.trajectories, strict=True)
    )
    return replace(of, trajectories=tuple(cells))


SINCE_2 = {"noise": "0badcafe", "guidance_scales": (4.0, None), "guided_by": ("A (b)",)}
SINCE_3 = {
    "notes": ("A note.",),
    "settings": Settings(
        seed=3, guidance=1.5, prompt="a boat", negative="blurry", prompt_after="a house", switch_at=1, sampler="euler"
    ),
    "attention": maps(2),
    "origin": Origin(
        comfyui="0.30.0",
        torch="2.8.0",
        device="cpu",
        conditioning=(("negative", "0badcafe"), ("positive", "12345678")),
        masked=True,
        largest_sigma=14.6,
    ),
    "regenerated": torch.arange(48).reshape(3, 4, 2, 2) / 8,
}
SINCE_5 = {
    "source": torch.arange(16).reshape(4, 2, 2) / 4,
    "stages": (
        Stage(start=0, model="High", settings=Settings(seed=3, prompt="a boat"), size=(2, 2), noise="0badcafe"),
        Stage(start=1, model="Low", settings=Settings(sampler="heun"), size=(2, 1), join="noise", off=0.25),
    ),
}
KEPT = {
    1: deck(count=2, steps=2, shape=(4, 2, 2)),
    2: small(**SINCE_2),
    3: small(**SINCE_2, **SINCE_3),
    4: small(**SINCE_2, **SINCE_3, step_seconds=(0.25, None)),
    5: small(**SINCE_2, **SINCE_3, **SINCE_5, step_seconds=(0.25, None)),
}
"""What the kept file of each format version holds. A new version gets a row here, and its file by --write-contract."""


def test_every_format_version_has_a_kept_file():
    assert list(KEPT) == list(range(1, FORMAT_VERSION + 1))


def words(file) -> dict:
    return json.loads(file.tensor("description").numpy().tobytes())


@pytest.mark.parametrize("version", KEPT)
def test_a_kept_file_of_every_version_still_opens_with_the_same_numbers(version, rewrite):
    path = DATA / f"deck_v{version}.safetensors"
    if rewrite and not path.exists():
        save_deck(KEPT[version], path)
    assert equal(load_deck(path), KEPT[version])


def test_the_kept_file_of_this_version_has_the_names_that_are_written_today(tmp_path):
    path = DATA / f"deck_v{FORMAT_VERSION}.safetensors"
    save_deck(KEPT[FORMAT_VERSION], tmp_path / path.name)
    with opened(tmp_path / path.name, NUMBERS) as today, opened(path, NUMBERS) as kept:
        same = (today.metadata, today.entries, words(today)) == (kept.metadata, kept.entries, words(kept))
    assert same, f"a new version, or before its release: remove {path.name}, then {COMMAND}"
