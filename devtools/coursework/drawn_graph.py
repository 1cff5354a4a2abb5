"""A graph that is written down in Python, drawn as the editor keeps it: nodes, their links, their widgets."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

MUTED = 2
CORE, OURS = "comfy-core", "denoiscope"
OUTPUTS: dict[str, tuple[str, ...]] = {
    "DenoiscopePocketModel": ("MODEL", "CLIP", "VAE"),
    "CLIPTextEncode": ("CONDITIONING",),
    "EmptyLatentImage": ("LATENT",),
    "DenoiscopeKSampler": ("LATENT", "DENOISCOPE_DECK"),
    "KSamplerAdvanced": ("LATENT",),
    "DenoiscopeRecord": ("MODEL", "DENOISCOPE_RECORDING"),
    "DenoiscopeCollect": ("DENOISCOPE_DECK", "INT", "STRING"),
    "DenoiscopePocketLora": ("MODEL", "DENOISCOPE_LORA", "STRING"),
    "ModelSamplingDiscrete": ("MODEL",),
    "LazyCache": ("MODEL",),
    "DenoiscopeViewer": (),
    "DenoiscopeDoctor": ("STRING", "STRING", "DENOISCOPE_DECK"),
}
NAMES = {
    "DenoiscopeKSampler": ("latent", "deck"),
    "DenoiscopeRecord": ("model", "recording"),
    "DenoiscopeCollect": ("deck", "runs", "watched"),
    "DenoiscopePocketLora": ("model", "lora", "report"),
    "DenoiscopeDoctor": ("findings", "json", "deck"),
}
"""Of outputs that are not called as their type."""
HEIGHTS = {
    "CLIPTextEncode": 90,
    "EmptyLatentImage": 106,
    "DenoiscopeKSampler": 262,
    "KSamplerAdvanced": 334,
    "DenoiscopeDoctor": 560,
}
HEIGHT = 110


@dataclass(frozen=True)
class Drawn:
    """A node: its class, the values of its widgets in order, and where its links come from: name=(node, output)."""

    kind: str
    widgets: tuple
    muted: bool
    links: dict[str, tuple[int, int]]

    def __init__(self, kind: str, widgets: tuple = (), *, muted: bool = False, **links: tuple[int, int]):
        for name, value in (("kind", kind), ("widgets", widgets), ("muted", muted), ("links", links)):
            object.__setattr__(self, name, value)

    def saying(self, widgets: tuple) -> Drawn:
        return Drawn(self.kind, widgets, muted=self.muted, **self.links)

    def awake(self) -> Drawn:
        return Drawn(self.kind, self.widgets, **self.links)

    def linked(self, **links: tuple[int, int]) -> Drawn:
        return Drawn(self.kind, self.widgets, muted=self.muted, **{**self.links, **links})


def drawn(graph: dict[int, Drawn], titles: dict[str, str]) -> dict:
    """The workflow, its nodes not placed yet. The same graph has the same id every time."""
    links = [
        [number, source, slot, target, place, OUTPUTS[graph[source].kind][slot]]
        for number, (source, slot, target, place) in enumerate(_ends(graph), 1)
    ]
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, repr(sorted((id, repr(node)) for id, node in graph.items())))),
        "revision": 0,
        "last_node_id": max(graph),
        "last_link_id": len(links),
        "nodes": [_node(id, node, links, titles) for id, node in graph.items()],
        "links": links,
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
    }


def _ends(graph: dict[int, Drawn]):
    for target, node in graph.items():
        for place, (source, slot) in enumerate(node.links.values()):
            yield source, slot, target, place


def _node(id: int, node: Drawn, links: list[list], titles: dict[str, str]) -> dict:
    kinds = OUTPUTS[node.kind]
    names = NAMES.get(node.kind, kinds)
    into = {link[4]: link for link in links if link[3] == id}
    pack = OURS if node.kind.startswith("Denoiscope") else CORE
    title = {"title": titles[str(id)]} if str(id) in titles else {}
    return {
        "id": id,
        "type": node.kind,
        "pos": [0, 0],
        "size": [300, HEIGHTS.get(node.kind, HEIGHT)],
        "flags": {},
        "order": id - 1,
        "mode": MUTED if node.muted else 0,
        "inputs": [
            {"name": name, "type": into[place][5], "link": into[place][0]} for place, name in enumerate(node.links)
        ],
        "outputs": [
            {"name": name, "type": kind, "links": [link[0] for link in links if link[1:3] == [id, slot]]}
            for slot, (name, kind) in enumerate(zip(names, kinds, strict=True))
        ],
        "properties": {"cnr_id": pack, "Node name for S&R": node.kind},
        "widgets_values": list(node.widgets),
        **title,
    }
