"""What the pictures show: for each help page a lesson, what is added to it, and the nodes that stand side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HELP_LIMIT = 40_000
"""Bytes of a picture in a help page: the registry's archive holds them."""
WIDEST = 720
"""Pixels: sharp on a screen with two pixels a point, in a help panel of its usual width."""
FIRST = "01 First look"
VIEWER, PREVIEW, TEXT = "DenoiscopeViewer", "PreviewImage", "PreviewAny"
POCKET, COLLECT, KSAMPLER = "DenoiscopePocketModel", "DenoiscopeCollect", "KSampler"
VAE = {"vae": (POCKET, "VAE")}
DECK = {"deck": (COLLECT, "DENOISCOPE_DECK")}


Inputs = Mapping[str, tuple[str, str | int]]


@dataclass(frozen=True)
class Extra:
    """A node that is added. Its inputs are {name: (node, output)}, where a node goes by its title or its kind."""

    kind: str
    inputs: Inputs = field(default_factory=dict)
    widgets: Mapping[str, object] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True)
class Shot:
    """`shown` are nodes from left to right, each with its width and height. `tab`, `step` and `press`, (role, name)
    of what is clicked, are done in every viewer that is shown.

    `wires` are (node, input, node, output): what an input of the lesson's own nodes is to be fed by.
    """

    lesson: str
    shown: tuple[tuple[str, int, int], ...]
    extra: tuple[Extra, ...] = ()
    wires: tuple[tuple[str, str, str, str | int], ...] = ()
    widgets: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    tab: str = ""
    step: int | None = None
    press: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """A lesson's deck as one HTML file, its pictures so large, and what of it is decoded."""

    lesson: str
    picture_size: int
    decode: str


def with_picture(kind: str, size: tuple[int, int], preview: tuple[int, int], **widgets) -> Shot:
    """A node on the first lesson's deck, and beside it the picture that it gives first."""
    made = (Extra(kind, DECK | VAE, widgets), Extra(PREVIEW, {"images": (kind, 0)}))
    return Shot(FIRST, ((kind, *size), (PREVIEW, *preview)), made)


LORA = "DenoiscopePocketLora"
LORA_NAME = "blueprint, rank 8"
BLUEPRINT = Extra(LORA, {"model": (POCKET, "MODEL")}, {"lora_name": LORA_NAME})
BLUEPRINT_PROMPT = {"Prompt": {"text": "a blueprint of a castle on a hill"}}
SAMPLED = {
    "model": (POCKET, 0),
    "positive": ("Prompt", 0),
    "negative": ("Without the prompt (empty)", 0),
    "latent_image": ("EmptyLatentImage", 0),
}
SECOND = "Deck Viewer of its own"
EVERYTHING = {VIEWER: {"decode": "everything"}}


MODEL = {"model": (POCKET, 0)}
WEIGHTS = {"lora": (LORA, "DENOISCOPE_LORA")}


def report_shot(
    kind: str,
    size: tuple[int, int],
    report: tuple[int, int],
    output: int,
    inputs: Inputs,
    widgets: Mapping[str, object],
) -> Shot:
    """A node on one of the pocket model's LoRAs, and beside it what it says."""
    made = (BLUEPRINT, Extra(kind, inputs, widgets), Extra(TEXT, {"source": (kind, output)}, title="Report"))
    return Shot(FIRST, ((kind, *size), ("Report", *report)), made)


