"""Decks on disk: bit for bit there and back, and a clear sentence for everything that is no deck."""

import errno
import json
import struct
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from denoiscope.core.recording.deck import Axis
from denoiscope.core.recording.deck_file import FORMAT_VERSION, DeckFileError, load_deck, save_deck
from denoiscope.core.recording.origin import Origin
from denoiscope.core.recording.trajectory import Settings
from denoiscope.core.whole_file import NotWrittenError
from denoiscope.devtools.driving.equal_decks import equal

from .decks import deck, forward, grid, trajectory, with_first

SPACE = {"name": "x", "scale": [1, 1, 1, 1], "shift": [0, 0, 0, 0]}


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


def description(path):
    """It lies behind all numbers."""
    header, data = parts(path)
    begin, end = header["description"]["data_offsets"]
    assert end == len(data)
    return json.loads(data[begin:end])


def describe(path, text: bytes):
    header, data = parts(path)
    begin = header["description"]["data_offsets"][0]
    header["description"] |= {"shape": [len(text)], "data_offsets": [begin, begin + len(text)]}
    rewrite(path, header, data[:begin] + text)


def change_description(path, **changes):
    describe(path, json.dumps(description(path) | changes).encode())


def change_version(path, version):
    header, data = parts(path)
    header["__metadata__"]["denoiscope"] = json.dumps({"version": version})
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
    full = "denoiscope.core.whole_file._flush"
    monkeypatch.setattr(full, lambda path: (_ for _ in ()).throw(OSError(errno.ENOSPC, "disk full")))
    with pytest.raises(NotWrittenError, match=r"a\.safetensors could not be written to .* \(disk full\): make room"):
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


def test_a_deck_that_carries_a_pupils_answers_is_read_as_before_and_hands_them_on_to_nobody(saved):
    """js/panel/carrying.js writes them."""
    before, (header, data) = load_deck(saved), parts(saved)
    header["__metadata__"]["denoiscope_answers"] = '{"name": "Anna"}'
    rewrite(saved, header, data)
    assert equal(load_deck(saved), before)
    save_deck(load_deck(saved), saved)
    assert b"Anna" not in saved.read_bytes()


def test_a_deck_of_a_later_version_says_update(saved):
    change_version(saved, FORMAT_VERSION + 1)
    with pytest.raises(DeckFileError, match="later Denoiscope"):
        load_deck(saved)


@pytest.mark.parametrize("version", [0, -1, "1", None, True, 1.5])
def test_a_version_that_is_none_is_refused(saved, version):
    change_version(saved, version)
    with pytest.raises(DeckFileError, match="no deck version"):
        load_deck(saved)


def test_a_header_that_lies_about_shapes_costs_no_memory(saved):
    header, data = parts(saved)
    for shape in ({}, {"a": 1}, [2**47, 2**47, 0], [10**12], [2**31, 2**31], [-1, 5], [5] * 9, "ab", [1.5]):
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
        {"sigma_data": 1e308},
        {"sigma_data": 10**400},
        {"space": SPACE | {"downscale": "8"}},
        {"space": SPACE | {"downscale": 10**12}},
        {"texts": [None] * 3},
        {"texts": {}},
        {"texts": 7},
        {"space": SPACE | {"rgb_factors": [[1, 1, 1, 1]] * 4}},
        {"space": SPACE | {"rgb_factors": [[[1], 1, 1]] * 4}},
        {"space": SPACE | {"rgb_bias": [0, 0]}},
        {"space": SPACE | {"scale": json.loads("[" * 900 + "]" * 900)}},
    ],
)
def test_descriptions_that_do_not_fit_are_refused(saved, changes):
    change_description(saved, **changes)
    with pytest.raises(DeckFileError):
        load_deck(saved)


def test_a_description_nested_without_end_is_refused(saved):
    describe(saved, b"[" * 100_000)
    with pytest.raises(DeckFileError):
        load_deck(saved)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": float("inf")},
        {"seed": -1},
        {"seed": 2**64},
        {"guidance": 10**400},
        {"switch_at": "soon"},
        {"switch_at": 10**400},
        {"prompt": 7},
        {"prompt": "the words themselves"},
    ],
    ids=lambda change: str(change)[:30],
)
def test_settings_that_are_no_numbers_are_refused(saved, change):
    trajectories = description(saved)["trajectories"]
    trajectories[0]["settings"] |= change
    change_description(saved, trajectories=trajectories)
    with pytest.raises(DeckFileError, match="do not fit together"):
        load_deck(saved)


def test_states_without_a_single_number_are_refused():
    with pytest.raises(ValueError, match="at least one number"):
        trajectory(shape=(4, 0, 8))


def test_a_folder_and_a_file_that_may_not_be_read_are_told_in_a_sentence(tmp_path):
    with pytest.raises(DeckFileError, match="cannot be read: Is a directory"):
        load_deck(tmp_path)


@pytest.mark.parametrize("made", [grid(), forward(), forward(guesses=False, regenerated=False)])
def test_grids_and_forward_decks_come_back_as_they_were(tmp_path, made):
    save_deck(made, tmp_path / "deck.safetensors")
    assert equal(load_deck(tmp_path / "deck.safetensors"), made)


ORIGIN = Origin(
    comfyui="0.30.0",
    torch="2.8.0",
    device="cpu",
    conditioning=(("negative", "0badcafe"), ("positive", "12345678")),
    masked=True,
    largest_sigma=14.6,
)


