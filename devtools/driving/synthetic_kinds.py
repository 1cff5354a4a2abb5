"""Synthetic payloads of other kinds: runs with both sides of guidance, and a picture that is noised."""

import math
from collections.abc import Callable

from .synthetic import Place, payload

EXACT = "The guided guess is exactly what the formula makes of the two, up to rounding."
NO_MODEL = "No model was asked for a guess: connect a model and a prompt, and choose a mirror."
GUIDED_VIEWS = ("x", "x_raw", "x0", "channels", "uncond", "cond", "difference")
FORWARD_VIEWS = ("x", "x_raw", "x0", "channels")


def guided(place: Place, *, steps: int = 8, scale: Callable[[int], float] = lambda step: 4.0, **rest) -> dict:
    """Every guess was asked with the prompt and without it; `scale` is the guidance of each step."""
    deck = payload(place, steps=steps, **{"views": GUIDED_VIEWS, "absent": {"uncond": None}} | rest)
    for run in deck["trajectories"]:
        run |= {
            "pull": [0.3 / (1 + i) for i in range(len(run["sigmas"]) - 1)],
            "guidance_scales": [scale(i) for i in range(len(run["sigmas"]) - 1)],
            "triangle": EXACT,
        }
    return deck


def forward(
    place: Place, *, levels: int = 8, asked: bool = True, regenerated: bool = False, flow: bool = False, **rest
) -> dict:
    """A picture under more and more noise: sigma rises from 0. `asked`: a model guessed the picture at each level."""
    absent = {} if asked else {"x0": NO_MODEL}
    views = FORWARD_VIEWS + ("regenerated",) * regenerated
    deck = payload(place, steps=levels, **{"views": views, "absent": absent, "title": "Forward noising"} | rest)
    deck |= {"kind": "forward", "parameterization": "flow" if flow else "eps"}
    for view in deck["views"]:
        if view["id"] == "x0":
            view["title"] = "one-step guess"
    for run in deck["trajectories"]:
        sigmas = [level / levels if flow else 14.6 * (level / levels) ** 3 for level in range(levels + 1)]
        run |= {
            "sigmas": sigmas,
            "signal": [1 - s if flow else 1 / (1 + s * s) for s in sigmas],
            "error": [1 - math.exp(-s / 3) for s in sigmas] if asked else [],
            "model_calls": [0, *[1] * levels] if asked else [],
            "change": [],
            "pull": [None] * (levels + 1) if asked else [],
        }
    return deck
