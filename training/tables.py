"""The tables of docs/pocket.md, written from the card: no figure in them is typed by hand.

A table stands between two comments, `<!-- name -->` and `<!-- /name -->`; `fill` writes everything between them anew.
"""

import re
from collections.abc import Callable, Iterable

from ..pocket.scenes import ATTRIBUTES, SKY

PLACE = re.compile(r"<!-- (?P<name>[\w ]+) -->\n.*?<!-- /(?P=name) -->", re.DOTALL)
NOT_YET = "*Not measured yet.*"
EARLY_STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 14, 19)
WEAKEST = 6

Chapter = dict
Cells = Iterable[str]


def fill(page: str, card: dict) -> str:
    """The page with every table as the card has it. Raises ValueError for a table that nobody knows how to write."""

    def write(place: re.Match) -> str:
        name = place["name"]
        if name not in TABLES:
            raise ValueError(f"there is no table {name!r}; there are {', '.join(TABLES)}")
        return f"<!-- {name} -->\n{table_of(name, card)}\n<!-- /{name} -->"

    return PLACE.sub(write, page)


def table_of(name: str, card: dict) -> str:
    chapter, write = TABLES[name]
    if chapter is None:
        return write(card)
    return write(card["figures"][chapter]) if chapter in card["figures"] else NOT_YET


