"""Files in the temp folder: where their reference says, also after somebody emptied it, and never without an end."""

import os
import shutil
from pathlib import Path

import folder_paths
import pytest

from denoiscope.host import temp_folder
from denoiscope.host.temp_folder import LIVE_FOLDERS, TempFolder, live_folder, shown_folder, temp_era


@pytest.fixture(autouse=True)
def temp(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_paths, "temp_directory", str(tmp_path))
    return tmp_path


def there(temp: Path, reference: dict[str, str]) -> bytes:
    assert reference["type"] == "temp"
    return (temp / reference["subfolder"] / reference["filename"]).read_bytes()


def test_a_file_lies_where_its_reference_says_also_after_the_temp_folder_was_emptied(temp):
    folder = TempFolder("maps")
    assert there(temp, folder.write("a.png", b"first")) == b"first"
    shutil.rmtree(temp / "denoiscope")
    assert there(temp, folder.write("b.png", b"second")) == b"second"


def test_two_folders_never_share_a_file(temp):
    first, second = TempFolder().write("a.png", b"first"), TempFolder().write("a.png", b"second")
    assert (there(temp, first), there(temp, second)) == (b"first", b"second")


def test_pictures_of_the_newest_live_runs_are_kept_and_those_of_older_ones_removed(temp):
    folders = []
    for age in range(LIVE_FOLDERS + 5):
        folders.append(live_folder())
        folders[-1].write("00000.jpg", b"a picture")
        os.utime(folders[-1].path, (age, age))
    assert [folder.path.is_dir() for folder in folders] == [False] * 5 + [True] * LIVE_FOLDERS


SHEET = 1000
"""Bytes of one run's pictures in these tests, of which ten are kept."""


@pytest.fixture
def room_for_ten(monkeypatch):
    monkeypatch.setattr(temp_folder, "KEPT", 10 * SHEET)


def shown(age: int, owner: str) -> Path:
    """The folder of a run of that viewer, whose pictures were written at `age`."""
    folder = shown_folder(owner)
    folder.write("x0-0.jpg", bytes(SHEET))
    os.utime(folder.path, (age, age))
    return folder.path


def test_what_viewers_have_shown_takes_no_more_room_on_a_long_day(temp, room_for_ten):
    most = 0
    for age in range(100):
        newest = shown(age, "one viewer")
        most = max(most, sum(path.stat().st_size for path in temp.rglob("*.jpg")))
        assert newest.is_dir()
    assert 5 * SHEET < most <= 11 * SHEET


def test_what_a_viewer_showed_last_stays_however_long_ago(room_for_ten):
    first = shown(0, "a viewer that nobody runs again")
    others = [shown(age, "another") for age in range(1, 40)]
    assert first.is_dir() and others[-1].is_dir() and not others[0].exists()


def test_a_new_era_begins_only_when_pictures_have_gone(room_for_ten):
    eras = []
    for age in range(30):
        shown(age, "one viewer")
        eras.append(temp_era())
    assert 3 <= len(set(eras)) <= 6 and len(set(eras[:10])) == 1
