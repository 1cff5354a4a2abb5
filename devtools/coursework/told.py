"""What the panel reads: all lessons of a language as one plain dict."""

from __future__ import annotations

from collections.abc import Sequence

from .lesson import Block, Lesson, Section, glossary, words
from .notes import notes_payload
from .page import CoursePage, pages

COURSE_VERSION = 1


def course_payload(language: str, chapters: Sequence[Lesson]) -> dict:
    return {
        "format": "denoiscope.course",
        "version": COURSE_VERSION,
        "language": language,
        "words": words(language),
        "glossary": glossary(language),
        "lessons": [_lesson(lesson) for lesson in chapters],
        "pages": [_page(page) for page in pages(language)],
    }


def _lesson(lesson: Lesson) -> dict:
    return {
        "id": lesson.id,
        "number": lesson.number,
        "workflow": lesson.workflow,
        "cases": list(lesson.cases),
        "title": lesson.title,
        "subtitle": lesson.subtitle,
        "intro": [_block(block) for block in lesson.intro],
        "sections": {name.lower(): _section(section) for name, section in lesson.sections.items()},
        "graph": lesson.graph,
        "notes": notes_payload(lesson),
    }


def _page(page: CoursePage) -> dict:
    return {
        "id": page.id,
        "number": page.mark,
        "title": page.title,
        "subtitle": page.subtitle,
        "intro": [_block(block) for block in page.intro],
        "sections": {name.lower(): _section(section) for name, section in page.sections.items()},
        "drawing": page.drawing,
        "measured": list(page.measured),
    }


def _section(section: Section) -> dict:
    return {
        "blocks": [_block(block) for block in section.blocks],
        "fields": [
            {"kind": field.kind, "label": field.label, "options": list(field.options)} for field in section.fields
        ],
    }


def _block(block: Block) -> dict:
    if not block.items:
        return {"text": block.text}
    return {"start": block.start, "items": [{"text": item.text, "target": item.target} for item in block.items]}
