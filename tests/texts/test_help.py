"""Help pages: one for each node, and what they list is what there is."""

import re
from pathlib import Path

import pytest
from PIL import Image

from denoiscope.core.showing.views import VIEWS
from denoiscope.devtools.shots import HELP_LIMIT, WIDEST
from denoiscope.pocket.text import known_words

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "js" / "docs"
PICTURE = re.compile(r"^!\[([^\]]{20,160})\]\(pictures/(\w+)\.jpg\)$", re.MULTILINE)
SCHEMAS = {
    match.group(1): schema
    for path in sorted((ROOT / "nodes").glob("*.py"))
    for schema in path.read_text(encoding="utf-8").split("io.Schema(")[1:]
    if (match := re.search(r'node_id="(\w+)"', schema))
}


def test_every_node_has_a_help_page_and_every_page_a_node():
    assert {path.stem for path in HELP.glob("*.md")} == set(SCHEMAS)


@pytest.mark.parametrize("node", sorted(SCHEMAS))
def test_a_help_page_has_the_nodes_own_name_as_its_title(node):
    name = re.search(r'display_name="([^"]+)"', SCHEMAS[node]).group(1)
    assert (HELP / f"{node}.md").read_text(encoding="utf-8").startswith(f"# {name}\n")


@pytest.mark.parametrize("node", sorted(SCHEMAS))
def test_a_help_page_has_a_picture_of_its_node_and_says_what_is_on_it(node):
    ((words, name),) = PICTURE.findall((HELP / f"{node}.md").read_text(encoding="utf-8"))
    assert name == node and words
    with Image.open(HELP / "pictures" / f"{node}.jpg") as picture:
        assert 300 <= picture.width <= WIDEST


def test_the_pictures_of_the_help_are_small_and_each_is_shown():
    pictures = list((HELP / "pictures").iterdir())
    assert {path.name for path in pictures} == {f"{node}.jpg" for node in SCHEMAS}
    sizes = [path.stat().st_size for path in pictures]
    assert max(sizes) <= HELP_LIMIT and sum(sizes) <= 1_200_000


def test_the_pocket_models_help_lists_every_word_it_knows():
    words = set(re.findall(r"[a-z]+", (HELP / "DenoiscopePocketModel.md").read_text(encoding="utf-8").split("## ")[2]))
    assert set(known_words()) <= words


@pytest.mark.parametrize("node", ["DenoiscopeFrames", "DenoiscopeContactSheet"])
def test_the_help_names_every_view(node):
    text = (HELP / f"{node}.md").read_text(encoding="utf-8")
    assert [view for view in VIEWS if not re.search(rf"\b{view}\b", text)] == []
