"""`course`: writes what the panel and the graphs say from the lessons' texts in course/, their one source."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from . import program
from .cache import make_folder
from .coursework.broken import written_cases
from .coursework.class_page import class_page
from .coursework.layout import laid_out
from .coursework.lesson import LANGUAGES, Lesson, glossary, lessons
from .coursework.notes import with_notes
from .coursework.opening import with_openings
from .coursework.told import course_payload
from .driving.pack import ROOT
from .driving.server import Host
from .environment import Wanted, prepare
from .progress import say

NAME = "course"
HELP = "write what is made of the lessons' texts in course/: the panel, the graphs' notes, or one page with the model"
MORE = (
    "Writes js/course/*.json, docs/class.html, the viewer's glossary and, in example_workflows/*.json, notes, titles "
    "and places. A test says when they are old."
)
TAKES_MORE = False
BUILT = ROOT / "js" / "course"
CLASS_PAGE = ROOT / "docs" / "class.html"
GLOSSARY = ROOT / "js" / "viewer" / "language" / "glossary.js"
GLOSSARY_HEAD = "// The words that the course explains, from course/glossary.json by `python dev.py course`.\n\n"
PAGE = "course.html"
COURSE_FIRST = "course"
"""What the page opens with, as host/live_page.py has it, which needs torch and so is not imported here."""
WORKFLOWS = ROOT / "example_workflows"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="DIR", help="leave the course there as one page with the model in it, and write nothing else"
    )


def command(options: argparse.Namespace, rest: list[str]) -> int:
    if options.out:
        return as_page(Path(options.out).expanduser().absolute() / PAGE, prepare(Wanted.by(options)))
    for path, text in written():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            say(f"  {path.relative_to(ROOT)}")
    return 0


def as_page(file: Path, host: Host) -> int:
    make_folder(file.parent)
    program.run(host, "devtools.livepage.page", str(file), COURSE_FIRST, check=True)
    say(f"Open {file.as_uri()} in any browser: it needs neither ComfyUI nor a network.")
    return 0


def written() -> Iterator[tuple[Path, str]]:
    """Every file that is made from course/, and its text."""
    told = {language: lessons(language) for language in LANGUAGES}
    for language, chapters in told.items():
        yield BUILT / f"{language}.json", as_json(course_payload(language, chapters))
    yield CLASS_PAGE, class_page(told)
    yield GLOSSARY, glossary_module()
    for lesson in told["en"]:
        workflow = with_openings(with_notes(read(workflow_of(lesson)), lesson), lesson)
        yield workflow_of(lesson), as_json(laid_out(workflow, lesson.columns))
        for path, case in written_cases(lesson.graph) if lesson.cases else ():
            yield path, as_json(case)


def glossary_module() -> str:
    """The words that the course explains, for the "?" of viewer, panels and pages."""
    told = {language: [[entry["word"], entry["means"]] for entry in glossary(language)] for language in LANGUAGES}
    line = "    {},\n".format
    rows = {name: "".join(line(json.dumps(row, ensure_ascii=False)) for row in rows) for name, rows in told.items()}
    tables = "".join(f"  {name}: [\n{lines}  ],\n" for name, lines in rows.items())
    return f"{GLOSSARY_HEAD}export const glossaries = {{\n{tables}}};\n"


def workflow_of(lesson: Lesson) -> Path:
    return WORKFLOWS / f"{lesson.workflow}.json"


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def as_json(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
