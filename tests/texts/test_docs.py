"""README, docs and help pages: every link between them leads to something that is there."""

import re
from pathlib import Path

import pytest

from denoiscope.devtools.comfyui import CARRIERS, oldest
from denoiscope.devtools.driving.pack import ROOT
from denoiscope.devtools.pictures import FILM, FILM_LIMIT, PAGES_LIMIT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "js" / "docs").glob("*.md")),
]
LINK = re.compile(r"\]\((?:<([^>]+)>|([^)\s]+))\)")
FILE = re.compile(r"`((?:[\w.-]+/)+(?:[\w-]+\.(?:py|js|json|md|css))?)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def test_the_page_that_the_panel_opens_is_the_one_of_the_docs():
    """`python dev.py live --out docs/live.html` writes both."""
    docs, pack = (ROOT / folder / "live.html" for folder in ("docs", "js"))
    assert docs.read_bytes() == pack.read_bytes()


def links(page: Path) -> list[str]:
    found = (angled or plain for angled, plain in LINK.findall(page.read_text(encoding="utf-8")))
    return [link for link in found if "://" not in link]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: lower case, spaces as hyphens, punctuation left out."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page):
    lost = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_the_film_and_the_pages_of_the_gallery_are_no_burden_to_a_clone():
    assert (ROOT / FILM).stat().st_size <= FILM_LIMIT
    assert sum(path.stat().st_size for path in (ROOT / "docs" / "gallery").glob("*.html")) <= PAGES_LIMIT


@pytest.mark.parametrize("page", ["README.md", "docs/versions.md"])
def test_a_page_that_says_which_comfyui_is_needed_says_what_is_declared(page):
    assert f"ComfyUI {oldest()} or later" in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("version", CARRIERS)
def test_every_comfyui_that_the_tool_gets_stands_in_the_table_of_versions(version):
    assert f"| {version} |" in (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")


def test_every_file_that_the_table_of_changes_names_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in FILE.findall(row)}
    assert len(rows) > 10 and len(named) > 30
    assert {name for name in named if not (ROOT / name).exists()} == set()
