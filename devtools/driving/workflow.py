"""A saved workflow (what the editor keeps) becomes a prompt (what the server runs), as the frontend itself does it.

The server's /object_info says which inputs of a node are widgets and in which order; the workflow keeps their values by
position. A dynamic combo is followed by the widgets of the option chosen in it. Bypassed nodes hand a like-typed input
through, muted ones are left out, notes and reroutes vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

NOTES = {"Note", "MarkdownNote"}
DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
WIDGET_TYPES = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", DYNAMIC_COMBO}
SEED_NAMES = {"seed", "noise_seed"}  # these get the extra widget "control after generate" unless they refuse it
MUTED, BYPASSED = 2, 4


class Link(NamedTuple):
    source: int
    slot: int


def node(class_type: str, **inputs) -> dict:
    """One node of a prompt; a link is [node id, output]."""
    return {"class_type": class_type, "inputs": inputs}


def to_api(workflow: dict, object_info: Mapping[str, dict]) -> dict:
    """{node id: {"class_type", "inputs", "_meta"}}. Raises ValueError where the workflow cannot be translated."""
    nodes = {node["id"]: node for node in workflow["nodes"]}
    links = read_links(workflow)
    return {
        str(node["id"]): {
            "class_type": node["type"],
            "inputs": widget_inputs(node, object_info) | linked_inputs(node, nodes, links),
            "_meta": {"title": node.get("title") or object_info[node["type"]]["display_name"] or node["type"]},
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
    names: list[str | None] = []
    add_names(names, "", info["input"], info.get("input_order", {}), node)
    return names


def add_names(names: list[str | None], prefix: str, inputs: dict, order: dict, node: dict) -> None:
    shown = {slot["widget"]["name"] for slot in node.get("inputs", []) if slot.get("widget")}
    for name, kind, options in declared(inputs, order):
        full = prefix + name
        if full in shown or is_widget(kind, options):
            names.append(full)
            names += [None] * has_control(name, kind, options)
        if kind == DYNAMIC_COMBO:
            add_names(names, f"{full}.", chosen_inputs(options, value_of(names, full, node)), {}, node)


def declared(inputs: dict, order: dict) -> Iterator[tuple[str, str | list, dict]]:
    for section in ("required", "optional"):
        specs = inputs.get(section, {})
        for name in order.get(section, specs):
            yield name, specs[name][0], specs[name][1] if len(specs[name]) > 1 else {}


def value_of(names: list[str | None], name: str, node: dict) -> object:
    """What stands in a widget whose place is already known; None where the workflow keeps none."""
    values = node.get("widgets_values") or []
    if isinstance(values, dict):
        return values.get(name)
    return dict(zip(names, values, strict=False)).get(name)


def chosen_inputs(options: dict, key: object) -> dict:
    """The inputs that a dynamic combo brings with it while `key` is chosen."""
    return next((option["inputs"] for option in options["options"] if option["key"] == key), {})


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
