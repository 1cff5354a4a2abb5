"""No place on a disk stands in what is handed round: paths become the names of their files, other text stays."""

import time

import pytest

from denoiscope.core.places import in_words, last_name, without_places

PATHS = {
    "RescaleCFG (/home/ada/ComfyUI/comfy_extras/nodes_cfg)": "RescaleCFG (nodes_cfg)",
    "No such file: '/home/ada lovelace/a b.txt'": "No such file: 'a b.txt'",
    "C:\\Users\\Ada L\\ComfyUI\\x.py, line 3": "x.py, line 3",
    "\\\\server\\share\\folder\\f.txt": "f.txt",
    "file:///home/ada/y.txt": "y.txt",
    "/tmp/x/a.txt and α / r": "a.txt and α / r",
    "not in /home/ada": "not in the home folder",
    "not in C:\\Users\\ada": "not in the home folder",
}
OTHERS = (
    "see https://example.org/a/b",
    "scale α / r = 1, and/or 1/2",
    "kept in output/denoiscope/stopped_00001_.safetensors: Load Deck opens it.",
    "x/(r+1)/y",
    "a \\ b",
    "",
)


@pytest.mark.parametrize("text", PATHS)
def test_a_path_becomes_the_name_of_its_file(text):
    assert without_places(text) == PATHS[text]


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_path_stays(text):
    assert without_places(text) == text


def test_modules_are_called_by_their_last_name_however_comfyui_loads_them():
    for module in ("/home/a.b/ComfyUI/custom_nodes/mine", "C:\\x.y\\custom_nodes\\mine", "/a/custom_nodes/pack.mine"):
        assert last_name(module) == "mine"


def test_an_error_says_what_it_says_but_not_where():
    assert in_words(FileNotFoundError(2, "No such file", "/home/ada/x")) == "No such file"
    assert in_words(ValueError("/home/ada/x.bin is broken\nand more")) == "x.bin is broken"
    assert in_words(KeyError()) == "KeyError"


@pytest.mark.parametrize("part", ["/a", "/ a", "C:\\", "/a b ", "\\\\", "'/", "file:/"])
def test_a_text_of_a_million_characters_is_read_in_seconds(part):
    started = time.process_time()
    without_places(part * (10**6 // len(part)))
    assert time.process_time() - started < 10
