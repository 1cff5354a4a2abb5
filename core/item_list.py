"""Reads a choice of batch items as people type it: "0, 2-4"; empty means all."""


def parse_items(text: str) -> list[int] | None:
    """Items in the order typed, each once; None for all. Raises ValueError for anything but numbers and ranges."""
    if not text.strip():
        return None
    chosen: dict[int, None] = {}
    for part in text.split(","):
        chosen.update(dict.fromkeys(_range(part.strip())))
    return list(chosen)


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
    if not first.strip().isdecimal() or (dash and not last.strip().isdecimal()):
        raise ValueError(f"items are numbers and ranges such as 0, 2-4; got {part!r}")
    start = int(first)
    stop = int(last) if dash else start
    if stop < start:
        raise ValueError(f"the range {part!r} runs backwards: write {stop}-{start}")
    if stop - start > 4096:
        raise ValueError(f"the range {part!r} names more than 4096 items")
    return range(start, stop + 1)
