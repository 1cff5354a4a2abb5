"""What can be known of a run without sampling: how the graph puts samplers together, and what the model is."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One sampler of a chain of samplers that hand a latent on. Steps from `start` to `end` of `steps`."""

    steps: int
    start: int
    end: int
    adds_noise: bool
    leaves_noise: bool

    @property
    def last(self) -> int:
        return min(self.end, self.steps)


@dataclass(frozen=True, kw_only=True)
class GraphFacts:
    """What the graph says of the sampler whose run this is.

    before, after  the sampler that hands it its latent, and the one that it hands it to; None where there is none
    loras          names of the LoRA files that its model passes through, those of strength 0 left out
    strengths      theirs, None for one that is not typed in
    model_file     name of the file that its model was loaded from; empty where that is not told
    encoders       the text encoders behind its prompts, each once; empty where they are not told
    """

    stage: Stage | None = None
    before: Stage | None = None
    after: Stage | None = None
    loras: tuple[str, ...] = ()
    strengths: tuple[float | None, ...] = ()
    model_file: str = ""
    encoders: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelState:
    """What a MODEL says of itself.

    patched         weights that something was laid over
    reads_guidance  whether it was trained to take guidance as an input of its own
    vae_channels    channels that the connected VAE reads; None without one
    loaded_as       how its answer is read by itself: eps, v, flow, x0; empty where it is not told
    read_as         how it is read now, under the nodes that it passed through
    sigmas          its largest sigma now, against its own
    side            pixels a side of the square pictures that it was made for; None where that is not known
    """

    name: str
    patched: int
    reads_guidance: bool
    vae_channels: int | None = None
    loaded_as: str = ""
    read_as: str = ""
    sigmas: float = 1.0
    side: int | None = None
