"""Names of files from strangers: nothing is written or read outside of ComfyUI's folders, and a sentence says so."""

import os

import folder_paths
import pytest

from denoiscope.host.files import deck_names, deck_path, output_place

ESCAPES = ("../escaped", "a/../../escaped", "/tmp/escaped", "//tmp/escaped", "link/escaped", "link/../escaped")
NAMES = (
    "",
    " ",
    "nul\0byte",
    "line\nbreak",
    "half a character \ud800",
    "x" * 201,
    "ü" * 101,
    "a/" * 600,
    "con",
    "NUL/deck",
    "deck/Com1.txt",
    "lpt9 ",
    "C:\\escaped",
    "deck:stream",
    'a"b',
)


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """ComfyUI's folders beside one that nobody may touch; `link` in the output folder leads there."""
    for kind in ("input", "output", "outside"):
        (tmp_path / kind).mkdir()
        if kind != "outside":
            monkeypatch.setattr(folder_paths, f"{kind}_directory", str(tmp_path / kind))
    (tmp_path / "outside" / "secret.safetensors").write_bytes(b"secret")
    (tmp_path / "output" / "link").symlink_to(tmp_path / "outside", target_is_directory=True)
    return tmp_path


@pytest.mark.parametrize("name", [*ESCAPES, *NAMES])
def test_no_name_that_leaves_the_output_folder_or_cannot_be_one_is_written_to(folders, name):
    before = sorted(folders.rglob("*"))
    with pytest.raises(ValueError, match="inside ComfyUI's output folder that every system can have") as raised:
        output_place(name, ".safetensors")
    assert len(str(raised.value)) < 250
    assert sorted(folders.rglob("*")) == before


@pytest.mark.parametrize("name", ["deck", "denoiscope/deck", "a/b/c", "Übung 1", "konzert", "x" * 200, "a/../b", "1.5"])
def test_a_plain_name_is_taken(folders, name):
    reference = output_place(name, ".safetensors").save(lambda draft: draft.write_bytes(b"kept"))
    path = folders / "output" / reference["subfolder"] / reference["filename"]
    assert path.resolve().is_relative_to(folders / "output") and path.read_bytes() == b"kept"


@pytest.mark.parametrize(
    "name",
    [
        "../outside/secret.safetensors [output]",
        "/outside/secret.safetensors [output]",
        "link/secret.safetensors [output]",
        "{outside}/secret.safetensors [input]",
        "nul\0byte.safetensors [input]",
        "half \ud800.safetensors [input]",
        "x" * 5000 + ".safetensors [input]",
        "a/" * 5000 + "b.safetensors [output]",
        "secret.safetensors",
        "secret.safetensors [outside]",
        " [input]",
        "",
    ],
)
def test_no_deck_is_read_from_elsewhere(folders, name):
    with pytest.raises(ValueError, match="decks are named like|lies outside|is not in ComfyUI's") as raised:
        deck_path(name.format(outside=folders / "outside"))
    assert len(str(raised.value)) < 250


def test_files_that_are_gone_and_names_that_are_no_text_leave_the_list_of_decks_whole(folders):
    (folders / "input" / "dangling.safetensors").symlink_to(folders / "nowhere")
    (folders / "input" / "folder.safetensors").mkdir()
    (folders / "input" / "deck.safetensors").touch()
    with open(os.fsencode(folders / "input") + b"/odd-\xff.safetensors", "wb"):
        pass
    assert "deck.safetensors [input]" in deck_names()
    assert not any("dangling" in name or "folder" in name for name in deck_names())


def test_what_comfyui_replaces_in_a_name_is_replaced(folders):
    place = output_place("%year%/deck %width%x%height%", ".safetensors", width=512, height=384)
    reference = place.save(lambda draft: draft.write_bytes(b""))
    assert reference["subfolder"].isdecimal() and reference["filename"] == "deck 512x384_00001_.safetensors"
    assert place.save(lambda draft: draft.write_bytes(b""))["filename"] == "deck 512x384_00002_.safetensors"


def test_what_only_comfyuis_page_fills_in_is_refused_with_that_from_a_program(folders):
    with pytest.raises(ValueError, match="filled in by ComfyUI's page"):
        output_place("deck %date:yyyy-MM-dd%", ".safetensors")
