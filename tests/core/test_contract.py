"""The contract with the browser: what Python tells it now is what tests/contract says, by names, types and words."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

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
