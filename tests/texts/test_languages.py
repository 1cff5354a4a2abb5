"""What Python says and the browser translates stands in every language: words in records, reasons, lines of a page.

They are found by reading the code, so that new words need no new test.
"""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache

import pytest

from denoiscope.core.comparing.sweep_settings import SETTINGS
from denoiscope.core.showing.views import VIEWS
from denoiscope.core.telling import low_rank_page, page
from denoiscope.devtools.driving.pack import ROOT

LANGUAGES = ("japanese", "chinese")
LINE = re.compile(r'^  ("(?:[^"\\]|\\.)*"): "', re.MULTILINE)
WORDS_OF = {
    "View": {"title", "caption"},
    "Legend": {"label"},
    "Panel": {"title", "unit", "rug"},
    "Mark": {"text"},
    "Across": {"title", "point"},
    "Chart": {"title"},
    "HeatMap": {"title", "across", "legend", "mark"},
    "Setting": {"name"},
    "replace": {"title", "caption"},
}
"""Arguments that reach the browser as words, by the record. A name of somebody's own, a deck's title, is not here."""
REASONS = {"absence", "missing", "_why_no_guidance"}
"""Functions that return a sentence for the browser."""
TAKES_A_REASON = {"learn_why_no_guidance"}
FILLED = "filled"
"""The function that puts values into a sentence."""
REASON_IN = {"no_guidance", "absent"}
"""Variables and arguments that hold one."""
NO_WORDS_OF_THE_BROWSER = (
    "core/diagnosing/",  # has its own tables
    "core/comparing/sweep_settings.py",  # tooltips: locales/
    "core/lora/quantization_report.py",  # a text that a node gives out
    "core/measuring/words.py",  # the same
    "core/telling/",  # what a page invites to look for is tested by itself
    "host/pocket.py",  # the end of an error
)
A_SENTENCE = re.compile(r"(?=(?:\S+ ){3})[A-Z{].*\.", re.DOTALL)
LOGGERS = {"log", "logging"}
MEASURED = {"Mark.text", "Panel.unit"}
"""These may be written from a number, such as "10 %: settled": then they are the same in every language."""
SYMBOL = re.compile(r"[^a-z]*|x_t|dB|pp|[\d.]+ ?%")


def translated(table: str) -> set[str]:
    """The English of every line of a language: its words, and its reports."""
    files = (ROOT / "js" / "viewer" / "language").glob(f"{table}*.js")
    return {json.loads(key) for path in files for key in LINE.findall(path.read_text(encoding="utf-8"))}


def literals(tree: ast.AST, constants: dict[str, ast.AST]) -> Iterator[str | None]:
    """Every text that an expression may be; None where that cannot be read off."""
    match tree:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Constant():
            pass
        case ast.IfExp(body=body, orelse=other):
            yield from (*literals(body, constants), *literals(other, constants))
        case ast.BoolOp(values=values):
            for value in values:
                yield from literals(value, constants)
        case ast.Name(id=name) if name in constants:
            yield from literals(constants[name], constants)
        case _:
            yield None


def assigned(tree: ast.AST) -> dict[str, ast.AST]:
    """The names that are set just once, with what they are set to."""
    found: dict[str, list[ast.AST]] = {}
    for part in ast.walk(tree):
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
            found.setdefault(part.targets[0].id, []).append(part.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def said_in(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Each expression that becomes words in the browser, and what it is the words of."""
    for part in ast.walk(tree):
        match part:
            case ast.Call(func=ast.Name(id=name), keywords=arguments) if name in WORDS_OF:
                yield from ((f"{name}.{a.arg}", a.value) for a in arguments if a.arg in WORDS_OF[name])
            case ast.Call(func=ast.Name(id=name), args=[sentence, *_]) if name == FILLED:
                yield ("filled", sentence)
            case ast.Call(func=ast.Attribute(attr=name), args=[value]) if name in TAKES_A_REASON:
                yield ("", value)
            case ast.FunctionDef(name=name) if name in REASONS:
                yield from (("", each.value) for each in ast.walk(part) if isinstance(each, ast.Return) and each.value)
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value) if name in REASON_IN:
                yield ("", value)
            case ast.keyword(arg=name, value=value) if name in REASON_IN:
                yield ("", value)


@cache
def said_by_python() -> dict[str | None, str]:
    """All words with the file that says them; None for an argument of a record that cannot be read off."""
    found: dict[str | None, str] = {}
    for path in (path for folder in ("core", "host") for path in sorted((ROOT / folder).rglob("*.py"))):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for owner, expression in said_in(tree):
            for words in literals(expression, assigned(tree)):
                if words is not None or (owner and owner not in MEASURED):
                    found[words] = path.name
    return {words: file for words, file in found.items() if words is None or not SYMBOL.fullmatch(words)}


@pytest.mark.parametrize("table", LANGUAGES)
def test_what_python_says_stands_in_every_language(table):
    said = said_by_python()
    assert {view.title for view in VIEWS.values()} - {"x_t"} | {*SETTINGS} <= said.keys(), "these were not found"
    lacking = {words: file for words, file in said.items() if words is not None and words not in translated(table)}
    assert lacking == {}, f"js/viewer/language/{table}.js lacks these (docs/translating.md)"


def test_words_for_the_browser_stand_in_the_code_as_they_are_said():
    """Words that are put together from pieces have no line in a table: write each of them out."""
    assert said_by_python().get(None) is None


def not_said(tree: ast.Module) -> Iterator[ast.AST]:
    """What is no sentence by itself: docstrings, errors, lines of the log, and what `filled` has."""
    for part in ast.walk(tree):
        match part:
            case ast.Expr(value=ast.Constant() as text):
                yield text
            case ast.Raise() | ast.Call(func=ast.Name(id="filled")):
                yield from ast.walk(part)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in LOGGERS:
                yield from ast.walk(part)
            case ast.JoinedStr(values=values):
                yield from values


def sentences(tree: ast.Module) -> Iterator[str]:
    apart = {*not_said(tree)}
    for part in ast.walk(tree):
        match part:
            case ast.Constant(value=str(text)) if part not in apart:
                yield text
            case ast.JoinedStr(values=values) if part not in apart:
                yield "".join(str(value.value) if isinstance(value, ast.Constant) else "{}" for value in values)


@pytest.mark.parametrize("table", LANGUAGES)
def test_a_sentence_with_values_is_filled_so_that_every_language_can_say_it(table):
    lacking = {}
    for path in (path for folder in ("core", "host") for path in sorted((ROOT / folder).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(NO_WORDS_OF_THE_BROWSER):
            said = sentences(ast.parse(path.read_text(encoding="utf-8")))
            lacking |= {text: name for text in {*filter(A_SENTENCE.fullmatch, said)} - translated(table)}
    assert lacking == {}, "write these with filled() (core/filled_sentence.py), and translate them"


@pytest.mark.parametrize("table", LANGUAGES)
def test_what_a_page_invites_to_look_for_stands_in_every_language(table):
    lines = {*low_rank_page.LOOK_FOR, *(line for lines in page.LOOK_FOR.values() for line in lines.values())}
    assert lines - translated(table) == set()
