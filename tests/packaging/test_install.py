"""Into a fresh ComfyUI and out of it again, on the roads that users take: ComfyUI-Manager, and a git clone."""

import io
import os
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from denoiscope.devtools.driving.pack import FOLDER, remove
from denoiscope.devtools.driving.problem import Problem
from denoiscope.devtools.driving.real_server import the_host
from denoiscope.devtools.driving.server import prepare_base

from . import manager
from .fresh import files_in, fresh_comfyui, knows_nothing_of_us, run_first_lesson, serves_all_of
from .packing import clone_into, needs_a_clone, needs_comfy_cli, version_of
from .registry import PACK, local_registry

pytestmark = [
    pytest.mark.slow,
    needs_a_clone,
    pytest.mark.skipif("COMFYUI_PATH" not in os.environ, reason="it installs into ComfyUI"),
]
needs_manager = pytest.mark.skipif(not manager.PYTHON, reason="ComfyUI-Manager is not installed")
OLD = "0.0.1"
GONE = {"js/gone.js": "export {};\n", "nodes/gone.py": "raise SystemExit\n", "example_workflows/99 Gone.json": "{}\n"}
"""Files of an older version that the newer one no longer has."""


@pytest.fixture
def registry():
    with local_registry() as registry:
        yield registry


@pytest.fixture
def base(tmp_path):
    prepare_base(tmp_path / "ComfyUI")
    return tmp_path / "ComfyUI"


@pytest.fixture
def base_with_manager(base, registry):
    manager.prepare_manager(base, registry)
    return base


@pytest.fixture
def version(clone):
    return version_of(clone)


def older(archive: bytes, version: str) -> bytes:
    """The archive as if it were of version OLD: other code for every node, and the files in GONE."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as new, zipfile.ZipFile(made, "w") as old:
        for name in new.namelist():
            content = new.read(name)
            if name == "pyproject.toml":
                content = content.replace(f'version = "{version}"'.encode(), f'version = "{OLD}"'.encode())
            old.writestr(name, b"raise ImportError\n" if name.startswith("nodes/") else content)
        for name, content in GONE.items():
            old.writestr(name, content)
    return made.getvalue()


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def installed(pack: Path) -> dict[str, bytes]:
    """What lies in the folder, but for Python's caches and Manager's list of what it has unpacked."""
    files = files_in(pack).items()
    return {name: content for name, content in files if "__pycache__" not in name and name != ".tracking"}


def only_the_page_is_left(before: dict, base: Path, page: Path) -> None:
    after = files_in(base)
    assert after.keys() - before.keys() == {page.relative_to(base).as_posix()}
    assert {name: after[name] for name in before} == before


def apply_at_next_start(base: Path) -> None:
    """Manager changes the files as ComfyUI starts, then starts ComfyUI again: without our launcher, which some need."""
    with suppress(Problem), manager.comfyui_with_manager(base):
        pass


@needs_comfy_cli
@needs_manager
def test_manager_installs_the_archive_the_first_lesson_runs_and_uninstalled_it_leaves_only_what_was_saved(
    base_with_manager, registry, archive_file, version
):
    base, pack = base_with_manager, base_with_manager / "custom_nodes" / PACK
    registry.archives[version] = archive_file.read_bytes()
    with manager.comfyui_with_manager(base) as server:
        before = files_in(base)
        manager.install(server, version)
        assert installed(pack) == unpacked(registry.archives[version])
    with manager.comfyui_with_manager(base) as server:
        serves_all_of(server, pack)
        page = run_first_lesson(server, PACK)
        manager.disable(server)
        assert not pack.exists()
        manager.enable(server)
        assert installed(pack) == unpacked(registry.archives[version])
        manager.uninstall(server)
        assert not pack.exists()
    with manager.comfyui_with_manager(base) as server:
        knows_nothing_of_us(server)
        only_the_page_is_left(before, base, page)


@pytest.mark.long
@needs_comfy_cli
@needs_manager
def test_manager_updates_an_older_version_whose_own_files_do_no_harm_where_it_leaves_them(
    base_with_manager, registry, archive_file, version
):
    base, pack = base_with_manager, base_with_manager / "custom_nodes" / PACK
    new = archive_file.read_bytes()
    registry.archives |= {OLD: older(new, version), version: new}
    with manager.comfyui_with_manager(base) as server:
        manager.install(server, OLD)
        manager.update(server, version)
    apply_at_next_start(base)
    assert {name: installed(pack)[name] for name in unpacked(new)} == unpacked(new)
    assert installed(pack).keys() - unpacked(new).keys() <= GONE.keys()
    with manager.comfyui_with_manager(base) as server:
        serves_all_of(server, pack)
        run_first_lesson(server, PACK)


def test_from_a_git_clone_the_first_lesson_runs_and_the_removed_folder_leaves_only_what_was_saved(base):
    before = files_in(base)
    pack = clone_into(base / "custom_nodes" / FOLDER)
    with fresh_comfyui(the_host(), base) as server:
        serves_all_of(server, pack)
        page = run_first_lesson(server, FOLDER)
    remove(pack)
    with fresh_comfyui(the_host(), base) as server:
        knows_nothing_of_us(server)
        only_the_page_is_left(before, base, page)
