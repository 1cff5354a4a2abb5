"""ESLint and the TypeScript checker, in pinned versions, in the cache folder: the repository holds no node_modules."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .progress import step
from .stamps import Stamps, fingerprint

PINNED = Path(__file__).with_name("javascript")
"""package.json names the versions, package-lock.json holds the hash of every file that npm may fetch."""
FILES = ("package.json", "package-lock.json")
PROGRAMS = {"eslint": "eslint/bin/eslint.js", "tsc": "typescript/bin/tsc"}
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")


@dataclass(frozen=True)
class JavaScriptTools:
    """Node and the folder with the tools.

    lacks_node   why no JavaScript runs at all, in words; None where it does
    lacks        why the tools do not run
    """

    node: str
    modules: Path
    lacks_node: str | None = None
    lacks: str | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [self.node, str(self.modules / PROGRAMS[program]), *arguments]


def javascript_tools(cache: Path) -> JavaScriptTools:
    """The tools, fetched by npm when they are not there yet or other versions are pinned."""
    folder = cache / "javascript"
    node, npm = shutil.which("node"), shutil.which("npm")
    lacks_node = None if node else "Node.js (`node`) is not installed"
    lacks = lacks_node or (fetch(npm, folder) if npm else "npm, which comes with Node.js, is not installed")
    return JavaScriptTools(node or "node", folder / "node_modules", lacks_node, lacks)


def fetch(npm: str, folder: Path) -> str | None:
    """None, or why the tools could not be fetched."""
    stamps = Stamps(folder / "stamps")
    content = fingerprint(*((PINNED / name).read_text(encoding="utf-8") for name in FILES))
    if stamps.complete("tools", content):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(PINNED / name, folder / name)
    with step("Fetching ESLint and the TypeScript checker", "10 seconds"):
        fetched = subprocess.run([npm, *INSTALL], cwd=folder, capture_output=True, text=True)
    if fetched.returncode != 0:
        said = (fetched.stdout + fetched.stderr).strip().splitlines() or ["nothing"]
        return f"npm could not fetch them; it says: {said[0]}"
    with stamps.making("tools", content):
        return None
