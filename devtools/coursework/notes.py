"""The notes in a lesson's graph: what leads through the lesson, and the answer, folded away."""

from __future__ import annotations

from .lesson import Block, Lesson, Section, words

NOTE = "MarkdownNote"
LED_BY = {"Predict": "predict", "Run": "run", "Look": "look", "Change": "change", "Question": "question"}


def notes_payload(lesson: Lesson) -> dict[str, dict[str, str]]:
    """Title and text of the note that leads and of the answer."""
    said = words(lesson.language)
    return {
        "leading": {"title": said["read me"].format(lesson.title), "text": leading(lesson)},
        "answer": {"title": said["answer"], "text": as_markdown(lesson.sections["Answer"].blocks)},
    }


def with_notes(workflow: dict, lesson: Lesson) -> dict:
    """The workflow with the lesson's words in its two notes, the folded one of which is the answer, and its titles."""
    notes = notes_payload(lesson)
    for node in workflow["nodes"]:
        if str(node["id"]) in lesson.graph:
            node["title"] = lesson.graph[str(node["id"])]
        if node["type"] == NOTE:
            note = notes["answer" if node["flags"].get("collapsed") else "leading"]
            node["title"], node["widgets_values"] = note["title"], [note["text"]]
    return workflow


def leading(lesson: Lesson) -> str:
    said = words(lesson.language)
    parts = [f"## {lesson.title}: {lesson.subtitle}", as_markdown(lesson.intro)]
    parts += [led(said[key], lesson.sections[name]) for name, key in LED_BY.items()]
    return "\n\n".join(part for part in (*parts, f"*{said['folded']}*") if part)


def led(heading: str, section: Section) -> str:
    text = as_markdown(section.blocks)
    asked = "\n".join(f"- {field.label}" + _options(field.options) for field in section.fields)
    return "\n\n".join(part for part in (f"**{heading}.** {text}", asked) if part.strip())


def as_markdown(blocks: tuple[Block, ...]) -> str:
    return "\n\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    if not block.items:
        return block.text
    marks = ("-" if block.start is None else f"{block.start + place}." for place in range(len(block.items)))
    return "\n".join(f"{mark} {item.text}" for mark, item in zip(marks, block.items, strict=True))


def _options(options: tuple[str, ...]) -> str:
    return f" ({', '.join(options)})" if options else ""
