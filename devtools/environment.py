"""The tool's own Python environment: made once, in steps that are repaired when one was interrupted."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .cache import cache_folder, demand_space, make_folder
from .comfyui import VERSION, is_version, obtain, own_tree
from .driving.problem import Problem
from .driving.server import Host
from .lock import exclusive
from .pip import NotAvailable, pip
from .progress import say, step
from .stamps import Stamps, fingerprint

TORCH = ["torch==2.13.0"]
BESIDE_TORCH = ["--no-deps", "torchvision==0.28.0", "torchaudio==2.11.0"]  # their metadata would ask for another torch
ANY_TORCH = ["torch", "torchvision", "torchaudio"]
WHERE_ATHERIS_IS = "sys_platform == 'linux' and platform_machine == 'x86_64' and python_version in '3.11 3.12 3.13'"
TOOLS = [
    "pytest==9.2.0",
    "pytest-xdist==3.8.0",  # the whole suite on two cores
    "ruff==0.17.5",
    "mypy==2.4.1",
    "playwright==1.65.2",
    "comfy-cli==1.23.0",
    "distributed==2026.8.0",  # hands the shards of a large sweep to several servers
    f"atheris==3.0.0; {WHERE_ATHERIS_IS}",  # fuzzing guided by coverage: libFuzzer, for Python
]
NEEDED_GIGABYTES = 4.0
FRONTEND = "comfyui-frontend-package"
MANAGER_ASKED = "manager_requirements.txt"  # in ComfyUI's tree: the ComfyUI-Manager that goes with it
MEDIA_OWNER = "comfyui-workflow-templates"  # it depends on 395 MB of pictures and videos of core's own templates
MEDIA_INDEX = "comfyui-workflow-templates-core"  # the part of it that the server imports
SETUP_GOES_ON = "Another dev.py is setting up in the same folder: waiting for it ..."
IMPORT_TORCHAUDIO = "import torchaudio"
WHERE_PACKAGES_ARE = "import sysconfig; print(sysconfig.get_path('platlib'))"


@dataclass(frozen=True)
class Wanted:
    """What the user's options ask for."""

    cache: Path
    comfyui: str | None = None
    python: str | None = None
    tools: bool = False  # the test tools as well
    frontend: str | None = None
    manager: bool = False  # ComfyUI-Manager as well, beside the environment

    @classmethod
    def by(
        cls, options: argparse.Namespace, *, tools: bool = False, frontend: str | None = None, manager: bool = False
    ) -> Wanted:
        return cls(cache_folder(options.cache), options.comfyui, options.python, tools, frontend, manager)


def prepare(wanted: Wanted) -> Host:
    """Everything that is needed to start a server, made now where it is missing."""
    make_folder(wanted.cache)
    with exclusive(wanted.cache / "setup.lock", waiting=SETUP_GOES_ON):
        if wanted.python:
            return own_interpreter(wanted)
        version = wanted.comfyui if is_version(wanted.comfyui) else VERSION
        given = own_tree(wanted.comfyui) if wanted.comfyui not in (None, version) else None
        environment = Environment.of(wanted.cache, version)
        environment.make_base()
        tree = given or obtain(wanted.cache, environment.python, version)
        environment.add_comfyui(tree)
        if wanted.tools:
            environment.add_tools()
        frontend = environment.add_frontend(wanted.frontend) if wanted.frontend else None
        manager = environment.add_manager(tree) if wanted.manager else None
        return Host(tree, environment.python, frontend, manager)


def own_interpreter(wanted: Wanted) -> Host:
    """The user's ComfyUI with the user's interpreter: looked at, never changed."""
    if wanted.frontend:
        raise Problem("--frontend installs another frontend, and with --python nothing is installed: leave one out.")
    if not wanted.comfyui:
        raise Problem("--python goes with --comfyui (or COMFYUI_PATH): it is the interpreter of that ComfyUI.")
    tree, python = own_tree(wanted.comfyui), Path(wanted.python).expanduser().absolute()
    if lacks := missing_modules(python, ("torch", "aiohttp", "safetensors")):
        raise Problem(f"{python} lacks {lacks}, without which no ComfyUI runs: check --python.")
    if wanted.tools and (
        lacks := missing_modules(python, ("pytest", "xdist", "ruff", "mypy", "playwright", "comfy_cli"))
    ):
        install = " ".join([f"{python} -m pip install", *(f'"{tool}"' for tool in TOOLS)])
        raise Problem(f"{python} lacks {lacks}: run `{install}`, or leave --python out; then start again.")
    return Host(tree, python)


def missing_modules(python: Path, names: Sequence[str]) -> str:
    code = f"import importlib.util as u; print(', '.join(m for m in {tuple(names)} if not u.find_spec(m)))"
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"{python} does not run as a Python interpreter: check --python.") from error


