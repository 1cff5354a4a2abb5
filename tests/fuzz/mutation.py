"""Mutations that keep a header a header: one value of the JSON is changed, dropped, copied or moved."""

import json
import random
from collections.abc import Iterator

ODD = (
    None, True, False, 0, 1, -1, 2, 3, 4096, 2**31, 2**48, 2**63, 2**64, 10**12, 10**400, 0.0, -0.0, 0.5, -1.5, 1e308,
    float("inf"), float("nan"), "", "0", "1", "nan", "F32", "F16", "BF16", "F64", "I64", "F8_E4M3", "BOOL", "\0",
    "\ud800", "<script>", "..", "a" * 5000, [], {}, [[]], [0], [1, 1], [0, 0], {"a": 1}, [None], ["a"],
)  # fmt: skip
"""What stands in no honest file, or not there."""
DEPTH = 200


def mutate(data: bytes, seed: int) -> bytes | None:
    """Another input, or None where this one has no JSON to change."""
    text, marker, numbers = data.partition(b"\0")
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        return None
    chance = random.Random(seed)
    places = list(_places(plain))
    for _ in range(chance.choice((1, 1, 1, 2, 4)) if places else 0):
        _change(chance, *chance.choice(places), places)
    try:
        return json.dumps(plain).encode("utf-8", "surrogatepass") + marker + numbers
    except (ValueError, RecursionError):
        return None


def _places(plain: object, depth: int = 0) -> Iterator[tuple[dict | list, object]]:
    """Each container with each key or index in it."""
    keys = list(plain) if isinstance(plain, dict) else range(len(plain)) if isinstance(plain, list) else ()
    for key in keys if depth < DEPTH else ():
        yield plain, key
        yield from _places(plain[key], depth + 1)


def _change(chance: random.Random, container: dict | list, key: object, places: list) -> None:
    if (key not in container) if isinstance(container, dict) else key >= len(container):
        return  # an earlier change took it away
    kind = chance.randrange(6)
    if kind == 0:
        del container[key]
    elif kind == 1 and isinstance(container, dict):
        container[_renamed(chance, key, places)] = container.pop(key)
    elif kind == 2:
        container[key] = _nearby(chance, container[key])
    elif kind == 3:
        other, place = chance.choice(places)
        container[key] = _copied(other, place)
    elif kind == 4 and isinstance(container, list):
        container.insert(key, container[key])
    else:
        container[key] = chance.choice(ODD)


def _renamed(chance: random.Random, key: str, places: list) -> str:
    names = [other for container, other in places if isinstance(container, dict)]
    return chance.choice((f"{key}x", key[1:], chance.choice(names), str(chance.randrange(3)) + key[1:]))


def _nearby(chance: random.Random, value: object) -> object:
    if isinstance(value, (int, float)):
        return value + chance.choice((-1, 1, 8, -8, value))
    return value[: len(value) // 2] if isinstance(value, (str, list)) else value


def _copied(container: dict | list, key: object) -> object:
    try:
        return json.loads(json.dumps(container[key]))
    except (KeyError, IndexError, ValueError, RecursionError):
        return None
