"""Lays a lesson's graph out in columns, small enough to be read in a laptop's window.

ComfyUI fits an opened template into the window and draws no text below a zoom of 0.57: a graph of WIDEST x HIGHEST
opens at 0.74 in a window of 1440 x 900.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

WIDEST, HIGHEST = 1400, 880
TITLE, GAP, BETWEEN = 30, 16, 24
COLLAPSED = "-"

Column = dict[str, object]


def laid_out(workflow: dict, columns: Sequence[Column], height: int = HIGHEST) -> dict:
    """Every node of the workflow in a column: {"width": 300, "nodes": ["2-", "3", "9+"]}. A minus collapses a node, a
    plus lets it take the height that the others of its column leave. Raises ValueError where a node has no column.
    """
    nodes = {str(node["id"]): node for node in workflow["nodes"]}
    named = [name.rstrip("-+") for column in columns for name in column["nodes"]]
    if sorted(named) != sorted(nodes):
        raise ValueError(f"the columns must name each node once: {sorted(set(nodes) ^ set(named))} differ")
    widths = [column["width"] for column in columns]
    lefts = accumulate([0, *(width + BETWEEN for width in widths[:-1])])
    for left, column in zip(lefts, columns, strict=True):
        place(column, nodes, left, height)
    return workflow | {"groups": []}


def place(column: Column, nodes: dict[str, dict], left: int, height: int) -> None:
    used = sum(TITLE + size for _, _, size in sized(column, nodes, 0)) + GAP * (len(column["nodes"]) - 1)
    top = 0
    for node, is_collapsed, size in sized(column, nodes, height - used):
        node["pos"] = [left, top + TITLE]
        node["flags"] = {**{k: v for k, v in node["flags"].items() if k != "collapsed"}}
        if is_collapsed:
            node["flags"]["collapsed"] = True
            node["size"] = [column["width"], node["size"][1]]
        else:
            node["size"] = [column["width"], size]
        top += TITLE + size + GAP


def sized(column: Column, nodes: dict[str, dict], rest: int) -> Iterator[tuple[dict, bool, int]]:
    """Each node, whether it is collapsed, and the height of its body."""
    for name in column["nodes"]:
        node = nodes[name.rstrip("-+")]
        is_collapsed = name.endswith("-")
        grows = name.endswith("+")
        yield node, is_collapsed, 0 if is_collapsed else max(rest, 0) if grows else int(node["size"][1])
