"""Reads one lesson: Markdown with little structure, one file a language, the same structure in each.

# Title
The question that the lesson asks.

The first words.

## Predict            one of SECTIONS, in this order, in English in every language
Words.
- step: a question   a place to answer: a step of the run, a number, a choice | of | these, or a text

## Look
1. What to do. {view=x0 step=5}      a click sets the viewer there

## Graph
- 3: the title of node 3 in the lesson's graph
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..driving.pack import ROOT

COURSE = ROOT / "course"
LANGUAGE_NAMES = {"en": "English", "ja": "日本語", "zh": "简体中文"}
LANGUAGES = tuple(LANGUAGE_NAMES)
SECTIONS = ("Predict", "Run", "Look", "Change", "Question", "Answer", "Graph")
FIELD = re.compile(r"^- (step|number|text|choice): (.+)$")
TARGET = re.compile(r"\s*\{((?:\w+=[\w.-]+ ?)+)\}$")
ITEM = re.compile(r"^(?:(\d+)\.|-) (.+)$")


@dataclass(frozen=True, kw_only=True)
class Field:
    """A place to answer. `options` are those of a choice."""

    kind: str
    label: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do, and where the viewer is set by a click: {"view": "x0", "step": "5"}, or {} for nowhere."""

    text: str
    target: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph (`text`), or a list of items, the first of which has the number `start` (None: no numbers)."""

    text: str = ""
    items: tuple[Item, ...] = ()
    start: int | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson in one language.

    workflow  the file in example_workflows
    cases     further graphs of the lesson, below example_workflows, which its panel opens by their number
    figures   the numbers that it quotes, by the table of the docs in which they stand
    graph     the titles of its nodes, by node id
    columns   where its nodes stand (layout.py)
    opens     where its viewers open, by node id: {"9": {"view": "triangle", "step": 2}}
    measured  what is right at each field: a step, a number, the place of an option counted from 1; None for nothing
    """

    id: str
    language: str
    workflow: str
    cases: tuple[str, ...]
    figures: dict[str, tuple[str, ...]]
    title: str
    subtitle: str
    intro: tuple[Block, ...]
    sections: dict[str, Section]
    graph: dict[str, str]
    columns: tuple[dict, ...]
    opens: dict[str, dict]
    measured: tuple[int | None, ...]

    @property
    def number(self) -> int:
        return int(self.id[:2])


def words(language: str) -> dict[str, str]:
    """The words that stand round every lesson, and those of the panel."""
    said = json.loads((COURSE / "words.json").read_text(encoding="utf-8"))
    return {name: texts[language] for name, texts in said.items()}


def glossary(language: str) -> list[dict[str, str]]:
    """The words that the course explains: id, the word as the viewer writes it, and a sentence."""
    entries = json.loads((COURSE / "glossary.json").read_text(encoding="utf-8"))
    return [{"id": entry["id"], "word": entry[language][0], "means": entry[language][1]} for entry in entries]


def lessons(language: str) -> list[Lesson]:
    """All lessons in the order they are taught."""
    return [read_lesson(folder, language) for folder in sorted(COURSE.glob("[0-9][0-9]-*"))]


def read_lesson(folder: Path, language: str) -> Lesson:
    """Raises ValueError, with the file's name, where a text has another structure."""
    about = json.loads((folder / "lesson.json").read_text(encoding="utf-8"))
    path = folder / f"{language}.md"
    try:
        head, parts = split(path.read_text(encoding="utf-8"))
        (title, subtitle), *intro = paragraphs(head)[0].split("\n", 1), *paragraphs(head)[1:]
        sections = {name: section(parts[name]) for name in SECTIONS[:-1]}
        graph = dict(line[2:].split(": ", 1) for line in parts["Graph"].splitlines() if line)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{folder.name}/{path.name} does not have a lesson's structure: {error}") from error
    return Lesson(
        id=folder.name,
        language=language,
        workflow=about["workflow"],
        cases=tuple(about.get("cases", ())),
        figures={table: tuple(figures) for table, figures in about["figures"].items()},
        title=title.removeprefix("# "),
        subtitle=subtitle,
        intro=tuple(map(block, intro)),
        sections=sections,
        graph=graph,
        columns=tuple(about["columns"]),
        opens=about.get("opens", {}),
        measured=tuple(about["measured"]),
    )


def split(text: str, sections: Sequence[str] = SECTIONS) -> tuple[str, dict[str, str]]:
    """What stands before the first section, and each section by its name."""
    head, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    parts = dict(part.split("\n", 1) for part in rest)
    if tuple(parts) != tuple(sections):
        raise ValueError(f"its sections are {', '.join(parts)}, and must be {', '.join(sections)}")
    return head, {name: body.strip() for name, body in parts.items()}


def section(text: str) -> Section:
    lines = text.splitlines()
    fields = tuple(field(*match.groups()) for match in map(FIELD.match, lines) if match)
    rest = "\n".join(line for line in lines if not FIELD.match(line))
    return Section(blocks=tuple(map(block, paragraphs(rest))), fields=fields)


def field(kind: str, words: str) -> Field:
    label, *options = (part.strip() for part in words.split("|"))
    if bool(options) != (kind == "choice"):
        raise ValueError(f"a choice, and only a choice, has options: {words}")
    return Field(kind=kind, label=label, options=tuple(options))


def block(text: str) -> Block:
    lines = text.splitlines()
    found = [ITEM.match(line) for line in lines]
    if not all(found):
        return Block(text=" ".join(lines))
    first = found[0].group(1)
    return Block(items=tuple(item(match.group(2)) for match in found), start=int(first) if first else None)


def item(text: str) -> Item:
    match = TARGET.search(text)
    target = dict(pair.split("=", 1) for pair in match.group(1).split()) if match else {}
    return Item(text=TARGET.sub("", text), target=target)


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def texts_of(lesson: Lesson) -> Iterator[str]:
    """Every text of a lesson that a reader sees, in order."""
    yield from (lesson.title, lesson.subtitle)
    for part in (Section(blocks=lesson.intro, fields=()), *lesson.sections.values()):
        for each in part.blocks:
            yield from (each.text, *(thing.text for thing in each.items))
        for place in part.fields:
            yield from (place.label, *place.options)
