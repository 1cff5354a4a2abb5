"""Writes the live page, with the course in it: `page.py FILE`, or `page.py FILE course` to open with the course."""

from __future__ import annotations

import sys
from pathlib import Path

from ...core.whole_file import write_text
from ...host.live_page import LIVE, build
from .course_parts import course


def write(path: Path, opens: str = LIVE) -> None:
    write_text(path, [build(opens=opens, course=course())])


if __name__ == "__main__":
    write(Path(sys.argv[1]), *sys.argv[2:])
