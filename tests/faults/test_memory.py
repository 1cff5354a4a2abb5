"""What files and models claim costs no memory, and where memory runs out what is there is kept."""

import json
import math
import struct
from types import SimpleNamespace

import folder_paths
import psutil
import pytest
import torch

from denoiscope.core.lora.file import LoraFileError, load_lora
from denoiscope.core.recording.deck_file import DeckFileError, load_deck, save_deck
from denoiscope.devtools.driving.analytic_model import analytic_model
from denoiscope.nodes.viewer import DenoiscopeViewer
from denoiscope.tests.core.decks import deck
from denoiscope.tests.core.loras import plain, written

from .instruments import INSTRUMENTS, seed_walk

BYTES = {"F32": 4, "F64": 8, "U8": 1}
NOTHING = 64 * 2**20
"""Bytes by which the process may grow while it refuses a file: its own imports and lists."""
CLAIMED = 10**12


def claiming(path, name, *, hollow):
    """The file with a tensor of 10¹² numbers, of which none lies on the disk: at its end, or after a hole that is as
    long as it says.
    """
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    end = 0
    for key, entry in header.items():
        if key == "__metadata__":
            continue
        if key == name:
            entry["shape"] = [entry["shape"][0], CLAIMED // entry["shape"][0], *[1] * (len(entry["shape"]) - 2)]
        entry["data_offsets"] = [end, end + math.prod(entry["shape"]) * BYTES[entry["dtype"]]]
        end = entry["data_offsets"][1]
    text = json.dumps(header).encode()
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        if hollow:
            stream.truncate(8 + len(text) + end)
    return path


def growth(action) -> int:
    process = psutil.Process()
    before = process.memory_info().rss
    action()
    return process.memory_info().rss - before


@pytest.mark.parametrize("hollow", [False, True], ids=["cut short", "with a hole"])
@pytest.mark.parametrize("kind", ["deck", "LoRA"])
def test_a_file_that_claims_a_million_million_numbers_costs_no_memory(tmp_path, kind, hollow):
    path = tmp_path / "huge.safetensors"
    if kind == "deck":
        save_deck(deck(count=1, guidance=False), path)
    else:
        written(path, plain("a", ".lora_up.weight", ".lora_down.weight"))
    try:
        claiming(path, "0.x" if kind == "deck" else "a.lora_up.weight", hollow=hollow)
    except OSError:
        pytest.skip("this disk has no files with such holes")
    load, error = (load_deck, DeckFileError) if kind == "deck" else (load_lora, LoraFileError)

    def refuse():
        with pytest.raises(error):
            load(path)

    assert growth(refuse) < NOTHING


@pytest.fixture
def folders(tmp_path, monkeypatch):
    for kind in ("output", "temp"):
        monkeypatch.setattr(folder_paths, f"{kind}_directory", str(tmp_path / kind))
    return tmp_path


def no_room(latents):
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")


NO_ROOM = SimpleNamespace(latent_channels=4, latent_dim=2, output_channels=3, decode=no_room)


def test_where_the_vae_finds_no_memory_the_viewer_says_so_and_works_without(folders):
    """ComfyUI tells of memory that ran out in its own words, and frees what it can: the error must reach it."""
    with torch.inference_mode():
        whole = INSTRUMENTS["KSampler with Deck"](analytic_model())
        with pytest.raises(torch.OutOfMemoryError, match="out of memory"):
            DenoiscopeViewer.execute(whole, 64, "everything", vae=NO_ROOM)
        shown = DenoiscopeViewer.execute(whole, 64, "nothing", vae=NO_ROOM).ui["denoiscope_deck"][0]
    assert {view["source"] for view in shown["views"]} == {"approximate", "exact"}


def test_where_the_vae_finds_no_memory_after_a_walk_the_walk_is_kept(folders):
    with torch.inference_mode(), pytest.raises(torch.OutOfMemoryError):
        seed_walk(analytic_model(), vae=NO_ROOM)
    [kept] = (folders / "output").rglob("*.safetensors")
    assert all(trajectory.finished for trajectory in load_deck(kept).trajectories)
