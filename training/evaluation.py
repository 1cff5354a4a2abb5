"""Measure the finished model as its users have it: one chapter after another, each kept as soon as it is done."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from ..host.pocket import build_pocket_model
from . import convergence, editing, fidelity, guesses, likeness, looking, obedience, speed, taught, walks, weights
from .classifier import Classifier
from .data import Dataset
from .examined import Examined, Sizes
from .sampling import NOISE_SEED, paint, scenes_to_draw, seed_noise
from .sheets import contact_sheet, draw_sheets
from .tables import fill

__all__ = ["NOISE_SEED", "contact_sheet", "illustrate", "measure", "paint", "scenes_to_draw", "seed_noise"]

CHAPTERS: dict[str, Callable[[Examined], dict]] = {
    "autoencoder": fidelity.measure,
    "obedience": obedience.measure,
    "likeness": likeness.measure,
    "guesses": guesses.measure,
    "words": looking.measure,
    "walks": walks.measure,
    "samplers": convergence.measure,
    "editing": editing.measure,
    "loras": taught.measure,
    "speed": speed.measure,
}

log = logging.getLogger("pocket")


@torch.no_grad()
def measure(
    file: Path,
    judge: Classifier,
    scenes: Dataset,
    judged: int,
    *,
    folder: Path | None = None,
    sizes: Sizes | None = None,
) -> dict:
    """The figures of every chapter, for the card. `judged` pictures are drawn at each guidance scale.

    With a folder, finished chapters are kept there and not measured again, as long as weights, judge and sizes are the
    same.
    """
    sizes = sizes or Sizes(judged=judged)
    it = Examined(file, build_pocket_model(file), judge.cpu().train(False), scenes, sizes)
    key = {"weights": weights.fingerprint(file), "judge": weights.fingerprint_of(judge), "sizes": asdict(sizes)}
    figures = recall(folder, key)
    for name, chapter in CHAPTERS.items():
        if name not in figures:
            began = time.monotonic()
            figures[name] = rounded(chapter(it))
            log.info("measured: %s, %d of %d, %.0f s", name, len(figures), len(CHAPTERS), time.monotonic() - began)
            keep(folder, key, figures)
    return {name: figures[name] for name in CHAPTERS}


def recall(folder: Path | None, key: dict) -> dict:
    if folder is None or not (folder / "figures.json").exists():
        return {}
    kept = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    return kept["figures"] if kept["of"] == key else {}


def keep(folder: Path | None, key: dict, figures: dict) -> None:
    """Write a whole file or none."""
    if folder is not None:
        unfinished = folder / "figures.part"
        unfinished.write_text(json.dumps({"of": key, "figures": figures}, indent=1), encoding="utf-8")
        unfinished.replace(folder / "figures.json")


def rounded(figures):
    """Every number in dicts and lists to five significant digits."""
    if isinstance(figures, dict):
        return {name: rounded(value) for name, value in figures.items()}
    if isinstance(figures, list):
        return [rounded(value) for value in figures]
    return float(f"{figures:.5g}") if isinstance(figures, float) else figures


def illustrate(file: Path, judge: Classifier, scenes: Dataset, docs: Path) -> None:
    """Draw the sheets of docs/pocket.md and write its tables from the card beside the weights."""
    it = Examined(file, build_pocket_model(file), judge.cpu().train(False), scenes, Sizes())
    for sheet in draw_sheets(it, docs):
        log.info("drawn: %s", sheet)
    page = docs / "pocket.md"
    card = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    page.write_text(fill(page.read_text(encoding="utf-8"), card), encoding="utf-8")
