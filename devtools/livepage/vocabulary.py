"""The words the pocket model knows, for JavaScript: pocket/text.py and near.py are their one source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ...pocket.near import NEAR
from ...pocket.text import FREE_WORDS, LITTLE_WORDS, VOCABULARY
from ..driving.pack import ROOT

FILE = ROOT / "js" / "pocket" / "vocabulary.mjs"
HEAD = "// Every word that the pocket model knows, by its token: from pocket/ by `python dev.py live --sources`."
WIDTH = 118


def module() -> str:
    lists = {"VOCABULARY": VOCABULARY, "FREE_WORDS": FREE_WORDS, "LITTLE_WORDS": sorted(LITTLE_WORDS)}
    near = [f"{word}: {json.dumps(known)}" for word, known in NEAR.items()]
    tables = [f"[\n{wrapped([json.dumps(word) for word in words])}\n]" for words in lists.values()]
    named = zip((*lists, "NEAR"), (*tables, f"{{\n{wrapped(near)}\n}}"), strict=True)
    return "\n\n".join((HEAD, *(f"export const {name} = {table};" for name, table in named))) + "\n"


def wrapped(words: Sequence[str]) -> str:
    lines = [" "]
    for word in words:
        if len(lines[-1]) + len(word) + 2 > WIDTH:
            lines.append(" ")
        lines[-1] += f" {word},"
    return "\n".join(lines)


def write() -> Path:
    FILE.write_text(module(), encoding="utf-8")
    return FILE


if __name__ == "__main__":
    write()
