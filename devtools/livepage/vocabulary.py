"""The words the pocket model knows, for JavaScript: pocket/text.py is their one source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ...pocket.text import FREE_WORDS, VOCABULARY
from ..driving.pack import ROOT

FILE = ROOT / "js" / "pocket" / "vocabulary.mjs"
HEAD = "// Every word that the pocket model knows, by its token: from pocket/text.py by `python dev.py live --sources`."
WIDTH = 118


def module() -> str:
    words, free = (wrapped([json.dumps(word) for word in list_]) for list_ in (VOCABULARY, FREE_WORDS))
    return f"{HEAD}\n\nexport const VOCABULARY = [\n{words}\n];\n\nexport const FREE_WORDS = [\n{free}\n];\n"


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
