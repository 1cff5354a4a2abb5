"""Folders of other people: none is touched while nodes are declared, what cannot be asked for is left out of a list,
and no list is work without end.
"""

import os
from types import SimpleNamespace

import folder_paths
import pytest

from denoiscope.host import listing
from denoiscope.host.files import deck_names
from denoiscope.host.lora_folder import lora_names, lora_path
from denoiscope.nodes import NODES
from denoiscope.nodes.files import DenoiscopeLoadDeck


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """ComfyUI's input, output and models/loras, each with one file."""
    for kind in ("input", "output"):
        monkeypatch.setattr(folder_paths, f"{kind}_directory", str(tmp_path / kind))
        (tmp_path / kind).mkdir()
        (tmp_path / kind / f"{kind}.safetensors").touch()
    (tmp_path / "loras" / "locked").mkdir(parents=True)
    (tmp_path / "loras" / "a.safetensors").touch()
    known = {**folder_paths.folder_names_and_paths, "loras": ([str(tmp_path / "loras")], {".safetensors"})}
    monkeypatch.setattr(folder_paths, "folder_names_and_paths", known)
    monkeypatch.setattr(folder_paths, "filename_list_cache", {})
    return tmp_path


def refusing(real, *names):
    """`real`, which may not ask for paths with these names in them."""

    def ask(path, *args, **kwargs):
        if any(name in os.fspath(path) for name in names):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    return ask


def test_nodes_are_declared_without_a_look_at_any_folder(folders, monkeypatch):
    asked = []

    def noting(real):
        def ask(path=".", *args, **kwargs):
            asked.append(os.fspath(path)) if not isinstance(path, int) else None
            return real(path, *args, **kwargs)

        return ask

    for name in ("stat", "scandir", "listdir"):
        monkeypatch.setattr(os, name, noting(getattr(os, name)))
    assert all(node.GET_SCHEMA().node_id for node in NODES)
    assert not [path for path in asked if path.startswith(str(folders))]


def offered(node) -> list[str]:
    """What ComfyUI tells a browser that asks."""
    (choice,) = node.INPUT_TYPES()["required"].values()
    return choice[1]["options"]


def test_the_list_is_made_anew_whenever_somebody_asks(folders):
    assert sorted(offered(DenoiscopeLoadDeck)) == ["input.safetensors [input]", "output.safetensors [output]"]
    (folders / "output" / "new.safetensors").touch()
    assert "new.safetensors [output]" in offered(DenoiscopeLoadDeck)


def test_a_file_and_a_folder_that_cannot_be_asked_for_are_left_out(folders, monkeypatch):
    real = listing._entries

    def deny(**_):
        raise OSError(5, "Input/output error")

    def with_a_file_in_a_cloud(folder):
        yield from real(folder)
        for name in ("cloud.safetensors", "cloud"):
            yield SimpleNamespace(name=name, is_dir=deny, is_file=deny, stat=deny)

    (folders / "output" / "locked").mkdir()
    monkeypatch.setattr(listing, "_entries", with_a_file_in_a_cloud)
    monkeypatch.setattr(os, "scandir", refusing(os.scandir, "locked"))
    assert sorted(deck_names()) == ["input.safetensors [input]", "output.safetensors [output]"]


def test_a_deck_that_cannot_be_asked_for_is_told_in_a_sentence(folders, monkeypatch):
    """ComfyUI asks this while it looks at a workflow that names the file."""
    monkeypatch.setattr(os, "stat", refusing(os.stat, "output.safetensors"))
    assert "is not in ComfyUI's output folder" in DenoiscopeLoadDeck.validate_inputs("output.safetensors [output]")


def test_one_locked_folder_does_not_take_the_list_of_loras_along(folders, monkeypatch):
    monkeypatch.setattr(os.path, "getmtime", refusing(os.path.getmtime, "locked"))
    with pytest.raises(PermissionError):
        folder_paths.get_filename_list("loras")
    assert lora_names() == ["a.safetensors"]
    assert lora_path("a.safetensors") == folders / "loras" / "a.safetensors"


def test_a_list_ends_and_our_own_folder_comes_first(folders, monkeypatch):
    monkeypatch.setattr(listing, "LOOKED_AT", 20)
    for number in range(100):
        (folders / "output" / f"picture {number}.png").touch()
    (folders / "output" / "denoiscope").mkdir()
    (folders / "output" / "denoiscope" / "deck.safetensors").touch()
    asked = 0
    entries = listing._entries

    def counting(folder):
        nonlocal asked
        for entry in entries(folder):
            asked += 1
            yield entry

    monkeypatch.setattr(listing, "_entries", counting)
    assert "denoiscope/deck.safetensors [output]" in deck_names()
    assert asked <= 2 * 20


def test_links_that_lead_in_circles_end(folders):
    (folders / "output" / "circle").symlink_to(folders / "output", target_is_directory=True)
    (folders / "output" / "loop.safetensors").symlink_to(folders / "output" / "loop.safetensors")
    assert sorted(deck_names()) == ["input.safetensors [input]", "output.safetensors [output]"]
