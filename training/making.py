"""The order in which the parts are made, each kept in a file: a second start goes on where the first stopped."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import autoencoder, classifier, data, denoiser, samples, weights
from .run import EVERYTHING, Recipe, Training

HELD_BACK = 1000
SAVE_EVERY = 200
SHEET_EVERY = 1000

log = logging.getLogger("pocket")


class Making:
    """A folder of half-made parts. `faster` divides every number of steps, for a trial."""

    def __init__(self, folder: Path, device: torch.device, faster: float = 1.0):
        self.folder, self.device, self.faster = folder, device, faster

    def scenes(self, number: int, workers: int) -> data.Dataset:
        if not (self.folder / "pictures.npy").exists():
            for done in data.prepare(self.folder, number, workers):
                if done % 2000 == 0:
                    log.info("scenes: %d of %d", done, number)
        if not (self.folder / "variants.npy").exists():
            data.prepare_variants(self.folder, workers)
        return data.load(self.folder, HELD_BACK)

    def settle(
        self,
        name: str,
        model: nn.Module,
        recipe: Recipe,
        train: Callable[..., Iterator[float]],
        plain: tuple[str, ...],
        sheet: Callable[[Path], None] | None = None,
    ) -> None:
        """Train one part to its end, unless that is done already; leaves its averaged weights in name.pt."""
        result, state = self.folder / f"{name}.pt", self.folder / f"{name}.run.pt"
        recipe = replace(recipe, steps=max(1, round(recipe.steps / self.faster)))
        if not result.exists():
            run = Training(model, recipe, plain)
            if state.exists():
                run.resume(state)
            self.follow(name, run, train(run=run), state, sheet)
            self.note(name, {**asdict(recipe), "final_loss": round(run.recent_loss, 5)})
            with run.averaged():
                keep(model.state_dict(), result)
        model.load_state_dict(torch.load(result, weights_only=True, map_location=self.device))

    def follow(self, name: str, run: Training, losses: Iterator[float], state: Path, sheet) -> None:
        """Say how it goes, and save what would be missed."""
        began, first = time.monotonic(), run.steps
        for _ in losses:
            if run.steps % 50 == 0:
                pace = (time.monotonic() - began) / (run.steps - first)
                left = pace * (run.recipe.steps - run.steps) / 60
                log.info(
                    "%s: step %d of %d, loss %.4f, %.2f s a step, %.0f min left",
                    *(name, run.steps, run.recipe.steps, run.recent_loss, pace, left),
                )
            if run.steps % SAVE_EVERY == 0:
                run.save(state)
            if sheet and run.steps % SHEET_EVERY == 0:
                with run.averaged():
                    sheet(self.folder / f"{name} {run.steps:06d}.png")
        run.save(state)

    def note(self, name: str, facts: dict) -> None:
        """Add to what the card will say."""
        file = self.folder / "notes.json"
        file.write_text(json.dumps({**self.notes(), name: facts}, indent=1))

    def notes(self) -> dict:
        file = self.folder / "notes.json"
        return json.loads(file.read_text()) if file.exists() else {}

    @cached_property
    def models(self) -> tuple[autoencoder.Autoencoder, nn.ModuleDict]:
        """Untrained, the same every time."""
        with torch.random.fork_rng():
            torch.random.manual_seed(0)
            coder = autoencoder.Autoencoder()
        return coder.to(self.device), denoiser.new_model(seed=0).to(self.device)

    def eye(self, scenes: data.Dataset) -> classifier.Eye:
        """For the decoder's polish."""
        return classifier.Eye(self.reader("classifier", classifier.EYE, classifier.PLAIN, scenes))

    def judge(self, scenes: data.Dataset, workers: int) -> classifier.Classifier:
        """For the figures. It learns by AdamW alone, which is enough for it: Muon's bfloat16 is slow where imitated."""
        if not (self.folder / "pairs.npy").exists():
            data.prepare_pairs(self.folder, workers)
        pairs = np.load(self.folder / "pairs.npy", mmap_mode="r")
        return self.reader("judge", classifier.JUDGE, EVERYTHING, data.WithPairs(scenes, pairs))

    def reader(
        self, name: str, recipe: Recipe, plain: tuple[str, ...], scenes: data.Dataset | data.WithPairs
    ) -> classifier.Classifier:
        """A classifier, trained under this name."""
        with torch.random.fork_rng():
            torch.random.manual_seed(recipe.seed)
            model = classifier.Classifier().to(self.device, memory_format=torch.channels_last)
        self.settle(name, model, recipe, partial(classifier.train, model, data=scenes), plain)
        return model.train(False)

    def latents(self, scenes: data.Dataset) -> Tensor:
        """Teach the autoencoder, encode everything once; from here on the encoder and the latents' scale are fixed."""
        coder, file = self.models[0], self.folder / "latents.pt"
        train = partial(autoencoder.train, coder, data=scenes)
        self.settle("autoencoder", coder, autoencoder.RECIPE, train, autoencoder.PLAIN)
        if not file.exists():
            latents = autoencoder.set_unit_variance(coder, autoencoder.encode_all(coder, scenes))
            keep({"latents": latents.half(), "mean": coder.mean, "std": coder.std}, file)
        kept = torch.load(file, weights_only=True, map_location=self.device)
        coder.mean.copy_(kept["mean"])
        coder.std.copy_(kept["std"])
        coder.encoder.requires_grad_(False)
        return kept["latents"]

    def parts(self, scenes: data.Dataset) -> weights.Parts:
        """Everything in order. The decoder's polish changes no latent, and needs an eye."""
        coder, model = self.models
        latents = self.latents(scenes)
        factors, bias = weights.fit_preview(latents[-HELD_BACK:].cpu(), scenes.images(slice(-HELD_BACK, None)))
        fixed = {"autoencoder": coder.state_dict(), "preview": {"factors": factors, "bias": bias}}
        teach = partial(denoiser.train, model, latents=latents, data=scenes)
        sheet = partial(samples.draw_sheet, model=model, fixed=fixed)
        self.settle("denoiser", model, denoiser.RECIPE, teach, denoiser.PLAIN, sheet)
        errors = denoiser.noise_errors(model, latents[-500:], scenes.tokens[-500:, 0])
        self.note("noise errors", {str(t): round(error, 4) for t, error in errors.items()})
        polish = partial(autoencoder.polish_decoder, coder, data=scenes, eye=self.eye(scenes))
        self.settle("polish", coder, autoencoder.POLISH, polish, autoencoder.PLAIN)
        fixed["autoencoder"] = coder.state_dict()
        return {**{name: part.state_dict() for name, part in model.items()}, **fixed}


def keep(tensors: dict[str, Tensor], file: Path) -> None:
    """Write a whole file or none."""
    unfinished = file.with_suffix(".part")
    torch.save(tensors, unfinished)
    unfinished.replace(file)
