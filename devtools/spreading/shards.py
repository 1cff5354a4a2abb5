"""Cuts the sweep of a prompt into shards: prompts of their own, each with a rectangle of the cells.

A shard is named by a hash of its prompt. What has come back is kept under that name, so that a shard is never run twice
and a changed sweep never takes the cells of another one.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ...core.comparing.sweep import Chosen, choose
from ...core.comparing.sweep_settings import NO_AXIS, SAMPLERS, SCHEDULERS, SETTINGS
from ...core.recording.deck import Axis
from ..driving import workflow
from ..driving.problem import Problem

SWEEP, SAVE = "DenoiscopeSweep", "DenoiscopeSaveDeck"
AXES = ("axis", "second_axis")
SAVED_BELOW = "denoiscope/shards"


@dataclass(frozen=True)
class Shard:
    """A prompt in API format whose one output is the deck of its cells; `corner`: the place of its first cell."""

    name: str
    prompt: dict
    corner: tuple[int, ...]
    cells: int


@dataclass(frozen=True)
class Plan:
    axes: tuple[Axis, ...]
    shards: tuple[Shard, ...]

    @property
    def cells(self) -> int:
        return sum(shard.cells for shard in self.shards)


def plan(prompt: dict, object_info: Mapping[str, dict], *, at_most: int) -> Plan:
    """Shards of at most so many cells, row by row. Raises Problem for a prompt without exactly one sweep."""
    node = the_sweep(prompt)
    chosen = axes_of(prompt[node]["inputs"], object_info)
    across, *down = (len(axis.values) for axis in chosen)
    width = min(across, at_most)
    heights = spans(down[0], max(1, at_most // width)) if down else [range(1)]
    rectangles = [(columns, rows)[: len(chosen)] for rows in heights for columns in spans(across, width)]
    bare = only_what_leads_to(prompt, node)
    return Plan(
        tuple(each.axis for each in chosen), tuple(shard(bare, node, chosen, rectangle) for rectangle in rectangles)
    )


def the_sweep(prompt: dict) -> str:
    found = [node for node, content in prompt.items() if content["class_type"] == SWEEP]
    if len(found) != 1:
        raise Problem(f"This workflow has {len(found)} Sweep nodes: give one that has a single Sweep.")
    return found[0]


def axes_of(inputs: dict, object_info: Mapping[str, dict]) -> list[Chosen]:
    """The axes as the Sweep node itself reads them; values must be typed, not linked."""
    names = {SAMPLERS: combo(object_info, "sampler_name"), SCHEDULERS: combo(object_info, "scheduler")}
    chosen = [(axis, inputs[axis]) for axis in AXES if inputs[axis] != NO_AXIS]
    texts = [(name, inputs[f"{axis}.{SETTINGS[name].input}"]) for axis, name in chosen]
    if any(not isinstance(text, str) for _, text in texts):
        raise Problem("The values of the sweep come over a link: type them into the Sweep node, to be parted.")
    try:
        return [choose(name, text, names) for name, text in texts]
    except ValueError as error:
        raise Problem(f"The Sweep node cannot be parted: {error}.") from error


def combo(object_info: Mapping[str, dict], name: str) -> Sequence[str]:
    """The choices of one of the Sweep node's inputs on the server that was asked."""
    kind, *options = object_info[SWEEP]["input"]["required"][name]
    return kind if isinstance(kind, list) else options[0]["options"]


def spans(length: int, step: int) -> list[range]:
    return [range(start, min(start + step, length)) for start in range(0, length, step)]


def only_what_leads_to(prompt: dict, node: str) -> dict:
    """The node and all that it needs: no viewer, no page."""
    needed, waiting = {}, [node]
    while waiting:
        wanted = waiting.pop()
        if wanted not in needed:
            needed[wanted] = copy.deepcopy(prompt[wanted])
            waiting += [value[0] for value in prompt[wanted]["inputs"].values() if isinstance(value, list)]
    return {wanted: needed[wanted] for wanted in prompt if wanted in needed}


def shard(bare: dict, node: str, chosen: Sequence[Chosen], rectangle: Sequence[range]) -> Shard:
    prompt = copy.deepcopy(bare)
    for axis, axis_values, indices in zip(AXES, chosen, rectangle, strict=False):
        name = SETTINGS[prompt[node]["inputs"][axis]].input
        prompt[node]["inputs"][f"{axis}.{name}"] = ", ".join(exactly(axis_values.values[i]) for i in indices)
    name = hashlib.sha256(json.dumps(prompt, sort_keys=True).encode()).hexdigest()[:16]
    saving = workflow.node(SAVE, deck=[node, 0], filename_prefix=f"{SAVED_BELOW}/{name}")
    corner = tuple(indices.start for indices in rectangle)
    return Shard(name, prompt | {"saved": saving}, corner, math.prod(map(len, rectangle)))


def exactly(value: Fraction | int | str) -> str:
    """A value in a text that reads back as the same number."""
    return repr(float(value)) if isinstance(value, Fraction) else str(value)
