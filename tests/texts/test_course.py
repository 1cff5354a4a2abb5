"""The course's texts: the same structure in every language, true figures, and all that is made from them up to date."""

import json
import re

import pytest

from denoiscope.devtools.course import written
from denoiscope.devtools.coursework.layout import HIGHEST, laid_out
from denoiscope.devtools.coursework.lesson import COURSE, LANGUAGES, glossary, lessons, read_lesson, texts_of, words
from denoiscope.devtools.coursework.page import PAGES, pages, read_page
from denoiscope.devtools.driving.pack import ROOT

LESSONS = lessons("en")
NAMES = [lesson.id for lesson in LESSONS]
READ = pages("en")
READ_NAMES = [page.id for page in READ]
OTHERS = [language for language in LANGUAGES if language != "en"]
LETTERS = {"ja": re.compile(r"[\u3040-\u30ff]"), "zh": re.compile(r"[\u4e00-\u9fff]")}
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
NAMES_WITH_A_NUMBER = ("1 ステップの推定",)
"""What the viewer calls a view in a language."""
MARKED = re.compile(r"\*{1,2}([^*]+)\*{1,2}")
WINDOW = 1070, 650
"""What a window of 1440 x 900 leaves for a graph, as measured: the zoom is the smaller ratio."""
READABLE = 0.6


def numbers(text):
    for name in NAMES_WITH_A_NUMBER:
        text = text.replace(name, "")
    return sorted(NUMBER.findall(text))


@pytest.mark.parametrize("name", [*NAMES, *READ_NAMES])
@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_structure_of_the_english(language, name):
    english, other = (chapter(name, each) for each in ("en", language))
    assert shape(other) == shape(english)
    assert named(other) == named(english)


def chapter(name, language):
    return read_page(PAGES / name, language) if name in READ_NAMES else read_lesson(COURSE / name, language)


def named(chapter):
    """The nodes of a graph, or the parts of a drawing, that the texts name."""
    return list(chapter.drawing if chapter.id in READ_NAMES else chapter.graph)


def shape(lesson):
    """What must be the same in every language: blocks, items with their targets, fields with their options."""
    blocks = [(block.start, [item.target for item in block.items]) for block in lesson.intro]
    for name, section in lesson.sections.items():
        blocks.append((name, [(field.kind, len(field.options)) for field in section.fields]))
        blocks += [(block.start, [item.target for item in block.items]) for block in section.blocks]
    return blocks


@pytest.mark.parametrize("name", [*NAMES, *READ_NAMES])
@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_quotes_the_same_numbers(language, name):
    english, other = (chapter(name, each) for each in ("en", language))
    for text, translated in zip(texts_of(english), texts_of(other), strict=True):
        assert numbers(translated) == numbers(text), translated


@pytest.mark.parametrize("name", [*NAMES, *READ_NAMES])
@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_in_its_language(language, name):
    lesson = chapter(name, language)
    sentences = [text for text in texts_of(lesson) if len(text) > 12]
    assert [text for text in sentences if not LETTERS[language].search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_has_its_words_in_every_language(language):
    assert all(words(language).values())
    assert {name: text.count("{") for name, text in words(language).items()} == {
        name: text.count("{") for name, text in words("en").items()
    }


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_a_lesson_asks_for_a_prediction_and_shows_where_to_look(lesson):
    assert lesson.sections["Predict"].fields
    for name in ("Look", "Change", "Question", "Answer"):
        assert lesson.sections[name].blocks, name


@pytest.mark.parametrize("lesson", [*LESSONS, *READ], ids=[*NAMES, *READ_NAMES])
def test_the_figures_that_a_lesson_quotes_are_those_that_were_measured(lesson):
    said = " ".join(texts_of(lesson))
    pages = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("claims.md", "pocket.md"))
    for table, figures in lesson.figures.items():
        measured = re.search(rf"<!-- {table} -->\n(.*?)<!-- /{table} -->", pages, re.DOTALL)[1]
        assert [figure for figure in figures if not (stands(figure, said) and stands(figure, measured))] == []


