"""Decks on disk: bit for bit there and back, and a clear sentence for everything that is no deck."""

import json
import struct

import pytest
import torch
from safetensors.torch import save_file

from denoiscope.core.deck_file import DeckFileError, equal, load_deck, save_deck

from .decks import deck, with_first


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "a.safetensors"
    save_deck(deck(), path)
    return path


def parts(path):
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def rewrite(path, header, data):
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def change_description(path, **changes):
    header, data = parts(path)
    described = json.loads(header["__metadata__"]["denoiscope"])
    described.update(changes)
    header["__metadata__"]["denoiscope"] = json.dumps(described)
    rewrite(path, header, data)


@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
def test_a_deck_comes_back_bit_for_bit(tmp_path, kind):
    original = deck()
    first = original.trajectories[0]
    x = first.x.to(kind)
    x[0, 0, 0, 0] = float("nan")
    changed = with_first(original, x=x, x0=first.x0.to(kind), cond=None, uncond=None)
    save_deck(changed, tmp_path / "b.safetensors")
    assert equal(load_deck(tmp_path / "b.safetensors"), changed)
    assert not equal(changed, original)


def test_a_video_deck_and_one_without_guidance_come_back(tmp_path):
    for index, original in enumerate((deck(shape=(4, 3, 8, 8)), deck(count=1, guidance=False))):
        path = tmp_path / f"{index}.safetensors"
        save_deck(original, path)
        assert equal(load_deck(path), original)


def test_saving_leaves_no_draft_behind_and_keeps_the_old_file_when_it_fails(saved, monkeypatch):
    before = saved.read_bytes()
    monkeypatch.setattr("denoiscope.core.deck_file._flush", lambda path: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save_deck(deck(count=1), saved)
    assert saved.read_bytes() == before
    assert [p.name for p in saved.parent.iterdir()] == ["a.safetensors"]


def test_a_truncated_file_is_refused_at_any_length(saved):
    data = saved.read_bytes()
    for length in (0, 1, 7, 8, 9, 100, len(data) // 2, len(data) - 1):
        saved.write_bytes(data[:length])
        with pytest.raises(DeckFileError):
            load_deck(saved)


def test_a_file_that_is_not_safetensors_is_refused(saved):
    saved.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    with pytest.raises(DeckFileError, match="not a safetensors file"):
        load_deck(saved)


def test_a_safetensors_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "lora.safetensors"
    save_file({"lora_up.weight": torch.zeros(4, 4)}, path)
    with pytest.raises(DeckFileError, match="not a Denoiscope deck"):
        load_deck(path)


def test_a_deck_of_a_later_version_says_update(saved):
    change_description(saved, version=2)
    with pytest.raises(DeckFileError, match="later Denoiscope"):
        load_deck(saved)


@pytest.mark.parametrize("version", [0, -1, "1", None, True, 1.5])
def test_a_version_that_is_none_is_refused(saved, version):
    change_description(saved, version=version)
    with pytest.raises(DeckFileError, match="no deck version"):
        load_deck(saved)


def test_a_header_that_lies_about_shapes_costs_no_memory(saved):
    header, data = parts(saved)
    for shape in ([10**12], [2**31, 2**31], [-1, 5], [5] * 9, "ab", [1.5]):
        lying = json.loads(json.dumps(header))
        lying["0.x"]["shape"] = shape
        rewrite(saved, lying, data)
        with pytest.raises(DeckFileError, match="wrongly"):
            load_deck(saved)


def test_a_header_of_gigabytes_is_not_read(saved):
    with saved.open("wb") as stream:
        stream.write(struct.pack("<Q", 2**32))
        stream.truncate(2**32 + 100)
    with pytest.raises(DeckFileError, match="claims a header"):
        load_deck(saved)


@pytest.mark.parametrize(
    "changes",
    [
        {"trajectories": []},
        {"trajectories": [{}]},
        {"trajectories": "ab"},
        {"space": None},
        {"space": {"name": "x", "scale": [], "shift": []}},
        {"space": {"name": "x", "scale": ["a"], "shift": [0]}},
        {"parameterization": "magic"},
        {"sigma_data": float("inf")},
        {"sigma_data": 0},
    ],
)
def test_descriptions_that_do_not_fit_are_refused(saved, changes):
    change_description(saved, **changes)
    with pytest.raises(DeckFileError):
        load_deck(saved)


def test_a_description_nested_without_end_is_refused(saved):
    header, data = parts(saved)
    header["__metadata__"]["denoiscope"] = "[" * 100_000
    rewrite(saved, header, data)
    with pytest.raises(DeckFileError):
        load_deck(saved)
