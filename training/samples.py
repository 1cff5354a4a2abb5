"""Pictures from a half-trained model: what its losses mean to the eye."""

from pathlib import Path

from torch import nn

from ..host.pocket import PocketVAE, build_clip, build_model
from ..pocket.captions import full_caption
from . import evaluation
from .weights import Parts

PICTURES, COLUMNS = 32, 8


def pocket_of(model: nn.ModuleDict, fixed: Parts) -> tuple:
    """MODEL, CLIP and VAE of parts that are still in memory."""
    parts = {**{name: part.state_dict() for name, part in model.items()}, **fixed}
    parts = {part: {name: t.detach().float().cpu() for name, t in tensors.items()} for part, tensors in parts.items()}
    return build_model(parts), build_clip(parts), PocketVAE(parts["autoencoder"])


def draw_sheet(file: Path, model: nn.ModuleDict, fixed: Parts) -> None:
    """Pictures of the evaluation's first prompts at guidance 4, none left out."""
    prompts = [full_caption(scene) for scene in evaluation.scenes_to_draw(PICTURES)]
    noise = evaluation.seed_noise(range(evaluation.NOISE_SEED, evaluation.NOISE_SEED + PICTURES))
    pictures = evaluation.paint(pocket_of(model, fixed), prompts, noise, 4.0)
    evaluation.contact_sheet(pictures, COLUMNS).save(file)
