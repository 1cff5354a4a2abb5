"""The page that joins a class: one HTML file that opens from disk, reads the pupils' files, and sends nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..driving.pack import ROOT
from .lesson import LANGUAGE_NAMES, Field, Lesson, words
from .page import CoursePage, pages

HERE = Path(__file__).parent
READS_ANSWERS = [ROOT / "js" / "panel" / name for name in ("answers.js", "carrying.js")]
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def class_page(chapters: Mapping[str, Sequence[Lesson]]) -> str:
    """`chapters` are all lessons by language. What reads an answer is the panel's own modules; a script inside a page
    would end at the first tag that one of their texts closes.
    """
    modules = (without_exports(path.read_text(encoding="utf-8")) for path in READS_ANSWERS)
    script = "".join((*modules, (HERE / "class_page.js").read_text(encoding="utf-8"))).replace("</", "<\\/")
    page = (HERE / "class_page.html").read_text(encoding="utf-8")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    policy = f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'"
    course = json.dumps({name: _language(name, lessons) for name, lessons in chapters.items()}, ensure_ascii=False)
    filled = {"{policy}": policy, "{course}": course.translate(ESCAPES), "{script}": script}
    return re.sub(r"\{(?:policy|course|script)\}", lambda match: filled[match[0]], page)


def without_exports(source: str) -> str:
    return re.sub(r"^export ", "", source, flags=re.MULTILINE)


def digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _language(language: str, lessons: Sequence[Lesson]) -> dict:
    return {
        "name": LANGUAGE_NAMES[language],
        "words": words(language),
        "lessons": [
            *(_asked(lesson, lesson.number, lesson.sections["Predict"].fields) for lesson in lessons),
            *(_asked(page, page.mark, page.sections["Question"].fields) for page in pages(language)),
        ],
    }


def _asked(chapter: Lesson | CoursePage, number: int | str, fields: Sequence[Field]) -> dict:
    return {
        "id": chapter.id,
        "number": number,
        "title": chapter.title,
        "fields": [
            {"kind": field.kind, "label": field.label, "options": list(field.options), "measured": measured}
            for field, measured in zip(fields, chapter.measured, strict=True)
        ],
    }
