"""The doctor's sentences and names stand in every language, with the values of the English."""

import ast
import json
import re
from string import Formatter

import pytest

from denoiscope.core.diagnosing import not_finite
from denoiscope.core.diagnosing.quantities import QUANTITIES
from denoiscope.core.diagnosing.rules import RULES
from denoiscope.core.diagnosing.two_runs import ORDER, THIRDS
from denoiscope.core.diagnosing.two_runs_report import CAUSES
from denoiscope.core.diagnosing.words import WORDS
from denoiscope.devtools.driving.pack import ROOT

from .test_languages import translated

LETTERS = {"japanese": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"), "chinese": re.compile(r"[\u4e00-\u9fff]")}
PARTS = ("seen", "usually", "confirm", "advice")


def table(language: str) -> dict:
    """The one object of a module, which is JSON but for its trailing commas."""
    source = (ROOT / "js" / "viewer" / "language" / f"doctor_{language}.js").read_text(encoding="utf-8")
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", source[source.index("= {") + 2 : source.rindex(";")]))


def values_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def reasons() -> set[str]:
    """Every reason why a number is not known, and whose prediction was broken."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "core" / "diagnosing").glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if getattr(call.func, "id", "") in ("NotKnown", "_reading")]
    texts = [arg.value for call in named for arg in call.args if isinstance(arg, ast.Constant)]
    return {text for text in texts if isinstance(text, str)} - {"x"}


@pytest.mark.parametrize("language", LETTERS)
def test_every_sentence_of_a_rule_is_translated_with_its_values(language):
    rules = table(language)["rules"]
    assert {*rules} == {*WORDS}
    for rule, words in WORDS.items():
        for part, said in zip(PARTS, rules[rule], strict=True):
            assert values_of(said) == values_of(getattr(words, part)), (rule, part)
            assert LETTERS[language].search(said), (rule, part)


@pytest.mark.parametrize("language", LETTERS)
def test_every_quantity_reason_and_source_is_translated_and_no_other(language):
    names = table(language)["names"]
    wanted = {*QUANTITIES, *reasons(), *(rule.source for rule in RULES), "above", "below"}
    assert {*names} == wanted
    assert all(LETTERS[language].search(name) for name in names.values())
    assert "the prediction with the prompt" in names and not_finite.PROMPT not in names


@pytest.mark.parametrize("language", LETTERS)
def test_every_cause_and_stage_of_a_comparison_is_translated(language):
    assert {*CAUSES.values(), *ORDER, *(word for thirds in THIRDS for word in thirds)} <= translated(language)
