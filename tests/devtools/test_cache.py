"""Where the tool keeps its things, and when it refuses to start filling a disk."""

import pytest

from denoiscope.devtools.cache import cache_folder, demand_space, make_folder
from denoiscope.devtools.driving.problem import Problem


def test_the_option_beats_the_variable_and_the_variable_beats_the_platform(tmp_path):
    environ = {"DENOISCOPE_CACHE": str(tmp_path / "variable"), "XDG_CACHE_HOME": str(tmp_path / "xdg")}
    assert cache_folder(str(tmp_path / "option"), environ, "linux") == tmp_path / "option"
    assert cache_folder(None, environ, "linux") == tmp_path / "variable"
    assert cache_folder(None, {"XDG_CACHE_HOME": str(tmp_path / "xdg")}, "linux") == tmp_path / "xdg" / "denoiscope"


@pytest.mark.parametrize(
    ("platform", "environ", "place"),
    [
        ("linux", {}, ".cache/denoiscope"),
        ("darwin", {}, "Library/Caches/denoiscope"),
        ("win32", {}, "AppData/Local/denoiscope"),
    ],
)
def test_each_platform_has_its_own_usual_place(platform, environ, place):
    assert cache_folder(None, environ, platform).as_posix().endswith(place)


def test_windows_says_itself_where_local_data_goes(tmp_path):
    assert cache_folder(None, {"LOCALAPPDATA": str(tmp_path)}, "win32") == tmp_path / "denoiscope"


def test_too_little_space_is_said_in_numbers_before_anything_is_downloaded(tmp_path):
    with pytest.raises(Problem, match=r"GB free and about 1e\+09 GB are needed.*--cache"):
        demand_space(tmp_path, 1e9)


def test_a_cache_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="cannot be made.*--cache"):
        make_folder(tmp_path / "file" / "cache")
