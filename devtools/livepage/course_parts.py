"""What the course's page has beside the texts: for each lesson its instrument, with pictures and matrices made."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import torch
from torch.nn.functional import interpolate

from ...core.lora.low_rank_lab import lab_of
from ...core.telling.low_rank import low_rank_payload
from ...host.live_page import picture
from ...pocket.scenes import Scene, draw_with_masks
from ...pocket.wishes import read_sky, wished_scene
from ..coursework.lesson import LANGUAGE_NAMES, LANGUAGES, lessons
from ..coursework.told import course_payload
from ..driving.pack import ROOT
from .instrument import instrument

PLACES = 16
"""Rows and columns of a latent."""
PIXELS = 128
ANY = "any"


def course() -> dict:
    """{ languages: by language what the panel reads, instruments: by lesson, nodes: names by type and language }."""
    told = {language: lessons(language) for language in LANGUAGES}
    graphs = {lesson.id: workflow_of(lesson.workflow) for lesson in told["en"]}
    found = {name: made(instrument(graph)) for name, graph in graphs.items()}
    return {
        "languages": {language: without_notes(course_payload(language, told[language])) for language in LANGUAGES},
        "names": LANGUAGE_NAMES,
        "instruments": found,
        "nodes": {language: dict(named(language, graphs.values())) for language in LANGUAGES},
    }


def workflow_of(name: str) -> dict:
    return json.loads((ROOT / "example_workflows" / f"{name}.json").read_text(encoding="utf-8"))


def without_notes(payload: dict) -> dict:
    """The page has no graph, and so no notes in it."""
    kept = [
        {name: what for name, what in lesson.items() if name not in ("notes", "graph")} for lesson in payload["lessons"]
    ]
    return payload | {"lessons": kept}


def named(language: str, graphs) -> Iterator[tuple[str, str]]:
    """What each node is called; one of ComfyUI's own by its type."""
    said = json.loads((ROOT / "locales" / language / "nodeDefs.json").read_text(encoding="utf-8"))
    for kind in sorted({node["type"] for graph in graphs for node in graph["nodes"]}):
        yield kind, said.get(kind, {}).get("display_name", kind)


def made(told: dict) -> dict:
    labs = [low_rank_payload(lab_of(**asked(lab)), lab["rank"]) for lab in told.get("labs", [])]
    return told | ({"labs": labs} if labs else {}) | drawn(told)


def asked(lab: dict) -> dict:
    return {name: value for name, value in lab.items() if name != "rank"} | {"image": None}


def drawn(told: dict) -> dict:
    """The scene as a picture, and the places that may change, [16, 16], as ComfyUI makes them of the node's mask."""
    if "scene" not in told:
        return {}
    scene = wished(told["scene"])
    if "grow" not in told:
        return {"scene": picture(scene)}
    _, masks = draw_with_masks(scene, cells=PIXELS)
    mask = torch.from_numpy(grown(masks[scene.subject].astype(np.float32), told["grow"]))
    small = interpolate(mask[None, None], (PLACES, PLACES), mode="bilinear")
    return {"scene": picture(scene), "mask": [round(value, 4) for value in small.flatten().tolist()]}


def wished(asked: dict) -> Scene:
    """As Drawn Scene reads its widgets."""
    named = {name: value for name, value in asked.items() if name not in ("sky", "seed") and value != ANY}
    return wished_scene(asked["seed"], named if asked["sky"] == ANY else named | {"sky": read_sky(asked["sky"])})


def grown(mask: np.ndarray, by: int) -> np.ndarray:
    """Each turn takes in what touches a side, as Grow Mask with its tapered corners."""
    for _ in range(by):
        wide = np.pad(mask, 1)
        mask = np.max([mask, wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]], axis=0)
    return mask
