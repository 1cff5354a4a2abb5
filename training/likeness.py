"""How far are its pictures from the drawn ones, and from each other? Both in what the judge makes of a picture."""

from dataclasses import replace

import torch
from torch import Tensor

from ..pocket.scenes import Scene
from .classifier import Classifier
from .examined import Examined, drawn
from .sampling import SCENE_SEED, How, captions, decode, noise_of, sample_all, scenes_to_draw

SCALES = (1.0, 4.0)


def measure(it: Examined) -> dict:
    return {"diversity": diversity(it), "Fréchet distance": distances(it)}


@torch.no_grad()
def summaries(judge: Classifier, pictures: Tensor) -> Tensor:
    """The judge's last common layer: [picture, 256], float64."""
    parts = [judge.summary(judge.features(part, len(judge.blocks))[-1]) for part in pictures.clamp(-1, 1).split(100)]
    return torch.cat(parts).double()


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Between the normal distributions with the means and covariances of two sets of vectors [item, number].

    Heusel et al. 2017, eq. 6: d² = |m_a - m_b|² + tr(C_a + C_b - 2 (C_a C_b)^½); this is d², as is custom. C_a C_b has
    the eigenvalues of the symmetric C_a^½ C_b C_a^½. Few items make it too large: compare sets of one size.
    """
    means, covariances = zip(*((x.double().mean(0), torch.cov(x.double().T)) for x in (a, b)), strict=True)
    root = matrix_root(covariances[0])
    overlap = torch.linalg.eigvalsh(root @ covariances[1] @ root).clamp(min=0).sqrt().sum()
    return ((means[0] - means[1]).square().sum() + covariances[0].trace() + covariances[1].trace() - 2 * overlap).item()


def matrix_root(matrix: Tensor) -> Tensor:
    """Of a symmetric matrix without negative eigenvalues, but for rounding."""
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


def distances(it: Examined) -> dict:
    """Painted pictures, and as the floor the drawn ones of the same prompts, each against drawn scenes held back."""
    number = it.sizes.likeness
    real = summaries(it.judge, it.data.images(it.held_back(len(it.data.scenes))))
    found = {"pictures": number, "against": len(real)}
    for scale in SCALES:
        painted = decode(it.pocket, it.latents(number, How(guidance=scale)))
        found[f"guidance {scale:g}"] = frechet_distance(summaries(it.judge, painted), real)
    return {**found, "drawn": frechet_distance(summaries(it.judge, drawn(scenes_to_draw(number))), real)}


def mean_distance(vectors: Tensor) -> float:
    """Between any two of [item, number]."""
    return torch.pdist(vectors).mean().item()


def diversity(it: Examined) -> dict:
    """Mean distance of pictures of one prompt from several seeds, and that of drawn scenes one would describe alike."""
    scenes, seeds = scenes_to_draw(it.sizes.diverse), it.sizes.seeds
    real = apart(it, drawn(tuple(again for scene in scenes for again in siblings(scene, seeds))))
    everything = mean_distance(summaries(it.judge, drawn(scenes)))
    found = {"prompts": len(scenes), "seeds": seeds, "drawn": real, "drawn, of different prompts": everything}
    prompts = [prompt for prompt in captions(scenes) for _ in range(seeds)]
    for scale in SCALES:
        latents = sample_all(it.pocket, prompts, noise_of(len(prompts)), How(guidance=scale))
        found[f"guidance {scale:g}"] = apart(it, decode(it.pocket, latents))
    return found


def apart(it: Examined, pictures: Tensor) -> float:
    """Mean distance within each prompt's pictures, which follow each other."""
    groups = summaries(it.judge, pictures).split(it.sizes.seeds)
    return sum(mean_distance(group) for group in groups) / len(groups)


def siblings(scene: Scene, number: int) -> list[Scene]:
    """Scenes that one would describe alike, each with its own dice."""
    return [replace(scene, seed=SCENE_SEED + 1_000_000 * (i + 1) + scene.seed) for i in range(number)]