def table(head: Cells, rows: Iterable[Cells]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(value: float) -> str:
    return f"{value:.2f}"


def with_error(found: Chapter, name: str) -> str:
    return f"{found['scores'][name]:.2f} ± {found['errors'][name]:.2f}" if name in found["scores"] else "–"


def parts(card: dict) -> str:
    """Millions of numbers in each part of the file."""
    rows = [[name.replace("_", " "), f"{count / 1e6:.2f} M"] for name, count in card["numbers"].items()]
    size = f"{card['bytes'] / 1e6:.1f} MB"
    return table(["part", "numbers"], [*rows, ["the whole file, two bytes a number", size]])


def training(card: dict) -> str:
    """What was trained, how long, and where its loss stood."""
    parts = {name: facts for name, facts in card["training"].items() if "steps" in facts}
    rows = [[name, f"{f['steps']:,}", str(f["batch"]), f"{f['final_loss']:.4g}"] for name, f in parts.items()]
    return table(["part", "steps", "batch", "loss at the end"], rows)


def obedience(chapter: Chapter) -> str:
    """Shares by guidance; below, pairs never seen and the two ceilings."""
    named = {
        **chapter["guidance"],
        "4, pairs never seen": chapter["never seen"],
        "*drawn scenes, decoded from their latents*": chapter["round trip"],
        "*drawn scenes*": chapter["drawn"],
    }
    rows = [
        [name, *(share(found["scores"][a]) for a in ATTRIBUTES), with_error(found, "all six")]
        for name, found in named.items()
    ]
    return table(["guidance", *ATTRIBUTES, "all six"], rows)


def burning(chapter: Chapter) -> str:
    """What guidance does to colours and latents."""
    named = {**chapter["guidance"], "*drawn scenes, decoded from their latents*": chapter["round trip"]}
    rows = [[name, f"{f['saturation']:.3f}", f"{f['clipped']:.2%}", f"{f['spread']:.2f}"] for name, f in named.items()]
    return table(["guidance", "saturation", "clipped", "spread of the latents"], rows)


def sky(chapter: Chapter) -> str:
    found = chapter["sky"]
    rows = [
        [thing, *(with_error(f, f"{thing} {what}") for f in (found, found["drawn"]) for what in ("seen", "unasked"))]
        for thing in SKY
    ]
    return table(["in the sky", "seen where asked for", "seen unasked", "*drawn: seen*", "*drawn: unasked*"], rows)


def weakest(chapter: Chapter) -> str:
    """The lowest shares at guidance 4, whatever they are."""
    pairs = {f"{name}, pairs never seen": (chapter["never seen"], name) for name in ATTRIBUTES}
    asked = {name: (chapter["guidance"]["4"], name) for name in ATTRIBUTES}
    seen = {name: (chapter["sky"], f"{name} seen") for name in SKY}
    wanted = {name: (f, key) for name, (f, key) in {**asked, **seen, **pairs}.items() if key in f["scores"]}
    lowest = sorted(wanted, key=lambda name: wanted[name][0]["scores"][wanted[name][1]])[:WEAKEST]
    return table(["asked for", "drawn"], [[name, with_error(*wanted[name])] for name in lowest])


def likeness(chapter: Chapter) -> str:
    names = {"guidance 1": "guidance 1", "guidance 4": "guidance 4", "drawn": "*drawn scenes*"}
    rows = [
        [title, f"{chapter['diversity'][name]:.2f}", f"{chapter['Fréchet distance'][name]:.2f}"]
        for name, title in names.items()
    ]
    return table(["", "distance between seeds", "Fréchet distance"], rows)


def guesses(chapter: Chapter) -> str:
    """R² at a few steps, and the noise level there."""
    sigmas = chapter["guidance 4"]["sigmas"]
    steps = [step for step in EARLY_STEPS if step < len(sigmas)]
    rows = [["sigma", *(f"{sigmas[step]:.2g}" for step in steps)]]
    for scale in ("guidance 1", "guidance 4"):
        for key, name in (("x0 low", "x0, layout"), ("x0 high", "x0, detail"), ("x low", "x, layout")):
            rows.append([f"{scale}: {name}", *(f"{chapter[scale][key][step]:.2f}" for step in steps)])
    return table(["step", *map(str, steps)], rows)


def words(chapter: Chapter) -> str:
    rows = [
        [kind, *(share(f[name]) for name in ("inside", "covered", "peak", "beside", "chance_beside"))]
        for kind, f in chapter["kinds"].items()
        if f["words"]
    ]
    head = ["word for", "of its map inside", "*chance*", "peak inside", "peak inside or beside", "*chance*"]
    return table(head, rows)


def walks(chapter: Chapter) -> str:
    rows = [
        [f"{mixing}: {name}", *(share(value) for value in chapter[mixing][key])]
        for mixing in ("spherical", "linear")
        for key, name in (("mean", "mean of the six"), ("all six", "all six"))
    ]
    return table(["", *(f"{stop:.0%}" for stop in chapter["stops"])], rows)


def samplers(chapter: Chapter) -> str:
    names = [name for name in chapter if isinstance(chapter[name], list) and name != "steps"]
    rows = [[f"`{name}`", *(f"{value:.3f}" for value in chapter[name])] for name in names]
    return table(["steps", *map(str, chapter["steps"])], rows)


def img2img(chapter: Chapter) -> str:
    found = chapter["img2img"]
    names = {
        "kept": "layout kept, own prompt (R²)",
        "new style": "new style asked for, seen",
        "same rest": "the rest kept",
    }
    rows = [[title, *(share(value) for value in found[key])] for key, title in names.items()]
    return table(["strength", *(f"{strength:g}" for strength in found["strengths"])], rows)


def inpainting(chapter: Chapter) -> str:
    found = chapter["inpainting"]
    rows = [
        ["largest change of a latent outside the mask", f"{found['largest change outside']:.4f}"],
        ["mean change inside", f"{found['mean change inside']:.2f}"],
        ["new subject seen", share(found["new subject"])],
        *(
            [f"{size} pixels, every number finite", "yes" if fine else "no"]
            for size, fine in chapter["other sizes"].items()
        ),
    ]
    return table(["", ""], rows)


def autoencoder(chapter: Chapter) -> str:
    values = {"all": chapter["all"], **chapter["styles"], **chapter["small things"]}
    return table(["", *values], [["dB", *(f"{value:.1f}" for value in values.values())]])


def loras(chapter: Chapter) -> str:
    """Each word's rows begin with the model as it is."""
    rows = [
        [f"*none*, {word}" if name == "none" else name, kilobytes(chapter["bytes"].get(name)), f"{miss:.3f}"]
        for word, found in chapter["guesses"].items()
        for name, miss in found.items()
    ]
    return table(["LoRA", "size", "its guess misses by"], rows)


def kilobytes(number: int | None) -> str:
    return "" if number is None else f"{number / 1000:,.0f} kB"


def strides(chapter: Chapter) -> str:
    names = {
        "teacher": "20 steps of DPM++ 2M, guidance 4",
        "student": "4 steps of Euler, guidance 1, with *four steps*",
        "bare": "4 steps of Euler, guidance 1, without",
        "bare, guided": "4 steps of Euler, guidance 4, without",
    }
    rows = [
        [title, *(with_error(found, score) for score in ("subject", "all six")), f"{found['distance']:.2f}"]
        for name, title in names.items()
        for found in [chapter["strides"][name]]
    ]
    return table(["", "subject", "all six", "distance to the 20 steps"], rows)


def speed(chapter: Chapter) -> str:
    rows = [
        [title, *(f"{chapter[name][which]:.2f} s" for which in ("fastest", "median"))]
        for name, title in (("picture", f"a picture of {chapter['steps']} guided steps"), ("loading", "loading"))
    ]
    return table([f"{chapter['threads']} threads", "fastest", "median"], rows)


TABLES: dict[str, tuple[str | None, Callable[[dict], str]]] = {
    "parts": (None, parts),
    "training": (None, training),
    "obedience": ("obedience", obedience),
    "burning": ("obedience", burning),
    "sky": ("obedience", sky),
    "weakest": ("obedience", weakest),
    "likeness": ("likeness", likeness),
    "guesses": ("guesses", guesses),
    "words": ("words", words),
    "walks": ("walks", walks),
    "samplers": ("samplers", samplers),
    "img2img": ("editing", img2img),
    "inpainting": ("editing", inpainting),
    "loras": ("loras", loras),
    "strides": ("loras", strides),
    "autoencoder": ("autoencoder", autoencoder),
    "speed": ("speed", speed),
}
"""Each table's chapter of the card's figures, None for the card itself, and how it is written."""