HELP = {
    POCKET: Shot(
        FIRST,
        ((POCKET, 230, 120), ("Prompt", 250, 140), (PREVIEW, 420, 470)),
        (Extra("VAEDecode", {"samples": (KSAMPLER, 0)} | VAE), Extra(PREVIEW, {"images": ("VAEDecode", 0)})),
        widgets={"EmptyLatentImage": {"batch_size": 4}},
    ),
    "DenoiscopeScene": Shot(
        FIRST,
        (("DenoiscopeScene", 380, 660),),
        (
            Extra(
                "DenoiscopeScene",
                widgets={"subject": "sailboat", "place": "sea", "time": "dawn", "style": "oil", "sky": "birds"},
            ),
        ),
    ),
    "DenoiscopeKSampler": Shot(
        FIRST,
        (("DenoiscopeKSampler", 320, 400), (SECOND, 460, 640)),
        (
            Extra("DenoiscopeKSampler", SAMPLED, {"seed": 11}),
            Extra(VIEWER, {"deck": ("DenoiscopeKSampler", 1)} | VAE, title=SECOND),
        ),
        tab="x0 guess",
        step=4,
    ),
    "DenoiscopeRecord": Shot(FIRST, (("DenoiscopeRecord", 300, 160), (KSAMPLER, 300, 300), (COLLECT, 300, 160))),
    COLLECT: Shot(FIRST, ((COLLECT, 300, 160), (VIEWER, 460, 640)), tab="x0 guess", step=4),
    "DenoiscopeSweep": Shot("04 Guidance sweep", (("DenoiscopeSweep", 330, 490), (VIEWER, 640, 760)), tab="x0 guess"),
    "DenoiscopeSeedWalk": Shot("12 Seed walk", (("DenoiscopeSeedWalk", 330, 490), (VIEWER, 560, 760))),
    VIEWER: Shot(FIRST, ((VIEWER, 600, 760),), widgets=EVERYTHING, tab="x_t", step=9),
    "DenoiscopeForward": Shot(
        "02 Forward noising",
        (("DenoiscopeForward", 320, 420), (VIEWER, 560, 760)),
        widgets=EVERYTHING,
        tab="one-step guess",
        step=14,
    ),
    "DenoiscopeSchedule": Shot("07 Schedules", (("DenoiscopeSchedule", 640, 940),)),
    "DenoiscopeLowRankLab": Shot(
        "15 A bolt in 96 numbers",
        (("DenoiscopeLowRankLab", 540, 920),),
        widgets={"DenoiscopeLowRankLab": {"pattern": "bolt"}},
    ),
    "DenoiscopeMeasures": Shot("09 Layout first", (("DenoiscopeMeasures", 640, 880),)),
    "DenoiscopeDoctor": Shot(
        FIRST,
        (("DenoiscopeDoctor", 640, 560),),
        (Extra("DenoiscopeDoctor", DECK | VAE | MODEL),),
        widgets={KSAMPLER: {"denoise": 0.5, "cfg": 30.0}},
    ),
    "DenoiscopeCompareRuns": Shot(
        FIRST,
        (("DenoiscopeCompareRuns", 640, 720),),
        (
            Extra("DenoiscopeKSampler", SAMPLED, {"seed": 11, "steps": 20, "cfg": 5.0}),
            Extra("DenoiscopeCompareRuns", {"deck": (COLLECT, "DENOISCOPE_DECK"), "other": ("DenoiscopeKSampler", 1)}),
        ),
    ),
    "DenoiscopePickStep": Shot(
        FIRST,
        (("DenoiscopePickStep", 280, 200), (PREVIEW, 320, 360)),
        (
            Extra("DenoiscopePickStep", DECK, {"state": 4, "what": "guess"}),
            Extra("VAEDecode", {"samples": ("DenoiscopePickStep", 0)} | VAE),
            Extra(PREVIEW, {"images": ("VAEDecode", 0)}),
        ),
    ),
    "DenoiscopeFrames": with_picture("DenoiscopeFrames", (280, 160), (460, 480)),
    "DenoiscopeContactSheet": with_picture("DenoiscopeContactSheet", (280, 240), (640, 420), columns=7),
    "DenoiscopeSaveDeck": Shot(
        FIRST,
        ((COLLECT, 300, 160), ("DenoiscopeSaveDeck", 320, 140)),
        (Extra("DenoiscopeSaveDeck", DECK, {"filename_prefix": "pair07/first_look"}),),
    ),
    "DenoiscopeLoadDeck": Shot(
        FIRST,
        (("DenoiscopeLoadDeck", 330, 100), (SECOND, 460, 640)),
        (Extra("DenoiscopeLoadDeck"), Extra(VIEWER, {"deck": ("DenoiscopeLoadDeck", 0)} | VAE, title=SECOND)),
        tab="x0 guess",
        step=2,
    ),
    "DenoiscopeJoinDecks": Shot(
        "19 Fewer bits", (("DenoiscopeJoinDecks", 260, 260), ("Five models, one noise", 900, 560)), tab="x0 guess"
    ),
    "DenoiscopeChainRuns": Shot(
        "two_samplers/Two models", (("DenoiscopeChainRuns", 280, 180), (VIEWER, 520, 640)), tab="x0 guess", step=8
    ),
    "DenoiscopeFewerBits": Shot(
        FIRST,
        (("DenoiscopeFewerBits", 280, 110), (VIEWER, 460, 640)),
        (Extra("DenoiscopeFewerBits", {"model": (POCKET, 0)}, {"bits": "3"}),),
        (("DenoiscopeRecord", "model", "DenoiscopeFewerBits", 0),),
        tab="x0 guess",
    ),
    "DenoiscopeAttention": Shot(
        "06 Where a word looks",
        (("DenoiscopeAttention", 300, 240), (VIEWER, 520, 800)),
        tab="x0 guess",
        step=5,
        press=(("switch", "attention"), ("button", "moon")),
    ),
    "DenoiscopeWalkNoise": Shot(
        FIRST,
        (("DenoiscopeWalkNoise", 300, 240), (PREVIEW, 460, 440)),
        (
            Extra("DenoiscopeWalkNoise", {"latent": ("EmptyLatentImage", 0)}, {"seeds": "3, 7", "frames_between": 4}),
            Extra("CFGGuider", {name: SAMPLED[name] for name in ("model", "positive", "negative")}, {"cfg": 4}),
            Extra("KSamplerSelect"),
            Extra("BasicScheduler", {"model": (POCKET, 0)}, {"scheduler": "karras", "steps": 12}),
            Extra(
                "SamplerCustomAdvanced",
                {
                    "noise": ("DenoiscopeWalkNoise", 0),
                    "guider": ("CFGGuider", 0),
                    "sampler": ("KSamplerSelect", 0),
                    "sigmas": ("BasicScheduler", 0),
                    "latent_image": ("DenoiscopeWalkNoise", 1),
                },
            ),
            Extra("VAEDecode", {"samples": ("SamplerCustomAdvanced", 0)} | VAE),
            Extra(PREVIEW, {"images": ("VAEDecode", 0)}),
        ),
    ),
    LORA: Shot(
        FIRST,
        ((LORA, 300, 140), ("Prompt", 300, 140), (VIEWER, 460, 640)),
        (BLUEPRINT,),
        (("DenoiscopeRecord", "model", LORA, 0),),
        BLUEPRINT_PROMPT,
        tab="x0 guess",
    ),
    "DenoiscopeLoadLora": report_shot("DenoiscopeLoadLora", (320, 110), (400, 320), 1, {}, {}),
    "DenoiscopeLoraSpectrum": Shot(
        FIRST, (("DenoiscopeLoraSpectrum", 640, 900),), (BLUEPRINT, Extra("DenoiscopeLoraSpectrum", WEIGHTS))
    ),
    "DenoiscopeTruncateLora": report_shot(
        "DenoiscopeTruncateLora", (320, 300), (440, 360), 3, WEIGHTS | MODEL, {"keep.rank": 2}
    ),
    "DenoiscopeExtractLora": report_shot(
        "DenoiscopeExtractLora", (320, 240), (440, 360), 1, {"model": (LORA, 0), "base": (POCKET, 0)}, {"rank": 4}
    ),
    "DenoiscopeLoraRankSweep": Shot(
        FIRST,
        (("DenoiscopeLoraRankSweep", 330, 480), (SECOND, 620, 740)),
        (
            BLUEPRINT,
            Extra("DenoiscopeLoraRankSweep", WEIGHTS | SAMPLED, {"seed": 11, "ranks": "none, 1, 2, 3, 4, full"}),
            Extra(VIEWER, {"deck": ("DenoiscopeLoraRankSweep", 0)} | VAE, title=SECOND),
        ),
        widgets=BLUEPRINT_PROMPT,
    ),
}
"""By node: its help page shows js/docs/pictures/<node>.jpg."""

