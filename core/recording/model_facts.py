"""What a deck must know of the model that was sampled."""

from dataclasses import dataclass

from ..latent_space import LatentSpace


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """Its class, how its noise levels are meant, and the space of its latents."""

    name: str
    parameterization: str
    space: LatentSpace
    sigma_data: float = 1.0
