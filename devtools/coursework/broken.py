"""The cases of the lesson "Broken on purpose": a sound graph of the pocket model, and a dozen with hidden faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..driving.pack import ROOT
from .drawn_graph import Drawn, drawn
from .layout import laid_out

FOLDER = ROOT / "example_workflows" / "broken"
NEGATIVE, FOUR_STEPS, STYLE = "a sailboat on the sea", "four steps", "blueprint, rank 8"
SEED, STEPS, CFG = 11, 12, 4.0
MODEL, PROMPT, OTHER, EMPTY, SAMPLER, VIEWER, DOCTOR, RECORD, COLLECT, FIRST, PATCH = range(1, 12)
"""Ids of the nodes, the same in every case, so that one list has their titles."""
WIDE, NARROW, LARGE = 300, 300, 560


@dataclass(frozen=True, kw_only=True)
class Case:
    """`hidden` are the rules that name what is hidden; `faults` its numbers in the lesson's list."""

    graph: dict[int, Drawn]
    hidden: frozenset[str]
    faults: tuple[int, ...]


def sound() -> dict[int, Drawn]:
    """Nothing is wrong here. The doctor is muted: it is the key."""
    return {
        MODEL: Drawn("DenoiscopePocketModel"),
        PROMPT: Drawn("CLIPTextEncode", ("a red lighthouse on a cliff at dusk",), clip=(MODEL, 1)),
        OTHER: Drawn("CLIPTextEncode", ("",), clip=(MODEL, 1)),
        EMPTY: Drawn("EmptyLatentImage", (128, 128, 1)),
        SAMPLER: sampler(),
        VIEWER: Drawn("DenoiscopeViewer", (384, "everything", "off"), deck=(SAMPLER, 1), vae=(MODEL, 2)),
        DOCTOR: Drawn("DenoiscopeDoctor", muted=True, deck=(SAMPLER, 1), model=(MODEL, 0), vae=(MODEL, 2)),
    }


def sampler(*, steps: int = STEPS, cfg: float = CFG, denoise: float = 1.0, **links) -> Drawn:
    widgets = (SEED, "fixed", steps, cfg, "euler", "karras", denoise, True, 1024, "")
    given = {"model": (MODEL, 0), "positive": (PROMPT, 0), "negative": (OTHER, 0), "latent_image": (EMPTY, 0)}
    return Drawn("DenoiscopeKSampler", widgets, **given | links)


def patched(patch: Drawn, **sampling) -> dict[int, Drawn]:
    """Under a node that changes the MODEL; the doctor is handed the changed one."""
    graph = {**sound(), PATCH: patch, SAMPLER: sampler(model=(PATCH, 0), **sampling)}
    return {**graph, DOCTOR: graph[DOCTOR].linked(model=(PATCH, 0))}


def stages(
    first: tuple[int, int], second: tuple[int, int], *, leave: bool = True, add: bool = False, two: bool = True
) -> dict[int, Drawn]:
    """Two samplers in a row, the second recorded; or the second alone."""

    def stage(model: int, latent: int, span: tuple[int, int], adds: bool, leaves: bool) -> Drawn:
        widgets = ("enable" if adds else "disable", SEED, "fixed", 2 * STEPS, CFG, "euler", "karras", *span)
        links = {"model": (model, 0), "positive": (PROMPT, 0), "negative": (OTHER, 0), "latent_image": (latent, 0)}
        return Drawn("KSamplerAdvanced", (*widgets, "enable" if leaves else "disable"), **links)

    graph = sound()
    graph[RECORD] = Drawn("DenoiscopeRecord", (True, 1024, "", "every state"), model=(MODEL, 0))
    if two:
        graph[FIRST] = stage(MODEL, EMPTY, first, True, leave)
    graph[SAMPLER] = stage(RECORD, FIRST if two else EMPTY, second, add, not two)
    graph[COLLECT] = Drawn("DenoiscopeCollect", ("of this latent", "", -1), recording=(RECORD, 1), latent=(SAMPLER, 0))
    for node in (VIEWER, DOCTOR):
        graph[node] = graph[node].linked(deck=(COLLECT, 0))
    return graph


def _prompts_alike(graph: dict[int, Drawn]) -> dict[int, Drawn]:
    return {**graph, OTHER: graph[OTHER].saying(graph[PROMPT].widgets)}


def _with_negative(graph: dict[int, Drawn]) -> dict[int, Drawn]:
    return {**graph, OTHER: graph[OTHER].saying((NEGATIVE,))}


def _lora(name: str, strength: float) -> Drawn:
    return Drawn("DenoiscopePocketLora", (name, strength), model=(MODEL, 0))


def _large() -> dict[int, Drawn]:
    return {**sound(), EMPTY: Drawn("EmptyLatentImage", (256, 256, 1)), SAMPLER: sampler(cfg=1.0)}


END = 10000
CASES: tuple[Case, ...] = tuple(
    Case(graph=graph, hidden=frozenset(hidden), faults=faults)
    for graph, hidden, faults in (
        ({**sound(), SAMPLER: sampler(denoise=0.5)}, {"empty-source"}, (9,)),
        (_prompts_alike(sound()), {"no-pull"}, (2,)),
        ({**sound(), SAMPLER: sampler(cfg=30.0)}, {"burnt"}, (1,)),
        (stages((0, 0), (0, 16), add=True, two=False), {"noise-left"}, (4,)),
        (patched(Drawn("ModelSamplingDiscrete", ("v_prediction", False), model=(MODEL, 0))), {"read-otherwise"}, (10,)),
        (stages((0, 10), (10, END), add=True), {"noise-twice"}, (7,)),
        (patched(Drawn("LazyCache", (3.0, 0.15, 0.95, False), model=(MODEL, 0)), steps=20), {"reused"}, (11,)),
        (patched(_lora(STYLE, 4.0)), {"lora-strong"}, (12,)),
        (stages((0, 8), (13, END)), {"steps-missing"}, (5,)),
        (_with_negative(_large()), {"other-size", "unused-negative"}, (3, 13)),
        (patched(_lora(FOUR_STEPS, 1.0), steps=24, cfg=8.0), {"few-step-steps", "few-step-cfg"}, (14, 15)),
        (_prompts_alike(stages((0, 10), (10, END), leave=False)), {"noise-nowhere", "no-pull"}, (2, 8)),
    )
)


def written_cases(titles: dict[str, str]) -> Iterator[tuple[Path, dict]]:
    """Every case as a workflow. `titles`: of its nodes, by id."""
    for number, case in enumerate(CASES, 1):
        yield FOLDER / f"Case {number:02d}.json", placed(drawn(case.graph, titles))


def placed(workflow: dict) -> dict:
    """What makes the run on the left, the viewer beside it, the key on the right."""
    ids = {node["id"] for node in workflow["nodes"]}
    making = [id for id in (MODEL, PATCH, PROMPT, OTHER, EMPTY, RECORD, FIRST, SAMPLER, COLLECT) if id in ids]
    folded = {MODEL, RECORD, COLLECT}
    columns = [
        {"width": WIDE, "nodes": [f"{id}-" if id in folded else str(id) for id in making]},
        {"width": LARGE, "nodes": [f"{VIEWER}+"]},
        {"width": NARROW, "nodes": [str(DOCTOR)]},
    ]
    return laid_out(workflow, columns)