FILM = Shot(FIRST, ((VIEWER, 640, 840),), widgets={VIEWER: {"decode": "everything", "picture_size": 256}})
"""The viewer that the README's film scrubs."""

WIDE = ((VIEWER, 760, 900),)
GALLERY = {
    "11 Why latent space": Shot("11 Why latent space", WIDE, widgets=EVERYTHING, tab="latent channels"),
    "08 Samplers and steps": Shot("08 Samplers and steps", WIDE, tab="x0 guess"),
    "09 Layout first": Shot("09 Layout first", WIDE, tab="x0 guess", step=6, press=(("switch", "settled"),)),
    "10 Prompt switch": Shot("10 Prompt switch", WIDE, tab="x0 guess"),
    "03 The CFG triangle": Shot("03 The CFG triangle", WIDE, widgets=EVERYTHING, tab="triangle", step=4),
    "05 The negative prompt": Shot(
        "05 The negative prompt", (("Empty", 520, 760), ("Negative prompt", 520, 760)), tab="x0 guess"
    ),
    "13 From a picture": Shot("13 From a picture", (("Image-to-image", 760, 860),), tab="x0 guess"),
    "20 One more axis": Shot("20 One more axis", WIDE, tab="x0 guess"),
}
"""By lesson: docs/gallery/<lesson>.jpg. What a help page shows already is not taken again."""

PAGES = {"first_look": Page("01 First look", 192, "everything")}
"""By name: docs/gallery/<name>.html. One run: a sweep of six is four times as large."""
