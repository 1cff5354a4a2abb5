"""What of a lesson's graph the live page can do: read from the graph, so that a new lesson needs nothing here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...core.value_list import parse_whole_numbers, spell
from ..coursework.opening import PROPERTY as OPENS
from ..driving.workflow import read_links

SAMPLER = ("seed", None, "steps", "guidance", "sampler", "scheduler", "denoise")
WIDGETS: Mapping[str, tuple[str | None, ...]] = {
    "KSampler": SAMPLER,
    "DenoiscopeKSampler": SAMPLER,
    "DenoiscopeSweep": (*SAMPLER, "axis", "values", "second", "second_values"),
    "DenoiscopeSeedWalk": ("seeds", "between", "loop", "steps", "guidance", "sampler", "scheduler", "mixing"),
    "DenoiscopeLoraRankSweep": (
        "ranks", "strength", None, None, "seed", None, "steps", "guidance", "sampler", "scheduler", "denoise",
    ),
    "DenoiscopeForward": ("seed", None, "levels", "scheduler"),
    "DenoiscopeSchedule": ("schedules", "steps"),
    "DenoiscopeLowRankLab": ("pattern", "size", "rank", "amount", "seed"),
    "DenoiscopePocketLora": ("lora", "strength"),
    "DenoiscopeScene": ("subject", "place", "time", "style", "position", "colour", "sky", "seed"),
    "CLIPTextEncode": ("text",),
    "DenoiscopeAttention": ("text",),
    "EmptyLatentImage": ("width", "height", "batch"),
    "GrowMask": ("expand",),
    "PrimitiveInt": ("value",),
    "DenoiscopeViewer": ("size", "decode", "predict"),
}  # fmt: skip
"""By node: what its widgets are called here, in their order, which never changes; None where the page has no use."""

AXES = {
    "guidance": "guidance", "steps": "steps", "sampler": "sampler", "scheduler": "scheduler", "seed": "seed",
    "prompt switch": "switchAt", "img2img strength": "denoise",
}  # fmt: skip
"""An axis of a sweep, and the page's setting."""
SAMPLERS = ("euler", "heun", "dpmpp_2m", "ddim", "euler_ancestral", "lcm")
SCHEDULERS = ("karras", "normal", "simple", "exponential")
SETTINGS = ("seed", "steps", "guidance", "sampler", "scheduler", "denoise")
LORAS = {"blueprint, rank 8": "blueprint", "autumn, rank 4": "autumn", "balloon, rank 8": "balloon"}
WHOLE_RANK = 64
SIDE = 128
"""Pixels: the pictures of the page have no other size."""
DONE_BY_THE_PAGE = {
    *WIDGETS, "DenoiscopePocketModel", "DenoiscopeRecord", "DenoiscopeCollect", "VAEEncode",
    "VAEDecode", "SetLatentNoiseMask", "MaskPreview", "MarkdownNote", "PreviewImage", "PreviewAny", "DenoiscopePage",
}  # fmt: skip
"""Nodes whose part the page takes, or that only show or save."""


class Elsewhere(Exception):
    """The page cannot do this: it has no such model, setting or node."""


class Graph:
    def __init__(self, workflow: dict):
        self.nodes = {node["id"]: node for node in workflow["nodes"] if not node.get("mode")}
        self.links = read_links(workflow)

    def of(self, *kinds: str) -> list[dict]:
        return [node for node in self.nodes.values() if node["type"] in kinds]

    def source(self, node: dict, name: str) -> dict | None:
        """The node that feeds an input, or None."""
        link = next((slot.get("link") for slot in node.get("inputs", []) if slot["name"] == name), None)
        return self.nodes.get(self.links[link].source) if link is not None else None

    def feeding(self, node: dict, name: str) -> dict:
        """As source, where there must be one. Raises Elsewhere."""
        if (found := self.source(node, name)) is None:
            raise Elsewhere
        return found

    def values(self, node: dict) -> dict:
        """A node's widgets, and in place of one what is linked to it. Raises Elsewhere for a node that is not known."""
        if node["type"] not in WIDGETS:
            raise Elsewhere
        given = node.get("widgets_values") or []
        named = {name: value for name, value in zip(WIDGETS[node["type"]], given, strict=False) if name}
        linked = {name: self.source(node, name) for name in named}
        return named | {name: self.number(one) for name, one in linked.items() if one}

    def number(self, node: dict) -> int:
        if node["type"] != "PrimitiveInt":
            raise Elsewhere
        return self.values(node)["value"]


