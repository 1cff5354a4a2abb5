"""A saved workflow (what the editor keeps) becomes a prompt (what the server runs), as the frontend itself does it.

The server's /object_info says which inputs of a node are widgets and in which order; the workflow keeps their values by
position. Bypassed nodes hand a like-typed input through, muted ones are left out, notes and reroutes vanish.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

NOTES = {"Note", "MarkdownNote"}
WIDGET_TYPES = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"}
SEED_NAMES = {"seed", "noise_seed"}  # these get the extra widget "control after generate" unless they refuse it
MUTED, BYPASSED = 2, 4


class Link(NamedTuple):
    source: int
    slot: int


def to_api(workflow: dict, object_info: Mapping[str, dict]) -> dict:
    """{node id: {"class_type", "inputs", "_meta"}}. Raises ValueError where the workflow cannot be translated."""
    nodes = {node["id"]: node for node in workflow["nodes"]}
    links = read_links(workflow)
    return {
        str(node["id"]): {
            "class_type": node["type"],
            "inputs": widget_inputs(node, object_info) | linked_inputs(node, nodes, links),
            "_meta": {"title": node.get("title") or object_info[node["type"]]["display_name"]},
        }
        for node in nodes.values()
        if runs(node, object_info)
    }


def read_links(workflow: dict) -> dict[int, Link]:
    """Both spellings: lists [id, from node, from slot, to node, to slot, type], and objects with these names."""
    links = {}
    for link in workflow["links"]:
        if isinstance(link, dict):
            links[link["id"]] = Link(link["origin_id"], link["origin_slot"])
        else:
            links[link[0]] = Link(link[1], link[2])
    return links


def runs(node: dict, object_info: Mapping[str, dict]) -> bool:
    if node["type"] in NOTES | {"Reroute", "PrimitiveNode"} or node.get("mode", 0) in (MUTED, BYPASSED):
        return False
    if node["type"] not in object_info:
        raise ValueError(f"node {node['id']} is a {node['type']!r}, which this server does not have")
    return True


def widget_inputs(node: dict, object_info: Mapping[str, dict]) -> dict:
    values = node.get("widgets_values") or []
    names = widget_names(node, object_info[node["type"]])
    if isinstance(values, dict):
        return {name: values[name] for name in names if name in values}
    return {name: value for name, value in zip(names, values, strict=False) if name is not None}


def widget_names(node: dict, info: dict) -> list[str | None]:
    """The name that each position of `widgets_values` belongs to; None where the position is never sent."""
    shown = {slot["widget"]["name"] for slot in node.get("inputs", []) if slot.get("widget")}
    names: list[str | None] = []
    for section in ("required", "optional"):
        specs = info["input"].get(section, {})
        for name in info.get("input_order", {}).get(section, specs):
            kind, options = specs[name][0], specs[name][1] if len(specs[name]) > 1 else {}
            if name in shown or is_widget(kind, options):
                names.append(name)
                names += [None] * has_control(name, kind, options)
    return names


def is_widget(kind: str | list, options: dict) -> bool:
    return not options.get("forceInput") and (isinstance(kind, list) or kind in WIDGET_TYPES)


def has_control(name: str, kind: str | list, options: dict) -> bool:
    return bool(options.get("control_after_generate", kind == "INT" and name in SEED_NAMES))


def linked_inputs(node: dict, nodes: dict[int, dict], links: dict[int, Link]) -> dict:
    found = {}
    for slot in node.get("inputs", []):
        if slot.get("link") is None:
            continue
        source = resolve(links[slot["link"]], nodes, links)
        if source is not None:
            found[slot["name"]] = source
    return found


def resolve(link: Link, nodes: dict[int, dict], links: dict[int, Link]) -> object | None:
    """What really feeds a link: [node id, slot], a primitive's value, or None where nothing does."""
    node = nodes[link.source]
    if node["type"] == "PrimitiveNode":
        return node["widgets_values"][0]
    if node.get("mode", 0) == MUTED:
        return None
    if node["type"] == "Reroute":
        through = node["inputs"][0]
    elif node.get("mode", 0) == BYPASSED:
        through = like_typed_input(node, link.slot)
    else:
        return [str(link.source), link.slot]
    if through is None or through.get("link") is None:
        return None
    return resolve(links[through["link"]], nodes, links)


def like_typed_input(node: dict, slot: int) -> dict | None:
    """The input that a bypassed node hands through: the one at the output's own position first."""
    inputs, wanted = node.get("inputs", []), node["outputs"][slot]["type"]
    at_position = inputs[slot : slot + 1]
    return next((entry for entry in [*at_position, *inputs] if entry["type"] == wanted), None)