@dataclass(frozen=True)
class Environment:
    """A virtual environment; its stamps lie inside it, so they go when it goes."""

    cache: Path
    folder: Path

    @classmethod
    def of(cls, cache: Path, version: str = VERSION) -> Environment:
        """One for each version of ComfyUI: they require different things of the same names."""
        name = "venv-{}.{}".format(*sys.version_info)
        return cls(cache, cache / (name if version == VERSION else f"{name}-comfyui-{version}"))

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamps(self) -> Stamps:
        return Stamps(self.folder / "denoiscope-stamps")

    def make_base(self) -> None:
        """The environment itself and torch. What an interruption left half made is removed and made again."""
        if self.folder.exists() and (self.stamps.killed() or not runs(self.python)):
            say("The environment is half made (the last set-up was interrupted): making it again.")
            shutil.rmtree(self.folder)
        self._step("environment", fingerprint("venv"), self._make_venv)
        self._step("torch", fingerprint(*TORCH, *BESIDE_TORCH), self._install_torch)

    def add_comfyui(self, tree: Path) -> None:
        requirements = (tree / "requirements.txt").read_text(encoding="utf-8")
        self._step("comfyui", fingerprint(requirements), lambda: self._install_requirements(requirements))

    def add_tools(self) -> None:
        self._step("tools", fingerprint(*TOOLS), self._install_tools)

    def add_frontend(self, version: str) -> Path:
        """Another web frontend than the one that ComfyUI requires, beside the environment: the folder to serve."""
        folder = self.cache / f"frontend-{version}"
        wanted = [f"{FRONTEND}=={version}", "--no-deps", "--target", str(folder), "--upgrade"]

        def install() -> None:
            with step(f"Downloading the frontend {version}", "10 seconds"):
                self._pip("frontend", wanted)

        self._step(f"frontend-{version}", fingerprint(*wanted), install)
        return folder / FRONTEND.replace("-", "_") / "static"

    def add_manager(self, tree: Path) -> Path | None:
        """The interpreter of a second environment that sees this one, and has the ComfyUI-Manager that `tree` asks for.

        Manager installs what packs require: there it can change nothing of what the other checks stand on.
        """
        asked = tree / MANAGER_ASKED
        if not asked.is_file():
            return None
        beside = Environment(self.cache, self.folder.with_name(f"{self.folder.name}-manager"))
        if beside.stamps.killed():
            shutil.rmtree(beside.folder)
        content = fingerprint(asked.read_text(encoding="utf-8"))
        beside._step("manager", content, lambda: self._install_manager(beside, asked))
        return beside.python

    def _step(self, name: str, content: str, make: Callable[[], None]) -> None:
        if self.stamps.complete(name, content):
            return
        with self.stamps.making(name, content):
            make()

    def _make_venv(self) -> None:
        demand_space(self.cache, NEEDED_GIGABYTES)
        with step(f"Making a Python environment in {self.folder}", "5 seconds"):
            make_venv(self.folder)

    def _install_torch(self) -> None:
        with step("Installing PyTorch", "1 to 5 minutes, by the network"):
            try:
                self._pip("torch", TORCH)
                self._pip("torchvision", BESIDE_TORCH)
            except NotAvailable:
                say(f"  {TORCH[0]} does not exist for this Python or platform: taking the newest that does")
                self._pip("torch", ANY_TORCH)
        if not runs(self.python, IMPORT_TORCHAUDIO):
            self._mend_torchaudio()

    def _mend_torchaudio(self) -> None:
        """Without its C libraries, which are linked against CUDA, torchaudio takes its pure-Python path."""
        for library in (self.packages() / "torchaudio" / "lib").glob("*.so"):
            library.unlink()
        if not runs(self.python, IMPORT_TORCHAUDIO):
            raise Problem("torchaudio cannot be imported beside this PyTorch: please report it, with your platform.")

    def _install_requirements(self, requirements: str) -> None:
        most, media_owner = split_requirements(requirements)
        listed = self.cache / "downloads" / "requirements.txt"
        listed.parent.mkdir(parents=True, exist_ok=True)
        listed.write_text(most, encoding="utf-8")
        with step("Installing what ComfyUI requires", "1 minute"):
            self._pip("requirements", ["-r", str(listed)])
            if media_owner:
                self._pip("templates", ["--no-deps", media_owner, MEDIA_INDEX])

    def _install_tools(self) -> None:
        with step("Installing the test tools", "20 seconds"):
            self._pip("tools", TOOLS)

    def _install_manager(self, beside: Environment, asked: Path) -> None:
        with step("Installing ComfyUI-Manager, for the tests of installing", "10 seconds"):
            bare = [str(self.python), "-m", "venv", "--without-pip", str(beside.folder)]
            subprocess.run(bare, check=True, capture_output=True)
            sight = f"import site; site.addsitedir({str(self.packages())!r})\n"
            (beside.packages() / "beside.pth").write_text(sight, encoding="utf-8")
            beside._pip("manager", ["-r", str(asked)])

    def packages(self) -> Path:
        found = subprocess.run([str(self.python), "-c", WHERE_PACKAGES_ARE], capture_output=True, text=True, check=True)
        return Path(found.stdout.strip())

    def _pip(self, name: str, arguments: list[str]) -> None:
        pip(self.python, "install", arguments, log=self.cache / "logs" / f"{name}.log")


def make_venv(folder: Path) -> None:
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True)
    if made.returncode == 0:
        return
    said = made.stdout + made.stderr
    if "ensurepip" in said or "No module named venv" in said:
        raise Problem(
            "This Python cannot make environments (its venv module or pip is missing): on Debian and Ubuntu run "
            "`sudo apt install python3-venv`, then start again."
        )
    raise Problem(f"The environment could not be made in {folder}: {said.strip().splitlines()[-1]}")


def runs(python: Path, code: str = "import pip") -> bool:
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def split_requirements(text: str) -> tuple[str, str | None]:
    """The requirements without the owner of the template media, and that owner's own line."""
    lines = text.splitlines()
    owner = [line for line in lines if re.match(rf"{MEDIA_OWNER}\b(?!-)", line)]
    return "\n".join(line for line in lines if line not in owner) + "\n", owner[0].strip() if owner else None
