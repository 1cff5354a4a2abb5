"""JavaScript modules as one script, each in a function of its own: for a page from disk, which may import nothing."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

JS = Path(__file__).parents[2] / "js"
IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+) from "(\.{1,2}/[\w./-]+\.m?js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function\*? (\w+)|const (\w+))", re.MULTILINE)


def linked(entry: str, js: Path = JS) -> str:
    """All that `entry` (a path below js/) reaches, what is imported before what imports it. Raises ValueError for a
    circle, and for an import or export that is written in another way than ours are.
    """
    done: dict[str, str] = {}
    reach(entry, js, done, ())
    return "\n".join(['"use strict";', "const $ = {};", *done.values()])


def reach(name: str, js: Path, done: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"these modules import each other: {' -> '.join((*above, name))}")
    if name in done:
        return
    source = (js / name).read_text(encoding="utf-8")
    for _, path in IMPORT.findall(source):
        reach(beside(name, path), js, done, (*above, name))
    done[name] = wrapped(name, source)


def beside(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def wrapped(name: str, source: str) -> str:
    names = [function or constant for _, function, constant in EXPORT.findall(source)]
    body = EXPORT.sub(r"\1", IMPORT.sub(lambda found: taken(found[1], beside(name, found[2])), source))
    if left := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
        raise ValueError(f"{name} has a line that cannot be linked: {left[0]}")
    return f'$["{name}"] = (() => {{\n{body}\nreturn {{ {", ".join(names)} }};\n}})();'


def taken(what: str, path: str) -> str:
    """`{ a, b as c }` or `* as a` of a module, as a declaration."""
    if what.startswith("*"):
        return f'const {what.split()[-1]} = $["{path}"];\n'
    names = re.sub(r"(\w+) as (\w+)", r"\1: \2", what)
    return f'const {names} = $["{path}"];\n'
