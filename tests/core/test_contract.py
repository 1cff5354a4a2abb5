"""The contract with the browser: what Python tells it now is what tests/contract says, by names, types and words."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from denoiscope.devtools.driving import synthetic, synthetic_kinds, synthetic_layers

from .contract import KINDS

FOLDER = Path(__file__).resolve().parents[1] / "contract"
COMMAND = "python dev.py test tests/core --write-contract"
COMPARED = {"format", "id", "kind", "of", "scale", "source", "version", "views", "pattern"}
"""Where a text is a name that the browser compares, and no sentence: there the very same text must come."""
FLAT = re.compile(r"[\[{][^\[\]{}]*[\]}]")


def written(payload: dict) -> str:
    """JSON that a person can read: a part without parts of its own stands on one line."""
    text = json.dumps(payload, indent=1, ensure_ascii=False, allow_nan=False)
    return FLAT.sub(lambda found: " ".join(found[0].split()), text) + "\n"


def differences(kept: object, made: object, at: str = "") -> Iterator[str]:
    """Where two payloads differ for whoever reads them: in names, in types, in length, in names that are compared."""
    if type(kept) is not type(made):
        yield f"{at} was {kept!r:.60}, is {made!r:.60}"
    elif isinstance(kept, dict) and isinstance(made, dict):
        yield from (f"{at}.{key} is no longer told" for key in kept.keys() - made.keys())
        yield from (f"{at}.{key} is told and was not" for key in made.keys() - kept.keys())
        for key in kept.keys() & made.keys():
            yield from differences(kept[key], made[key], f"{at}.{key}")
    elif isinstance(kept, list) and isinstance(made, list):
        if len(kept) != len(made):
            yield f"{at} has {len(made)} entries for {len(kept)}"
        for index, pair in enumerate(zip(kept, made, strict=False)):
            yield from differences(*pair, f"{at}[{index}]")
    elif isinstance(made, float) and not math.isfinite(made):
        yield f"{at} is {made}"
    elif at.split(".")[-1].split("[")[0] in COMPARED and kept != made:
        yield f"{at} was {kept!r}, is {made!r}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_is_told_what_the_contract_says(kind, rewrite):
    made, path = KINDS[kind](), FOLDER / f"{kind}.json"
    if rewrite:
        path.write_text(written(made), encoding="utf-8")
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert list(differences(kept, made)) == [], f"if this is meant, write it anew, and mend js/: {COMMAND}"


def strange(sent: object, typed: object, at: str = "") -> Iterator[str]:
    """Names in a payload that was typed by hand, and that Python does not send; of a list the first entry speaks."""
    if isinstance(sent, dict) and isinstance(typed, dict):
        yield from (f"{at}.{name}" for name in typed.keys() - sent.keys())
        for name in typed.keys() & sent.keys():
            yield from strange(sent[name], typed[name], f"{at}.{name}")
    elif isinstance(sent, list) and isinstance(typed, list) and sent and typed:
        yield from strange(sent[0], typed[0], f"{at}[]")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("deck", lambda: synthetic_kinds.guided(synthetic.data_url)),
        ("grid", lambda: synthetic.grid(synthetic.data_url, synthetic.Axis("steps", ("2", "4")), size=(8, 8))),
        ("forward", lambda: synthetic_kinds.forward(synthetic.data_url)),
        ("commit", lambda: synthetic_layers.settling(synthetic.payload(synthetic.data_url))),
        ("attention", lambda: synthetic_layers.looked(synthetic.payload(synthetic.data_url))),
    ],
)
def test_payloads_of_the_browser_tests_have_no_name_that_python_does_not_send(kind, typed):
    assert list(strange(json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8")), typed())) == []


def test_names_and_versions_are_those_of_the_contract():
    assert KINDS["names"]() == json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))


def test_the_contract_has_no_file_of_a_kind_that_is_gone():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(KINDS)


@pytest.mark.parametrize(
    ("kept", "made"),
    [
        ({"title": "a"}, {"titel": "a"}),
        ({"at": 1}, {"at": 1.0}),
        ({"at": None}, {"at": 0}),
        ({"at": 0.5}, {"at": math.inf}),
        ({"rows": [[1, 2]]}, {"rows": [[1]]}),
        ({"kind": "run"}, {"kind": "runs"}),
        ({"views": ["x"]}, {"views": ["x0"]}),
    ],
)
def test_a_difference_is_seen(kept, made):
    assert list(differences(kept, made))
    assert not list(differences(kept, kept))
