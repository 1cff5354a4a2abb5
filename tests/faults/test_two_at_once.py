"""Two processes at one folder: what both save is kept under a name of its own, and a file that one cuts short while the
other reads it is a sentence, not the end of the reader.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import folder_paths
import pytest

from denoiscope.core.lora.file import LoraFileError, load_lora, save_lora
from denoiscope.core.lora.lora import lora_of
from denoiscope.core.recording.deck_file import DeckFileError, load_deck, save_deck
from denoiscope.core.safetensors_file import Opened
from denoiscope.core.whole_file import write_numbered
from denoiscope.devtools.driving.pack import ROOT
from denoiscope.host.files import output_place
from denoiscope.tests.core.decks import deck
from denoiscope.tests.core.loras import layer

EACH = 25
SAVER = """
import json, os, runpy, sys
from pathlib import Path
inside = runpy.run_path(sys.argv[1])
inside["register_pack"]()
inside["prepare_comfyui"](os.environ["COMFYUI_PATH"])
import folder_paths
folder_paths.output_directory = sys.argv[2]
from denoiscope.core.recording.deck_file import write_deck
from denoiscope.host.files import output_place
from denoiscope.tests.core.decks import deck

mine = deck(count=1, steps=2, shape=(4, 2, 2))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    place = output_place("class/deck", ".safetensors")
    print(json.dumps(place.save(lambda draft: write_deck(mine, draft))), flush=True)
"""
READER = """
import os, runpy, sys
from pathlib import Path
runpy.run_path(sys.argv[1])["register_pack"]()
from denoiscope.core.lora.file import LoraFileError, load_lora
from denoiscope.core.recording.deck_file import DeckFileError, load_deck

read = {"deck": load_deck, "LoRA": load_lora}[sys.argv[3]]
print("ready", flush=True)
refused = 0
while sys.stdin.readline().strip():
    try:
        read(Path(sys.argv[2]))
    except (DeckFileError, LoraFileError):
        refused += 1
    print("read", flush=True)
print(refused)
"""


def started(program: str, *arguments) -> subprocess.Popen:
    command = [sys.executable, "-c", program, str(ROOT / "devtools" / "inside.py"), *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


def test_two_processes_that_save_into_one_folder_lose_nothing(tmp_path):
    savers = [started(SAVER, tmp_path, EACH) for _ in range(2)]
    for saver in savers:
        saver.stdin.write("go\n")
        saver.stdin.flush()
    said = [json.loads(line) for saver in savers for line in saver.communicate()[0].splitlines()]
    names = [reference["filename"] for reference in said]
    assert len(names) == len(set(names)) == 2 * EACH
    assert sorted(names) == sorted(path.name for path in (tmp_path / "class").iterdir())
    assert all(load_deck(tmp_path / "class" / name).trajectories for name in names)


@pytest.mark.parametrize("links", [True, False], ids=["a disk with links", "a disk without"])
def test_a_number_that_somebody_took_in_the_meantime_is_not_taken_again(tmp_path, monkeypatch, links):
    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path))
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "no links here")))
    place = output_place("page", ".html")
    for number in (1, 2):
        (tmp_path / f"page_0000{number}_.html").write_text("somebody else's")
    reference = place.save(lambda draft: draft.write_text("ours"))
    assert reference == {"filename": "page_00003_.html", "subfolder": "", "type": "output"}
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "page_00001_.html": "somebody else's",
        "page_00002_.html": "somebody else's",
        "page_00003_.html": "ours",
    }


def test_what_could_not_be_written_takes_no_number(tmp_path):
    def fail(draft):
        draft.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_numbered(lambda number: tmp_path / f"{number}", 1, fail)
    assert not list(tmp_path.iterdir())


def written(kind: str, path: Path) -> bytes:
    if kind == "deck":
        save_deck(deck(count=1, steps=8, shape=(4, 64, 64)), path)
    else:
        save_lora(lora_of("a", (layer(rows=600, columns=400),)), path)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["deck", "LoRA"])
def test_a_file_that_is_cut_while_it_is_read_is_told_in_a_sentence(tmp_path, monkeypatch, kind):
    path = tmp_path / "a.safetensors"
    whole = written(kind, path)
    read = Opened.tensor

    def cutting(file, name):
        os.truncate(path, len(whole) // 2)
        return read(file, name)

    monkeypatch.setattr(Opened, "tensor", cutting)
    with pytest.raises((DeckFileError, LoraFileError), match="was changed while it was read"):
        {"deck": load_deck, "LoRA": load_lora}[kind](path)


@pytest.mark.parametrize("kind", ["deck", "LoRA"])
def test_a_process_lives_while_the_file_it_reads_is_cut_and_written_again_and_again(tmp_path, kind):
    path = tmp_path / "a.safetensors"
    whole = written(kind, path)
    reader = started(READER, path, kind)
    for _ in range(100):
        reader.stdin.write("again\n")
        reader.stdin.flush()
        os.truncate(path, 4000)
        with path.open("r+b") as stream:  # in place, as a synchronizing program writes
            stream.write(whole)
        assert reader.stdout.readline() == "read\n", f"it ended with {reader.wait()}"
    refused, _ = reader.communicate("\n")
    assert reader.returncode == 0 and int(refused) <= 100
