"""Make the pocket model from nothing: draw the scenes, train the parts, write the weights, measure them.

From the folder that holds this pack, with ComfyUI on the import path (in ComfyUI/custom_nodes: PYTHONPATH=..):

    python -m ComfyUI-Denoiscope.pocket.training --folder WORK

Interrupted, the same command goes on where it stopped. About two hours on two CPU cores; WORK takes 2 GB.
"""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import comfy.cli_args
import torch
from torch import nn

comfy.cli_args.args.cpu = True

from . import autoencoder, classifier, data, denoiser, weights  # noqa: E402 - ComfyUI must know it is on the CPU first
from .run import Recipe, Run  # noqa: E402

HELD_BACK = 1000
SAVE_EVERY = 180.0

log = logging.getLogger("pocket")


def settle(name: str, folder: Path, model: nn.Module, recipe: Recipe, train: Callable[..., Iterator[float]]) -> None:
    """Train one part to its end, unless that is done already; leaves its averaged weights in name.pt."""
    result, state = folder / f"{name}.pt", folder / f"{name}.run.pt"
    if not result.exists():
        run = Run(model, recipe)
        if state.exists():
            run.resume(state)
        saved = run.spent
        for _ in train(run=run):
            if run.steps % 50 == 0:
                log.info("%s: step %d, %.0f s, loss %.4f", name, run.steps, run.spent, run.recent_loss)
            if run.spent - saved > SAVE_EVERY:
                run.save(state)
                saved = run.spent
        run.save(state)
        note(folder, name, {**asdict(recipe), "steps": run.steps, "final_loss": round(run.recent_loss, 5)})
        with run.averaged():
            torch.save(model.state_dict(), result)
    model.load_state_dict(torch.load(result, weights_only=True))


def note(folder: Path, name: str, facts: dict) -> None:
    """Add to what the card will say."""
    file = folder / "notes.json"
    notes = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({**notes, name: facts}, indent=1))


def draw_scenes(folder: Path, number: int, workers: int) -> data.Dataset:
    if not (folder / "pictures.npy").exists():
        for done in data.prepare(folder, number, workers):
            if done % 2000 == 0:
                log.info("scenes: %d of %d", done, number)
    return data.load(folder, HELD_BACK)


def new_models() -> tuple[autoencoder.Autoencoder, nn.ModuleDict, classifier.Classifier]:
    """Untrained, the same every time."""
    with torch.random.fork_rng():
        torch.random.manual_seed(0)
        coder, judge = autoencoder.Autoencoder(), classifier.Classifier()
    channels_last = torch.channels_last
    return coder.to(memory_format=channels_last), denoiser.new_model(seed=0), judge.to(memory_format=channels_last)


def settle_latents(folder: Path, coder: autoencoder.Autoencoder, scenes: data.Dataset) -> torch.Tensor:
    """Encode everything once; from here on the encoder and the scale of its latents are fixed."""
    file = folder / "latents.pt"
    if not file.exists():
        latents = autoencoder.set_unit_variance(coder, autoencoder.encode_all(coder, scenes))
        torch.save({"latents": latents.half(), "mean": coder.mean, "std": coder.std}, file)
    kept = torch.load(file, weights_only=True)
    coder.mean.copy_(kept["mean"])
    coder.std.copy_(kept["std"])
    coder.encoder.requires_grad_(False)
    return kept["latents"]


def train_all(folder: Path, scenes: data.Dataset, faster: float) -> dict[str, dict[str, torch.Tensor]]:
    """All parts in order. The decoder's polish comes last: it changes no latent, and needs the judge's eye."""
    coder, model, judge = new_models()

    def shorter(recipe: Recipe) -> Recipe:
        return replace(recipe, seconds=recipe.seconds / faster)

    settle("autoencoder", folder, coder, shorter(autoencoder.RECIPE), partial(autoencoder.train, coder, data=scenes))
    latents = settle_latents(folder, coder, scenes)
    teach = partial(denoiser.train, model, latents=latents, data=scenes)
    settle("denoiser", folder, model, shorter(denoiser.RECIPE), teach)
    note(folder, "noise errors", denoiser.noise_errors(model, latents[-500:], scenes.tokens[-500:, 0]))
    settle("classifier", folder, judge, shorter(classifier.RECIPE), partial(classifier.train, judge, data=scenes))
    polish = partial(autoencoder.polish_decoder, coder, data=scenes, eye=classifier.Eye(judge))
    settle("polish", folder, coder, shorter(autoencoder.POLISH), polish)
    factors, bias = weights.fit_preview(latents[-HELD_BACK:], scenes.images(slice(-HELD_BACK, None)))
    parts = {name: part.state_dict() for name, part in model.items()}
    return {**parts, "autoencoder": coder.state_dict(), "preview": {"factors": factors, "bias": bias}}


def measure(folder: Path, scenes: data.Dataset, file: Path, pictures: int) -> dict:
    from ...host.pocket import build_pocket_model
    from . import evaluation

    pocket = build_pocket_model(file)
    judge = classifier.Classifier().train(False)
    judge.load_state_dict(torch.load(folder / "classifier.pt", weights_only=True))
    figures = {}
    for name, scores in evaluation.prompt_following(pocket, judge, pictures):
        log.info("%s: %s", name, scores)
        figures[name] = scores
    drawn, coder = scenes.images(slice(-300, None)), pocket[2].first_stage_model
    figures["the judge on drawn scenes"] = classifier.judge(judge, drawn, scenes.scenes[-300:])
    figures["psnr"] = round(autoencoder.psnr(coder, drawn).mean().item(), 2)
    figures["seconds for a picture of 20 guided steps"] = round(evaluation.seconds_per_picture(pocket), 2)
    return figures


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pocket.training", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where pictures and half-trained parts are kept")
    parser.add_argument("--scenes", type=int, default=36_000)
    parser.add_argument("--workers", type=int, default=2, help="processes that draw scenes")
    parser.add_argument("--threads", type=int, default=2, help="threads that train")
    parser.add_argument("--faster", type=float, default=1.0, help="divide every training time by this (a trial run)")
    parser.add_argument("--judged", type=int, default=48, help="pictures drawn and judged at each guidance scale")
    parser.add_argument("--out", type=Path, default=weights.FOLDER / "pocket.safetensors")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    options.folder.mkdir(parents=True, exist_ok=True)
    scenes = draw_scenes(options.folder, options.scenes, options.workers)
    parts = train_all(options.folder, scenes, options.faster)
    weights.save(options.out, parts)
    figures = measure(options.folder, scenes, options.out, options.judged)
    training = json.loads((options.folder / "notes.json").read_text())
    command = "python -m ComfyUI-Denoiscope.pocket.training --folder WORK"
    weights.write_card(options.out, parts, scenes=options.scenes, command=command, training=training, figures=figures)


if __name__ == "__main__":
    main(sys.argv[1:])
