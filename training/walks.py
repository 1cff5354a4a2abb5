"""From one seed's noise to another's: is every stop on the way as good a picture as the two ends?"""

import torch

from ..core.comparing.noise_walk import MIXINGS
from ..pocket.scenes import ATTRIBUTES
from .examined import Examined
from .obedience import scored
from .sampling import How, captions, decode, noise_of, sample_all, scenes_to_draw

STOPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def measure(it: Examined) -> dict:
    """For each way of mixing, at each stop: the mean share of attributes that obey, and that of all six at once."""
    return {"walks": it.sizes.walks, "stops": list(STOPS), **{mixing: walk(it, mixing) for mixing in MIXINGS}}


def walk(it: Examined, mixing: str) -> dict[str, list[float]]:
    scenes = scenes_to_draw(it.sizes.walks)
    noise = noise_of(2 * len(scenes))
    pairs = list(zip(noise.split(1)[::2], noise.split(1)[1::2], strict=True))
    found: dict[str, list[float]] = {"mean": [], "all six": []}
    for stop in STOPS:
        mixed = torch.cat([MIXINGS[mixing](a, b, stop) for a, b in pairs])
        scores = scored(it, decode(it.pocket, sample_all(it.pocket, captions(scenes), mixed, How())), scenes)["scores"]
        found["mean"].append(sum(scores[name] for name in ATTRIBUTES) / len(ATTRIBUTES))
        found["all six"].append(scores["all six"])
    return found
