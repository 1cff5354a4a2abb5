"""Where the viewers of a lesson open: on the view, the step and what lies over it that the lesson is about."""

from __future__ import annotations

from .lesson import Lesson

PROPERTY = "denoiscope_opens"
"""Of a viewer node; js/denoiscope.js reads it."""


def with_openings(workflow: dict, lesson: Lesson) -> dict:
    """The workflow whose viewers open as the lesson says, and the others as they come."""
    for node in workflow["nodes"]:
        node["properties"].pop(PROPERTY, None)
        if opens := lesson.opens.get(str(node["id"])):
            node["properties"][PROPERTY] = opens
    return workflow
