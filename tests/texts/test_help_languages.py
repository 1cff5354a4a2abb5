"""The help pages in Japanese and Chinese: one for each English page, and the same things said in the same order."""

import re
from itertools import groupby

import pytest

from denoiscope.devtools.driving.pack import ROOT
from denoiscope.devtools.node_words import LANGUAGES, read_words

HELP = ROOT / "js" / "docs"
NODES = sorted(path.stem for path in HELP.glob("*.md"))
ENGLISH = read_words("en")
KINDS = {"#": re.compile(r"#+ "), "row": re.compile(r"\|"), "item": re.compile(r"\* "), "code": re.compile(r" {4}")}
CONTINUED = re.compile(r"  \S")
FOREIGN = {"ja": re.compile(r"[，：；您]"), "zh": re.compile(r"[\u3041-\u30fa]")}
"""Signs of the other language."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
CODE = re.compile(r"`([^`]+)`")
PICTURE = re.compile(r"^!\[(.{8,})\]\((\S+)\)$", re.MULTILINE)
HEADS = {"ja": {"入力": "inputs", "出力": "outputs"}, "zh": {"输入": "inputs", "输出": "outputs"}}


def page(node, language) -> str:
    path = HELP / node / f"{language}.md" if language in LANGUAGES else HELP / f"{node}.md"
    return path.read_text(encoding="utf-8")


def kind_of(line) -> str:
    return next((kind for kind, pattern in KINDS.items() if pattern.match(line)), "text" if line else "")


def structure(text) -> list[tuple[str, int]]:
    """Headings, rows with their cells, items, code and paragraphs; lines of one paragraph count once."""
    lines = [line for line in text.splitlines() if not CONTINUED.match(line)]
    return [
        found
        for kind, group in groupby(lines, kind_of)
        if kind
        for found in ([(kind, 0)] if kind == "text" else [(kind, line.count("|")) for line in group])
    ]


def test_every_page_is_there_in_every_language_and_nothing_else():
    written = {path.relative_to(HELP).as_posix() for path in HELP.glob("*/*.md")}
    assert written == {f"{node}/{language}.md" for node in NODES for language in LANGUAGES}


@pytest.mark.parametrize("node", NODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_page_has_the_nodes_name_the_structure_and_the_picture_of_the_english(language, node):
    text = page(node, language)
    assert text.startswith(f"# {read_words(language)[node]['display_name']}\n")
    assert structure(text) == structure(page(node, "en"))
    ((words, picture),) = PICTURE.findall(text)
    assert picture == f"pictures/{node}.jpg" and words != PICTURE.findall(page(node, "en"))[0][0]


@pytest.mark.parametrize("node", NODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_page_has_the_numbers_and_the_code_of_the_english(language, node):
    text, english = page(node, language), page(node, "en")
    assert set(NUMBER.findall(english)) - set(NUMBER.findall(text)) == set()
    assert sorted(set(CODE.findall(english))) == sorted(set(CODE.findall(text)))
    assert not FOREIGN[language].search(text)


@pytest.mark.parametrize("node", NODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_page_calls_inputs_and_outputs_what_the_node_calls_them(language, node):
    """In the order of the English page, which calls them by their ids."""
    for part, words, english in sockets(node, language):
        known = {name_in(ENGLISH, node, part, key): name_in(read_words(language), node, part, key) for key in words}
        assert english and [known.get(each, each) for each in english[0]] == english[1]


def sockets(node, language):
    """Of each table of inputs or outputs: which it is, the keys of its words, its first columns in both languages."""
    tables = zip(first_columns(page(node, "en")), first_columns(page(node, language)), strict=True)
    for (_, english), (head, translated) in tables:
        if part := HEADS[language].get(head):
            yield part, ENGLISH[node].get(part, {}), (english, translated)


def first_columns(text) -> list[tuple[str, list[str]]]:
    tables = [list(group) for kind, group in groupby(text.splitlines(), kind_of) if kind == "row"]
    cells = [[line.split("|")[1].strip() for line in table] for table in tables]
    return [(head, re.split(", |、", ", ".join(rows))) for head, _, *rows in cells]


def name_in(words, node, part, key) -> str:
    """An output is called in English what its schema says; an input goes by its id there."""
    return key if part == "inputs" and words is ENGLISH else words[node][part][key].get("name", key)
