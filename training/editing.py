"""Starting from a picture, painting behind a mask, and canvases that are not square."""

from dataclasses import replace

import torch
from torch import Tensor

from ..pocket.scenes import ATTRIBUTES, WHERE, Scene
from .examined import Examined, drawn
from .guesses import bands, r_squared
from .obedience import scored
from .sampling import PLACES, How, captions, decode, encode, noise_of, sample_all, scenes_to_draw, seed_noise

STRENGTHS = (0.25, 0.5, 0.75, 1.0)
REACH = 4
"""Latent columns to each side of the subject that the mask opens."""
CANVASES = ((PLACES, 24), (24, PLACES))


def measure(it: Examined) -> dict:
    return {"img2img": redrawn(it), "inpainting": mended(it), "other sizes": stretched(it)}


def redrawn(it: Examined) -> dict:
    """Drawn scenes painted over at growing strength: under their own prompts, and asked for in another style.

    kept: R² of the layout (low frequencies) against the source, under its own prompt. The shares are the judge's: how
    often the new style is there, and the place, time, position and subject that both pictures should share.
    """
    scenes = scenes_to_draw(it.sizes.edited)
    other, source, noise = restyled(scenes), encode(it.pocket, drawn(scenes)), noise_of(len(scenes))
    found: dict = {"pictures": len(scenes), "strengths": list(STRENGTHS), "kept": [], "new style": [], "same rest": []}
    for strength in STRENGTHS:
        how = How(strength=strength)
        own = sample_all(it.pocket, captions(scenes), noise, how, start=source)
        found["kept"].append(r_squared(bands(own)["low"], bands(source)["low"]))
        asked = sample_all(it.pocket, captions(other), noise, how, start=source)
        scores = scored(it, decode(it.pocket, asked), other)["scores"]
        found["new style"].append(scores["style"])
        found["same rest"].append(sum(scores[name] for name in ATTRIBUTES if name != "style") / (len(ATTRIBUTES) - 1))
    return found


def restyled(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    """The same scenes, each in the style that follows its own."""
    styles = ATTRIBUTES["style"]
    return tuple(replace(s, style=styles[(styles.index(s.style) + 1) % len(styles)]) for s in scenes)


def mended(it: Examined) -> dict:
    """Another subject painted into drawn scenes: what the mask keeps stays as it was, what it opens obeys."""
    scenes = scenes_to_draw(it.sizes.edited)
    other, source = replaced(scenes), encode(it.pocket, drawn(scenes))
    mask = torch.cat([opening(scene) for scene in scenes])
    made = sample_all(it.pocket, captions(other), noise_of(len(scenes)), How(), start=source, mask=mask)
    changed = (made - source).abs().mean(1, keepdim=True)
    return {
        "pictures": len(scenes),
        "largest change outside": (changed * (1 - mask)).max().item(),
        "mean change inside": ((changed * mask).sum() / mask.sum()).item(),
        "new subject": scored(it, decode(it.pocket, made), other)["scores"]["subject"],
    }


def replaced(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    """A red lighthouse in every scene, where there was one a red house: both stand anywhere."""
    return tuple(
        replace(s, subject="house" if s.subject == "lighthouse" else "lighthouse", colour="red") for s in scenes
    )


def opening(scene: Scene) -> Tensor:
    """[1, 1, row, column]: 1 in the columns where the subject stands."""
    middle = round(WHERE[scene.position] * PLACES)
    mask = torch.zeros(1, 1, PLACES, PLACES)
    mask[..., max(0, middle - REACH) : middle + REACH] = 1
    return mask


def stretched(it: Examined) -> dict[str, bool]:
    """Whether canvases of other shapes come out whole, every number finite."""
    scenes = scenes_to_draw(2)
    found = {}
    for rows, columns in CANVASES:
        noise = seed_noise(range(len(scenes)), rows, columns)
        pictures = decode(it.pocket, sample_all(it.pocket, captions(scenes), noise, How()))
        found[f"{pictures.shape[-1]} x {pictures.shape[-2]}"] = bool(pictures.isfinite().all())
    return found
