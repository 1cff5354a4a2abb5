"""The pack stands in custom_nodes under a name of its own, and putting it there harms nothing."""

import os

import pytest

from denoiscope.devtools.driving import pack


@pytest.fixture
def checkout(tmp_path):
    source = tmp_path / "some-other.name"
    source.mkdir()
    (source / "__init__.py").write_text("WEB_DIRECTORY = './js'\n", encoding="utf-8")
    return source


def test_the_folder_s_name_does_not_depend_on_the_checkout_s(tmp_path, checkout):
    target = pack.link_pack(tmp_path / "base", checkout)
    assert target == tmp_path / "base" / "custom_nodes" / "ComfyUI-Denoiscope"
    assert (target / "__init__.py").samefile(checkout / "__init__.py")


def test_linking_twice_is_linking_once(tmp_path, checkout):
    assert pack.link_pack(tmp_path, checkout) == pack.link_pack(tmp_path, checkout)


def test_a_link_to_another_checkout_is_replaced_and_that_checkout_untouched(tmp_path, checkout):
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").touch()
    pack.link_pack(tmp_path, other)
    target = pack.link_pack(tmp_path, checkout)
    assert (target / "__init__.py").exists()
    assert (other / "kept").exists()


def test_where_no_link_can_be_made_a_fresh_copy_stands_in(tmp_path, checkout, monkeypatch):
    monkeypatch.setattr(pack, "symlink", lambda source, target: False)
    monkeypatch.setattr(pack, "junction", lambda source, target: False)
    pack.link_pack(tmp_path, checkout)
    (checkout / "new.py").touch()
    assert (pack.link_pack(tmp_path, checkout) / "new.py").exists()


@pytest.mark.skipif(os.name == "nt", reason="a dangling link needs a symlink")
def test_a_link_whose_checkout_is_gone_is_replaced(tmp_path, checkout):
    target = tmp_path / "custom_nodes" / pack.FOLDER
    target.parent.mkdir()
    target.symlink_to(tmp_path / "gone")
    assert (pack.link_pack(tmp_path, checkout) / "__init__.py").exists()
