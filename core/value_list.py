"""Reads lists of values as people type them: "1, 4, 7.5", "2..12 x 5" (evenly spaced), "1..4", "euler, heun"."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import islice
from typing import TypeVar

TEXT_LIMIT = 10_000
"""Characters; nobody types more."""
PART_LIMIT = 100
"""Characters of one value or range."""
VALUES_LIMIT = 10_000
"""Values in one list; how many of them a sweep takes is the sweep's to say."""
EXPONENT_LIMIT = 30
"""A number of more digits is a slip of the hand, and slow to work with."""
SHOWN = 40
"""Characters of somebody's text that a sentence repeats."""

EXAMPLES = "1, 4, 7.5 or 2..12 x 5 or 1..4"
Value = TypeVar("Value")
COMMAS = re.compile(r"[,;\n\u3001]")
RANGE = re.compile(
    r"(?P<first>.*?)\s*\.{2,3}\s*(?P<last>.*?)(?:\s*[x\u00d7*]\s*(?P<count>[^x\u00d7*]*))?", re.IGNORECASE
)


def parse_numbers(text: str, what: str, *, repeats: bool = False) -> tuple[Fraction, ...]:
    """The numbers of a list, exact, in the order typed. `what` begins every sentence ("guidance values").

    Raises ValueError for an empty list, a value that is not a finite number, a range that runs backwards, a count
    below 2, and a value named twice unless it may be.

    >>> [spell(value) for value in parse_numbers("1, 4, 7.5", "guidance values")]
    ['1', '4', '7.5']
    >>> [spell(value) for value in parse_numbers("2..12 x 5", "guidance values")]
    ['2', '4.5', '7', '9.5', '12']
    """
    values = _at_most((value for part in _parts(text, what) for value in _values(part, what)), what)
    return tuple(values) if repeats else _all_different(values, what)


def parse_whole_numbers(text: str, what: str, *, repeats: bool = False) -> tuple[int, ...]:
    """As parse_numbers, for values that can only be whole.

    >>> parse_whole_numbers("1..4, 42", "seeds")
    (1, 2, 3, 4, 42)
    """
    values = parse_numbers(text, what, repeats=repeats)
    broken = next((value for value in values if value.denominator != 1), None)
    if broken is not None:
        raise ValueError(f"{what} must be whole numbers, but {shown(text)} gives {spell(broken)}: write them out")
    return tuple(int(value) for value in values)


def parse_whole_numbers_or(text: str, what: str, words: Sequence[str]) -> tuple[int | str, ...]:
    """As parse_whole_numbers, for lists in which these words may stand, too."""
    found = (value for part in _parts(text, what) for value in _numbers_or_word(part, what, words))
    return _all_different(_at_most(found, what), what)


