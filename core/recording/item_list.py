"""Reads a choice of batch items as people type it: "0, 2-4"; empty means all."""

from itertools import chain

from ..value_list import TEXT_LIMIT, shown

LARGEST = 4096
"""No batch has an item beyond it, nor a range so many."""


def parse_items(text: str) -> list[int] | None:
    """Items in the order typed, each once; None for all. Raises ValueError for anything but numbers and ranges."""
    if not text.strip():
        return None
    if len(text) > TEXT_LIMIT:
        raise ValueError(f"a list of {len(text):,} characters is too long for items, {TEXT_LIMIT:,} can be read")
    ranges = [_range(part.strip()) for part in text.split(",")]
    named = sum(map(len, ranges))
    if named > LARGEST + 1:
        raise ValueError(f"this list names {named:,} items, {LARGEST + 1:,} can be read")
    return list(dict.fromkeys(chain.from_iterable(ranges)))


def choose_items(text: str, size: int) -> tuple[int, ...]:
    """The items of a batch of `size` that `text` names. Raises ValueError when one is not in the batch."""
    items = parse_items(text)
    if items is None:
        return tuple(range(size))
    missing = [item for item in items if item >= size]
    if missing:
        raise ValueError(f"the batch has items 0..{size - 1}, but item {missing[0]} was asked for")
    return tuple(items)


def _range(part: str) -> range:
    first, dash, last = part.partition("-")
    start = _item(first, part)
    stop = _item(last, part) if dash else start
    if stop < start:
        raise ValueError(f"the range {shown(part)} runs backwards: write {stop}-{start}")
    return range(start, stop + 1)


def _item(text: str, part: str) -> int:
    number = text.strip()
    if not number.isdecimal():
        raise ValueError(f"items are numbers and ranges such as 0, 2-4; got {shown(part)}")
    if len(number) > len(str(LARGEST)) or int(number) > LARGEST:
        raise ValueError(f"items are counted from 0 to {LARGEST} at most; got {shown(part)}")
    return int(number)