def test_where_a_run_came_from_comes_back(tmp_path):
    save_deck(with_first(deck(), origin=ORIGIN), tmp_path / "deck.safetensors")
    first, second = load_deck(tmp_path / "deck.safetensors").trajectories
    assert (first.origin, second.origin) == (ORIGIN, None)


def long_deck(cells: int, words: str):
    """A grid whose every cell was asked with the same long texts."""
    settings = Settings(seed=1, prompt=words, negative=words[::-1])
    cell = replace(trajectory(steps=2, shape=(4, 1, 1)), settings=settings)
    cells = tuple(replace(cell, place=(i,)) for i in range(cells))
    axis = Axis(name="seed", values=tuple(map(str, range(len(cells)))))
    return replace(deck(count=1), trajectories=cells, kind="sweep", varies="seed", axes=(axis,))


def test_hundreds_of_cells_with_prompts_of_many_pages_are_read_back_and_each_text_stands_in_the_file_once(tmp_path):
    words = "a lighthouse, " * 3000
    made = long_deck(600, words)
    path = tmp_path / "a.safetensors"
    save_deck(made, path)
    assert equal(load_deck(path), made)
    assert path.stat().st_size < 10 * 600 * 160 and path.read_bytes().count(words.encode()) == 1


def test_a_deck_that_could_not_be_read_back_is_refused_before_a_byte_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("denoiscope.core.recording.deck_file.DESCRIPTION_LIMIT", 5000)
    for made in (long_deck(2, "x" * 5000), long_deck(4097, "x")):
        with pytest.raises(ValueError, match="cannot be saved, for it could not be opened again"):
            save_deck(made, tmp_path / "a.safetensors")
    assert not list(tmp_path.iterdir())


def test_guidance_that_is_no_number_is_saved_as_not_known(tmp_path):
    settings = replace(trajectory().settings, guidance=float("nan"))
    made = with_first(deck(), settings=settings, guidance_scales=(1.0, float("inf"), 3.0, None))
    save_deck(made, tmp_path / "a.safetensors")
    first = load_deck(tmp_path / "a.safetensors").trajectories[0]
    assert (first.settings.guidance, first.guidance_scales) == (None, (1.0, None, 3.0, None))


@pytest.mark.parametrize(
    "change",
    [
        {"model_calls": [10**400, 1, 1, 1]},
        {"model_calls": [-1, 1, 1, 1]},
        {"model_calls": [1.5, 1, 1, 1]},
        {"at_once": 10**400},
        {"at_once": 0},
        {"seconds": float("nan")},
        {"remaining": [float("nan")]},
        {"place": [10**400]},
        {"guidance_scales": [float("inf")] * 4},
    ],
    ids=lambda change: str(change)[:30],
)
def test_values_that_nothing_can_use_are_refused_by_the_reader(saved, change):
    trajectories = description(saved)["trajectories"]
    trajectories[0] |= change
    change_description(saved, trajectories=trajectories)
    with pytest.raises(DeckFileError, match="do not fit together"):
        load_deck(saved)


@pytest.mark.parametrize("sigma", [float("nan"), float("inf"), -1.0, 1e300])
def test_noise_levels_that_are_none_make_no_trajectory(sigma):
    sigmas = trajectory().sigmas.clone()
    sigmas[1] = sigma
    with pytest.raises(ValueError, match="sigmas must be numbers from 0 to"):
        replace(trajectory(), sigmas=sigmas)


def test_tensors_that_lie_over_each_other_are_refused_as_a_file_may_cost_no_more_memory_than_it_is_long(saved):
    header, data = parts(saved)
    header["0.x0"]["data_offsets"] = header["0.cond"]["data_offsets"]
    rewrite(saved, header, data)
    with pytest.raises(DeckFileError, match="at a wrong place"):
        load_deck(saved)


def test_numbers_that_are_no_floats_are_refused(saved):
    header, data = parts(saved)
    for entry in ("0.x", "1.cond"):
        size = header[entry]["data_offsets"][1] - header[entry]["data_offsets"][0]
        changed = json.loads(json.dumps(header))
        changed[entry] |= {"dtype": "U8", "shape": [size]}
        rewrite(saved, changed, data)
        with pytest.raises(DeckFileError, match="no description"):
            load_deck(saved)


def test_places_on_a_disk_that_older_files_hold_are_not_handed_on(saved):
    place = "/home/ada lovelace/ComfyUI/comfy_extras/nodes_cfg"
    trajectories = description(saved)["trajectories"]
    trajectories[0] |= {"guided_by": [f"RescaleCFG ({place})", "Other (b/custom_nodes/mine)", "a sampler"]}
    trajectories[0] |= {"notes": [f"Recording stopped: [Errno 2] No such file: '{place}.py'"]}
    trajectories[1] |= {"no_guidance": "Not in C:\\Users\\ada\\pack\\guider.py, line 3"}
    change_description(saved, trajectories=trajectories)
    first, second = load_deck(saved).trajectories
    assert first.guided_by == ("RescaleCFG (nodes_cfg)", "Other (mine)", "a sampler")
    assert first.notes == ("Recording stopped: [Errno 2] No such file: 'nodes_cfg.py'",)
    assert second.no_guidance == "Not in guider.py, line 3"