def parse_names(text: str, what: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names of a list, each one of `known`. `what` is what they name, in the plural ("samplers").

    >>> parse_names("euler, heun", "samplers", ["euler", "heun", "ddim"])
    ('euler', 'heun')
    """
    return _all_different([one_of(name, what, known) for name in _parts(text, what)], what)


def parse_words(text: str, what: str) -> tuple[str, ...]:
    """The texts of a list, whatever they are. `what` begins every sentence ("prompt words").

    >>> parse_words("a lighthouse, a red mill", "prompt words")
    ('a lighthouse', 'a red mill')
    """
    return _all_different(list(_parts(text, what)), what)


def one_of(name: str, what: str, known: Sequence[str]) -> str:
    """The name itself. Raises ValueError, with names close to it, when it is none of `known`."""
    if name not in known:
        raise ValueError(f"{what}: {shown(str(name))} is not installed here; {_instead(str(name), known)}")
    return name


def choice_of(name: str, what: str, choices: Sequence[str]) -> str:
    """The name itself, of choices that are the same everywhere. Raises ValueError for any other name."""
    if name not in choices:
        raise ValueError(f"{what} must be one of {', '.join(choices)}, got {shown(name)}")
    return name


def spell(value: Fraction | int | str) -> str:
    """A value as a label shows it. Whole numbers keep all their digits.

    >>> spell(Fraction(1, 3)), spell(Fraction(8, 2)), spell("euler")
    ('0.333333', '4', 'euler')
    """
    if isinstance(value, Fraction):
        return str(int(value)) if value.denominator == 1 else f"{float(value):.6g}"
    return str(value)


def shown(text: str) -> str:
    """Somebody's text in quotes, cut where it is long."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "\u2026")


def _parts(text: str, what: str) -> Iterator[str]:
    if len(text) > TEXT_LIMIT:
        raise ValueError(f"{what}: a list of {len(text):,} characters is too long, {TEXT_LIMIT:,} can be read")
    if not text.strip():
        raise ValueError(f"{what}: the list is empty, name at least one value")
    for part in COMMAS.split(unicodedata.normalize("NFKC", text)):
        if not part.strip():
            raise ValueError(f"{what}: a value is missing beside a comma in {shown(text)}")
        if len(part) > PART_LIMIT:
            raise ValueError(f"{what}: {shown(part)} is longer than a value can be, part values with commas")
        yield part.strip()


def _at_most(values: Iterable[Value], what: str) -> list[Value]:
    """All of them. They are made one by one, so that a list which names millions is refused at once."""
    found = list(islice(values, VALUES_LIMIT + 1))
    if len(found) > VALUES_LIMIT:
        raise ValueError(f"{what}: this list names more than {VALUES_LIMIT:,} values, the most that can be read")
    return found


def _numbers_or_word(part: str, what: str, words: Sequence[str]) -> tuple[int | str, ...]:
    if part.lower() in words:
        return (part.lower(),)
    if part.isalpha():
        raise ValueError(f"{what} are whole numbers, ranges such as 1..4, or {' or '.join(words)}; got {shown(part)}")
    return parse_whole_numbers(part, what)


def _values(part: str, what: str) -> Iterator[Fraction]:
    found = RANGE.fullmatch(part)
    if found is None:
        return iter((_number(part, part, what),))
    first, last = (_number(found[end], part, what) for end in ("first", "last"))
    if last < first:
        raise ValueError(f"{what}: the range {shown(part)} runs backwards, write the smaller number first")
    return _counted(first, last, part, what) if found["count"] is None else _spaced(first, last, found, what)


def _counted(first: Fraction, last: Fraction, part: str, what: str) -> Iterator[Fraction]:
    if (last - first).denominator != 1:
        raise ValueError(f"{what}: {shown(part)} counts by 1 and misses its end, say how many: {part} x 5")
    _check_count(last - first + 1, part, what)
    return (first + step for step in range(int(last - first) + 1))


def _spaced(first: Fraction, last: Fraction, found: re.Match, what: str) -> Iterator[Fraction]:
    count = _number(found["count"], found[0], what)
    if count < 2 or count.denominator != 1:
        raise ValueError(f"{what}: {shown(found[0])} must end in how many values, a whole number from 2 on")
    _check_count(count, found[0], what)
    return (first + (last - first) * step / (int(count) - 1) for step in range(int(count)))


def _check_count(count: Fraction, part: str, what: str) -> None:
    if count > VALUES_LIMIT:
        raise ValueError(f"{what}: {shown(part)} names {int(count):,} values, {VALUES_LIMIT:,} can be read")


def _number(text: str, part: str, what: str) -> Fraction:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number.adjusted()) > EXPONENT_LIMIT:
        raise ValueError(f"{what} are numbers and ranges such as {EXAMPLES}; got {shown(part)}")
    return Fraction(number)


def _all_different(values: list, what: str) -> tuple:
    """Different to the eye: values are told apart by their labels."""
    seen = set()
    for label in map(spell, values):
        if label in seen:
            raise ValueError(f"{what}: {shown(label)} is named twice, once is enough")
        seen.add(label)
    return tuple(values)


def _instead(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name.lower(), known, n=3)
    return f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(sorted(known))}"
