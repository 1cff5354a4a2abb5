"""Reads a page of the course, which has no graph: something to read, a question, and its answer.

Written as a lesson is (lesson.py), with these sections:

## Read               optional; a click on an item with {part=unet} lights that part of the drawing up
## Drawing            optional; the words in the drawing: "- unet: U-Net"
## Question           with fields, where the answers are to choose from
## Answer
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .lesson import COURSE, Block, Section, block, paragraphs, section, split

PAGES = COURSE / "pages"
SECTIONS = ("Read", "Drawing", "Question", "Answer")


@dataclass(frozen=True, kw_only=True)
class CoursePage:
    """A page in a language.

    mark      its letter, beside the numbers of lessons
    figures   the numbers that it quotes, by the table of the docs in which they stand
    drawing   the words in its drawing by part; {} where it has none
    measured  what is right at each field of its question, as in a lesson
    lessons   the number of the lesson in which each field's answer is seen; () for none
    """

    id: str
    language: str
    figures: dict[str, tuple[str, ...]]
    title: str
    subtitle: str
    intro: tuple[Block, ...]
    sections: dict[str, Section]
    drawing: dict[str, str]
    measured: tuple[int, ...]
    lessons: tuple[int, ...]

    @property
    def mark(self) -> str:
        return self.id[0].upper()


def pages(language: str) -> list[CoursePage]:
    """All pages in the order of their letters."""
    return [read_page(folder, language) for folder in sorted(PAGES.iterdir())]


def read_page(folder: Path, language: str) -> CoursePage:
    """Raises ValueError, with the file's name, where a text has another structure."""
    about = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    path = folder / f"{language}.md"
    try:
        head, parts = split(path.read_text(encoding="utf-8"), tuple(about["sections"]))
        (title, subtitle), *intro = paragraphs(head)[0].split("\n", 1), *paragraphs(head)[1:]
        drawing = dict(line[2:].split(": ", 1) for line in parts.pop("Drawing", "").splitlines() if line)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{folder.name}/{path.name} does not have a page's structure: {error}") from error
    return CoursePage(
        id=folder.name,
        language=language,
        figures={table: tuple(figures) for table, figures in about.get("figures", {}).items()},
        title=title.removeprefix("# "),
        subtitle=subtitle,
        intro=tuple(map(block, intro)),
        sections={name: section(text) for name, text in parts.items()},
        drawing=drawing,
        measured=tuple(about.get("measured", ())),
        lessons=tuple(about.get("lessons", ())),
    )