def instrument(workflow: dict) -> dict:
    """{ kind, lacks, ... }: `kind` is runs, forward, lab or none; `lacks` the types of nodes that only ComfyUI has."""
    graph = Graph(workflow)
    found = [one for read in (labs, forward, schedule, runs) for one in tried(read, graph)]
    own = found[0] if found else {"kind": "none"} | {"settings": words_alone(graph)}
    return own | viewed(graph) | {"lacks": sorted({node["type"] for node in graph.nodes.values()} - DONE_BY_THE_PAGE)}


def viewed(graph: Graph) -> dict:
    """Where the first viewer opens, and what it asks to be predicted."""
    for node in graph.of("DenoiscopeViewer"):
        opens = {"opens": node["properties"][OPENS]} if OPENS in node.get("properties", {}) else {}
        return {"predict": graph.values(node).get("predict", "off")} | opens
    return {}


def tried(read, graph: Graph) -> Iterator[dict]:
    try:
        yield from read(graph)
    except Elsewhere:
        return


def labs(graph: Graph) -> Iterator[dict]:
    found = [graph.values(node) for node in graph.of("DenoiscopeLowRankLab")]
    if found:
        yield {"kind": "lab", "labs": found}


def forward(graph: Graph) -> Iterator[dict]:
    """The picture is a drawn scene, or what the graph samples first."""
    for node in graph.of("DenoiscopeForward"):
        asked = graph.values(node)
        latent = graph.source(node, "latent")
        run = sampled(graph, latent) if latent and latent["type"] in ("KSampler", "DenoiscopeKSampler") else None
        prompt = graph.source(node, "positive")
        told = {"levels": asked["levels"], "noise": asked["seed"], "settings": run or {"steps": asked["levels"]}}
        if not run:
            told |= scene_of(graph, latent) if latent else scene_in(graph, graph.source(node, "image"))
        yield {"kind": "forward", **told, "asks": graph.values(prompt)["text"] if prompt else None}


def schedule(graph: Graph) -> Iterator[dict]:
    for node in graph.of("DenoiscopeSchedule"):
        asked = graph.values(node)
        names = [name for name in texts(asked["schedules"]) if name in SCHEDULERS]
        (steps, *_) = texts(asked["steps"])
        yield {"kind": "runs", "settings": {"steps": steps}, "axes": [{"name": "scheduler", "values": names}]}


def runs(graph: Graph) -> Iterator[dict]:
    """Every sampling node that the page can stand for: one with axes, or several runs side by side; `left` counts the
    runs that only ComfyUI can do.
    """
    alone = []
    for node in graph.of("DenoiscopeSweep", "DenoiscopeSeedWalk", "DenoiscopeLoraRankSweep"):
        for settings in possible(graph, node):
            yield {"kind": "runs", "settings": settings, **varied(graph, node), **begun(graph, node)}
            return
    wanted = graph.of("KSampler", "DenoiscopeKSampler")
    for node in wanted:
        alone += possible(graph, node)
    if alone:
        others = len(graph.of("SamplerCustomAdvanced"))
        differing = [{name: one[name] for name in one if one[name] != alone[0].get(name)} for one in alone]
        cells = {"cells": differing} if len(alone) > 1 else {}
        scene = next(begun(graph, node) for node in wanted if list(possible(graph, node)))
        yield {"kind": "runs", "settings": alone[0], "left": len(wanted) + others - len(alone)} | cells | scene


def possible(graph: Graph, node: dict) -> Iterator[dict]:
    try:
        yield sampled(graph, node)
    except Elsewhere:
        return


