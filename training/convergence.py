"""Do all samplers come to one picture as they take more steps? Their distance to one very long run says."""

from torch import Tensor

from .examined import Examined
from .sampling import How, captions, noise_of, sample_all, scenes_to_draw

SAMPLERS = ("euler", "heun", "dpmpp_2m", "ddim")
STEP_COUNTS = (5, 10, 20, 40, 80)
REFERENCE = "dpmpp_2m"


def measure(it: Examined) -> dict:
    """Distances by sampler and number of steps; guidance and schedule are the same for all."""
    reference = finish(it, REFERENCE, it.sizes.reference_steps)
    return {
        "prompts": it.sizes.converging,
        "reference": f"{REFERENCE}, {it.sizes.reference_steps} steps",
        "steps": list(STEP_COUNTS),
        **{name: [distance(finish(it, name, n), reference) for n in STEP_COUNTS] for name in SAMPLERS},
    }


def finish(it: Examined, sampler: str, steps: int) -> Tensor:
    number = it.sizes.converging
    how = How(sampler=sampler, steps=steps)
    return sample_all(it.pocket, captions(scenes_to_draw(number)), noise_of(number), how)


def distance(made: Tensor, wanted: Tensor) -> float:
    """Root mean square difference over the root mean square of what is wanted, mean over pictures."""
    difference, size = ((t.flatten(1).square().mean(1)).sqrt() for t in (made - wanted, wanted))
    return (difference / size).mean().item()
