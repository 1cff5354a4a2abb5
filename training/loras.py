"""The LoRAs that come with the pocket model: three variants, one of them at several ranks, and one for four steps."""

from copy import deepcopy
from dataclasses import asdict
from functools import partial
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn

from ..pocket.captions import write_caption
from ..pocket.loras import FOLDER, FOUR_STEPS, TAUGHT, file_name
from ..pocket.text import tokenize
from ..pocket.variants import VARIANTS
from . import few_steps, lora
from .data import CAPTIONS_PER_SCENE, PER_VARIANT, Dataset, as_tensor, variant_scenes
from .making import Making, keep
from .run import EVERYTHING, Recipe
from .samples import pocket_of
from .sampling import Pocket
from .weights import Parts

ALPHA_PER_RANK = 1.0
WALKS = 1536


def captions_of(name: str) -> Tensor:
    """Tokens of every scene's captions, with the variant's word: [picture, caption, place]."""
    tell = VARIANTS[name].tell
    tokens = []
    for scene in variant_scenes(name):
        random = Random(-scene.seed - 1)
        tokens.append([tokenize(tell(write_caption(scene, random))) for _ in range(CAPTIONS_PER_SCENE)])
    return torch.tensor(tokens, dtype=torch.int16)


@torch.no_grad()
def lesson_of(name: str, scenes: Dataset, coder: nn.Module, batch: int = 100) -> lora.Lesson:
    """A variant's pictures as latents, and their captions."""
    first = list(VARIANTS).index(name) * PER_VARIANT
    starts = range(first, first + PER_VARIANT, batch)
    latents = [coder.encode(as_tensor(scenes.variants[i : i + batch]).to(coder.mean)) for i in starts]
    return lora.Lesson(torch.cat(latents), captions_of(name))


def teach(work: Making, base: nn.ModuleDict, lesson: lora.Lesson, name: str, recipe: Recipe) -> dict[str, Tensor]:
    """A copy of the base with the update put on, trained; the update's tensors."""
    model, rank = deepcopy(base), TAUGHT[name][1]
    unet = model["diffusion_model"]
    if rank is None:
        lora.adapt_every_weight(unet)
    else:
        lora.adapt(unet, rank, ALPHA_PER_RANK * rank, seed=rank)
    work.settle(f"lora {name}", model, recipe, partial(lora.train, model, lesson=lesson), EVERYTHING)
    return lora.as_file(unet)


def make(work: Making, parts: Parts, scenes: Dataset, out: Path = FOLDER) -> None:
    """Train what is not there yet and write every file. parts: those of the finished model, from work.parts."""
    out.mkdir(parents=True, exist_ok=True)
    coder, base, _ = work.models
    base.requires_grad_(False)
    teach_variants(work, base, coder, scenes, out)
    teach_strides(work, base, {name: parts[name] for name in ("autoencoder", "preview")}, out)


def teach_variants(work: Making, base: nn.ModuleDict, coder: nn.Module, scenes: Dataset, out: Path) -> None:
    for name, (word, rank) in TAUGHT.items():
        recipe = lora.EVERY_WEIGHT_RECIPE if rank is None else lora.RECIPE
        tensors = teach(work, base, lesson_of(word, scenes, coder), name, recipe)
        lora.write(out / file_name(name), tensors, word=word, rank=rank, recipe=asdict(recipe))


def teach_strides(work: Making, base: nn.ModuleDict, fixed: Parts, out: Path) -> None:
    """The few-step LoRA; the teacher's walks are kept in a file."""
    pocket, model = pocket_of(base, fixed), deepcopy(base)
    taught = kept_walks(work, pocket)
    lora.adapt(model["diffusion_model"], few_steps.RANK, few_steps.ALPHA, seed=99)
    clock = pocket[0].get_model_object("model_sampling").timestep
    train = partial(few_steps.train, model, taught=taught, timestep_of=clock)
    work.settle("lora four steps", model, few_steps.RECIPE, train, EVERYTHING)
    how = {"steps": few_steps.STRIDES, "guidance": 1, "scheduler": few_steps.TEACHER.scheduler}
    tensors = lora.as_file(model["diffusion_model"])
    lora.write(out / file_name(FOUR_STEPS), tensors, **how, recipe=asdict(few_steps.RECIPE))


def kept_walks(work: Making, pocket: Pocket) -> few_steps.Walks:
    file = work.folder / "walks.pt"
    if not file.exists():
        parts = list(few_steps.walks(pocket, WALKS))
        joined = {name: torch.cat([getattr(part, name) for part in parts]) for name in ("states", "tokens")}
        keep({**joined, "sigmas": parts[0].sigmas}, file)
    return few_steps.Walks(**torch.load(file, weights_only=True))
