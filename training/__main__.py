"""Make the pocket model from nothing: draw the scenes, train the parts, write the weights, measure them.

    python dev.py train --folder WORK

Interrupted, the same command goes on where it stopped. WORK takes 3 GB. With --measure it only measures the weights
that are there; with --docs docs it also draws the sheets of docs/pocket.md and writes its tables.
"""

import argparse
import logging
import sys
from pathlib import Path

import torch

from . import evaluation, loras, making, weights

COMMAND = "python dev.py train --folder WORK"

log = logging.getLogger("pocket")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="training", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where pictures and half-trained parts are kept")
    parser.add_argument("--scenes", type=int, default=40_000)
    parser.add_argument("--workers", type=int, default=2, help="processes that draw scenes")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--faster", type=float, default=1.0, help="divide every number of steps by this (a trial run)")
    parser.add_argument("--judged", type=int, default=96, help="pictures drawn and judged at each guidance scale")
    parser.add_argument("--out", type=Path, default=weights.FOLDER / "pocket.safetensors")
    parser.add_argument("--measure", action="store_true", help="train nothing; measure the weights in --out")
    parser.add_argument("--docs", type=Path, help="the folder of pocket.md, for its sheets and tables")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s", force=True)  # ComfyUI's import has set up a log of its own
    log.setLevel(logging.INFO)
    options.folder.mkdir(parents=True, exist_ok=True)
    work = making.Making(options.folder, torch.device(options.device), options.faster)
    scenes = work.scenes(options.scenes, options.workers)
    if not options.measure:
        parts = work.parts(scenes)
        weights.save(options.out, parts)
        loras.make(work, parts, scenes, options.out.parent / "loras")
    judge = work.judge(scenes, options.workers)
    figures = evaluation.measure(options.out, judge, scenes, options.judged, folder=options.folder)
    facts = {"scenes": options.scenes, "command": COMMAND, "training": work.notes(), "figures": figures}
    weights.write_card(options.out, **facts)
    if options.docs:
        evaluation.illustrate(options.out, judge, scenes, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
