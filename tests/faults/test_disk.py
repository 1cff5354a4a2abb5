"""Disks that take no more: files are there whole, or as they were, and what happened is told in a sentence."""

import os
import subprocess
import sys

import pytest

from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.core.whole_file import FORSAKEN, NotWrittenError, whole, write_text
from denoiscope.devtools.driving.equal_decks import equal
from denoiscope.devtools.driving.pack import ROOT
from denoiscope.tests.core.decks import deck

resource = pytest.importorskip("resource", reason="this system sets no limit to the length of a file")

SMALL = 2**16
"""Bytes that a file may grow to where the disk is small."""
KILLS = 30


def write_bytes(path, data):
    with whole(path) as draft:
        draft.write_bytes(data)


KILLED_WHILE_WRITING = """
import os, runpy, signal, sys, time
from pathlib import Path
runpy.run_path(sys.argv[1])["register_pack"]()
from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.tests.core.decks import deck

path, kills = Path(sys.argv[2]), int(sys.argv[3])
decks = [deck(count=1, steps=steps, shape=(4, 64, 64)) for steps in (8, 16)]
save_deck(decks[0], path)
for kill in range(kills):
    writer = os.fork()
    if writer == 0:
        while True:
            for one in decks:
                save_deck(one, path)
    time.sleep(0.001 * kill)  # any moment will do: the deck must be whole at every one
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    print(load_deck(path).trajectories[0].steps, flush=True)
"""


@pytest.fixture
def small_disk():
    """No file of this process can grow beyond SMALL, as if the disk were full from there on."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_deck_that_the_disk_has_no_room_for_leaves_the_old_one_and_nothing_else(tmp_path, small_disk):
    path = tmp_path / "deck.safetensors"
    old = deck(count=1, steps=2)
    save_deck(old, path)
    with pytest.raises(NotWrittenError, match=rf"to the folder {tmp_path.name} \(File too large"):
        save_deck(deck(count=1, steps=20, shape=(4, 32, 32)), path)
    assert equal(load_deck(path), old)
    assert list(tmp_path.iterdir()) == [path]


def test_a_page_that_the_disk_has_no_room_for_leaves_nothing(tmp_path, small_disk):
    with pytest.raises(NotWrittenError, match="page.html could not be written"):
        write_bytes(tmp_path / "page.html", bytes(SMALL + 1))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_gone_is_told_like_a_full_disk(tmp_path):
    with pytest.raises(NotWrittenError, match="No such file or directory"):
        write_bytes(tmp_path / "gone" / "page.html", b"")


def test_an_interrupt_while_a_file_is_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "page.html"
    write_bytes(path, b"old")
    with pytest.raises(KeyboardInterrupt), whole(path) as draft:
        draft.write_bytes(b"half of the n")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_goes_with_a_later_file_but_no_draft_that_may_still_be_written(tmp_path):
    old, young = (tmp_path / f".draft-{name}.part" for name in ("old", "young"))
    for draft in (old, young):
        draft.write_bytes(b"half of the n")
    yesterday = young.stat().st_mtime - FORSAKEN - 60
    os.utime(old, (yesterday, yesterday))
    write_bytes(tmp_path / "page.html", b"new")
    assert set(tmp_path.iterdir()) == {young, tmp_path / "page.html"}


def test_a_file_may_be_read_by_whom_every_other_file_may_be_read(tmp_path):
    write_bytes(tmp_path / "ours", b"")
    (tmp_path / "plain").touch()
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_half_a_character_in_a_text_does_not_keep_a_page_from_being_written(tmp_path):
    write_text(tmp_path / "page.html", ["one \ud800 ", "two é"])
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "one ? two é"


def test_a_process_that_is_killed_while_it_writes_leaves_the_old_deck_or_the_new_one(tmp_path):
    inside, path = ROOT / "devtools" / "inside.py", tmp_path / "deck.safetensors"
    command = [sys.executable, "-c", KILLED_WHILE_WRITING, str(inside), str(path), str(KILLS)]
    ran = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.split()) == KILLS and set(ran.stdout.split()) <= {"8", "16"}
