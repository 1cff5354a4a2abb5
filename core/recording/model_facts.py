"""What a deck must know of the model that was sampled."""

from dataclasses import dataclass

from ..latent_space import LatentSpace
from ..parameterization import Parameterization


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """Its name, how its noise levels are meant, the space of its latents, and what a reader must know of it beside."""

    name: str
    parameterization: Parameterization
    space: LatentSpace
    sigma_data: float = 1.0
    notes: tuple[str, ...] = ()
