"""The lessons as files: what a workflow says, and where its nodes stand."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "example_workflows"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
NOTE = "MarkdownNote"
ANSWER = "Answer"
TITLE_BAR = 30
"""Graph units above the place of a node, in both renderers."""


@dataclass(frozen=True)
class Box:
    """A node with its title bar. A folded answer counts as opened, as readers open it; other folded nodes stay so."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, node: dict) -> "Box":
        (left, top), (width, height) = node["pos"], node["size"]
        if node["flags"].get("collapsed") and node["type"] != NOTE:
            height = 0
        return cls(left, top - TITLE_BAR, left + width, top + height)

    def overlaps(self, other: "Box") -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def read(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def notes_of(workflow: dict) -> tuple[dict, dict]:
    """The note that leads through the lesson, and the one with the answer."""
    notes = [node for node in workflow["nodes"] if node["type"] == NOTE]
    (leading,) = (note for note in notes if note["title"] != ANSWER)
    (answer,) = (note for note in notes if note["title"] == ANSWER)
    return leading, answer


def text_of(note: dict) -> str:
    (text,) = note["widgets_values"]
    return text
