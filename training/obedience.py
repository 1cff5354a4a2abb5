"""Does it draw what the prompt says? A judge that learned from drawn scenes looks for every attribute asked for."""

from itertools import count

from torch import Tensor

from ..pocket.denoiser import SIGMA_DATA
from ..pocket.scenes import ATTRIBUTES, HELD_OUT, SKY, Scene, choose_scene
from .classifier import judge
from .examined import Examined, drawn
from .sampling import GUIDANCE, SCENE_SEED, How, captions, decode, encode, noise_of, sample_all, scenes_to_draw

SCALES = (1.0, 2.0, 4.0, 7.0, 12.0, 20.0)
BEYOND = 1.02
"""What of -1..1 a decoder overshoots by up to 0.02 is two or three steps of 255, and seen by nobody."""


def measure(it: Examined) -> dict:
    """Shares of pictures that obey, at each guidance scale and for pairs never seen; and how well the judge sees."""
    asked = scenes_to_draw(it.sizes.judged)
    by_scale = {}
    for scale in SCALES:
        latents = it.latents(it.sizes.judged, How(guidance=scale))
        pictures = decode(it.pocket, latents)
        by_scale[f"{scale:g}"] = {**scored(it, pictures, asked), **looks(pictures), "spread": spread(latents)}
    real = drawn(asked)
    again = decode(it.pocket, encode(it.pocket, real))
    return {
        "guidance": by_scale,
        "drawn": {**scored(it, real, asked), **looks(real)},
        "round trip": {**scored(it, again, asked), **looks(again), "spread": spread(encode(it.pocket, real))},
        "never seen": {"pairs": sorted(" in ".join(pair) for pair in HELD_OUT), **never_seen(it)},
        "sky": sky(it),
    }


def scored(it: Examined, pictures: Tensor, scenes: tuple[Scene, ...]) -> dict:
    """Each score with its standard error: a coin thrown as often as there were pictures that could show it."""
    scores = judge(it.judge, pictures.clamp(-1, 1), scenes)
    chances = occasions(scenes)
    errors = {name: binomial_error(share, chances[name]) for name, share in scores.items()}
    return {"pictures": len(scenes), "scores": scores, "errors": errors}


def occasions(scenes: tuple[Scene, ...]) -> dict[str, int]:
    """On how many of the scenes each score rests."""
    wanted = {name: sum(name in scene.sky for scene in scenes) for name in SKY}
    return {
        **dict.fromkeys((*ATTRIBUTES, "all six"), len(scenes)),
        **{f"{name} seen": number for name, number in wanted.items()},
        **{f"{name} unasked": len(scenes) - number for name, number in wanted.items()},
    }


def binomial_error(share: float, number: int) -> float:
    """Standard error of a share: sqrt(p (1 - p) / n). 0 where nothing failed, which says only that n was too small."""
    return (share * (1 - share) / number) ** 0.5 if number else 0.0


def looks(pictures: Tensor) -> dict[str, float]:
    """saturation: mean of largest minus smallest of red, green and blue, 0..1. clipped: share that is cut off."""
    seen = pictures.clamp(-1, 1)
    return {
        "saturation": ((seen.amax(1) - seen.amin(1)) / 2).mean().item(),
        "clipped": (pictures.abs() > BEYOND).float().mean().item(),
    }


def spread(latents: Tensor) -> float:
    """Standard deviation of finished latents as the denoiser has them; it was trained on SIGMA_DATA."""
    return (latents * SIGMA_DATA).std().item()


def never_seen(it: Examined) -> dict:
    scenes = scenes_to_draw(it.sizes.pairs, held_out=True)
    return scored(it, decode(it.pocket, it.latents(len(scenes), How(), held_out=True)), scenes)


def sky(it: Examined) -> dict:
    """How often each thing in the sky is seen, asked for and unasked, on scenes that hold enough of every one."""
    scenes = skies(it.sizes.each_sky)
    latents = sample_all(it.pocket, captions(scenes), noise_of(len(scenes)), How())
    found = {"guidance": GUIDANCE, **scored(it, decode(it.pocket, latents), scenes)}
    return {**found, "drawn": scored(it, drawn(scenes), scenes)}


def skies(each: int) -> tuple[Scene, ...]:
    """The first scenes to draw that hold something of which there are too few yet, until each thing is in `each`."""
    missing, chosen = dict.fromkeys(SKY, each), []
    coming = (s for s in map(choose_scene, count(SCENE_SEED)) if not s.held_out)
    while max(missing.values()) > 0:
        scene = next(coming)
        if any(missing[name] > 0 for name in scene.sky):
            chosen.append(scene)
            missing = {name: left - (name in scene.sky) for name, left in missing.items()}
    return tuple(chosen)