def stands(figure, text):
    """As a number of its own, not as a part of a longer one."""
    return re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d]|\.\d)", text) is not None


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_a_lesson_is_read_at_once_in_a_laptops_window(lesson):
    workflow = dict(written_workflows())[lesson.workflow]
    width = max(node["pos"][0] + node["size"][0] for node in workflow["nodes"])
    bottoms = (
        node["pos"][1] + (0 if node["flags"].get("collapsed") else node["size"][1]) for node in workflow["nodes"]
    )
    assert min(WINDOW[0] / width, WINDOW[1] / max(bottoms)) >= READABLE


def written_workflows():
    for path, text in written():
        if path.parent.name == "example_workflows":
            yield path.stem, json.loads(text)


def test_what_is_made_from_the_course_is_up_to_date():
    old = [path for path, text in written() if not path.exists() or path.read_text(encoding="utf-8") != text]
    assert [str(path.relative_to(ROOT)) for path in old] == [], "run `python dev.py course`"


def test_every_lesson_has_its_graph_and_every_graph_its_lesson():
    graphs = {path.stem for path in (ROOT / "example_workflows").glob("*.json")}
    assert {lesson.workflow for lesson in LESSONS} == graphs
    assert [lesson.number for lesson in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert all(lesson.workflow.startswith(f"{lesson.number:02d} ") for lesson in LESSONS)


@pytest.mark.parametrize("page", READ, ids=READ_NAMES)
def test_a_page_asks_and_answers_and_what_it_points_at_stands_in_its_drawing(page):
    for name in ("Question", "Answer"):
        assert page.sections[name].blocks or page.sections[name].fields, name
    shown = {item.target["part"] for item in items_of(page) if item.target}
    assert shown == set(page.drawing)


def items_of(page):
    return [item for section in page.sections.values() for block in section.blocks for item in block.items]


@pytest.mark.parametrize("page", READ, ids=READ_NAMES)
def test_a_test_has_a_key_for_each_question_which_names_the_lesson_that_shows_it(page):
    fields = page.sections["Question"].fields
    keys = [item.text for item in items_of(page)] if fields else []
    for field, right, number, key in zip(fields, page.measured, page.lessons, keys, strict=True):
        assert 1 <= right <= len(field.options)
        assert f"(lesson {number})" in key and number <= len(LESSONS)


NODE = {"id": 1, "pos": [0, 0], "size": [100, 50], "flags": {}}


def test_a_column_that_forgets_a_node_is_refused():
    with pytest.raises(ValueError, match="each node once"):
        laid_out({"nodes": [NODE, NODE | {"id": 2}]}, [{"width": 100, "nodes": ["1"]}])


def test_a_node_that_grows_takes_what_the_others_leave():
    nodes = [dict(NODE, flags={}), dict(NODE, id=2, flags={}), dict(NODE, id=3, flags={})]
    done = laid_out({"nodes": nodes}, [{"width": 200, "nodes": ["1", "2+", "3-"]}])["nodes"]
    assert done[0]["size"] == [200, 50] and done[2]["flags"] == {"collapsed": True}
    assert done[2]["pos"][1] == HIGHEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_explains_each_word_once_in_a_sentence(language):
    entries = glossary(language)
    assert [entry["id"] for entry in entries] == [entry["id"] for entry in glossary("en")]
    written = [entry["word"].lower() for entry in entries]
    assert len(set(written)) == len(written) >= 25
    assert all(entry["means"].endswith((".", "。")) for entry in entries)


def test_words_that_lessons_mark_and_the_glossary_has_are_explained():
    marked = {word.lower() for lesson in LESSONS for text in texts_of(lesson) for word in MARKED.findall(text)}
    assert len(marked & {entry["word"].lower() for entry in glossary("en")}) >= 10