def sampled(graph: Graph, node: dict) -> dict:
    """The page's settings for one sampling node. Raises Elsewhere where the page has no such thing."""
    asked = graph.values(node)
    found = {name: asked[name] for name in SETTINGS if name in asked}
    if found["sampler"] not in SAMPLERS or found["scheduler"] not in SCHEDULERS:
        raise Elsewhere
    begun(graph, node)
    words = {"prompt": "positive", "negative": "negative", "promptAfter": "positive_after"}
    texts_of = {name: graph.source(node, slot) for name, slot in words.items()}
    found |= {name: graph.values(one)["text"] for name, one in texts_of.items() if one}
    return {name: str(value) if name == "seed" else value for name, value in (found | adapted(graph, node)).items()}


def adapted(graph: Graph, node: dict) -> dict:
    """The LoRA that the model comes with. Raises Elsewhere for a model that is not the pocket model's own."""
    lora = graph.source(node, "lora") or graph.source(node, "model")
    while lora and lora["type"] in ("DenoiscopeRecord", "DenoiscopeAttention"):
        lora = graph.source(lora, "model")
    if lora and lora["type"] == "DenoiscopePocketModel":
        return {}
    if not lora or lora["type"] != "DenoiscopePocketLora" or graph.values(lora)["lora"] not in LORAS:
        raise Elsewhere
    return {"lora": LORAS[graph.values(lora)["lora"]], "strength": graph.values(lora)["strength"]}


def varied(graph: Graph, node: dict) -> dict:
    asked = graph.values(node)
    if node["type"] == "DenoiscopeSeedWalk":
        return {"walk": {"seeds": texts(asked["seeds"]), "between": asked["between"]}}
    if node["type"] == "DenoiscopeLoraRankSweep":
        ranks = [{"none": "0", "full": str(WHOLE_RANK)}.get(rank, rank) for rank in texts(asked["ranks"])]
        return {"axes": [{"name": "rank", "values": ranks}]}
    named = ((asked["axis"], asked["values"]), (asked.get("second", "none"), asked.get("second_values")))
    axes = [(name, text) for name, text in named if name not in ("none", None)]
    if any(name not in AXES for name, _ in axes):
        raise Elsewhere
    return {"axes": [{"name": AXES[name], "values": numbers(text)} for name, text in axes]}


def begun(graph: Graph, node: dict) -> dict:
    """What a run begins from, where that is a drawn scene. Raises Elsewhere for another size, and for anything else."""
    latent = graph.feeding(node, "latent_image")
    if latent["type"] != "EmptyLatentImage":
        return scene_of(graph, latent)
    if graph.values(latent) != {"width": SIDE, "height": SIDE, "batch": 1}:
        raise Elsewhere
    return {}


def scene_of(graph: Graph, latent: dict) -> dict:
    found: dict = {}
    if latent["type"] == "SetLatentNoiseMask":
        grown = graph.feeding(latent, "mask")
        found["grow"] = graph.values(grown)["expand"] if grown["type"] == "GrowMask" else 0
        latent = graph.feeding(latent, "samples")
    return scene_in(graph, graph.source(latent, "pixels") if latent["type"] == "VAEEncode" else None) | found


def scene_in(graph: Graph, node: dict | None) -> dict:
    if not node or node["type"] != "DenoiscopeScene":
        raise Elsewhere
    return {"scene": graph.values(node)}


def words_alone(graph: Graph) -> dict:
    """For a lesson that the page cannot do: what it asks the model for, as one run."""
    prompts = [graph.values(node).get("text") for node in graph.of("CLIPTextEncode")]
    return {"prompt": next(filter(None, prompts), "")}


def numbers(text: str) -> list[str]:
    """Values as they are typed, a range of whole numbers written out."""
    return [spell(value) for value in parse_whole_numbers(text, "values")] if ".." in text else texts(text)


def texts(text: str) -> list[str]:
    return [part.strip() for part in str(text).split(",") if part.strip()]
