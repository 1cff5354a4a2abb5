"""Files in the temp folder: where their reference says, also after somebody emptied it, and never without an end."""

import os
import shutil
from pathlib import Path

import folder_paths
import pytest

from denoiscope.host.temp_folder import LIVE_FOLDERS, TempFolder, live_folder


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
