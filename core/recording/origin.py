"""Where a run came from: all that two runs must share, beside their settings, to be equal to the bit."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Programs, machine, model and inputs of a run, as short text; empty where it is not known.

    attention      the function that computed attention
    weights        fingerprint of a few of the model's own weights, by which two files of one kind are told apart
    patches        what was laid over the model's weights: how many, and a fingerprint; empty for none
    conditioning   fingerprints of what the model was asked with, by ComfyUI's name for it ("positive", "negative")
    source         fingerprint of the latent that the noise was added to; empty when all its numbers were 0
    masked         whether a noise mask kept a part of the source
    largest_sigma  the highest noise level that the model knows; None where it does not say
    """

    comfyui: str = ""
    torch: str = ""
    device: str = ""
    dtype: str = ""
    attention: str = ""
    patches: str = ""
    weights: str = ""
    conditioning: tuple[tuple[str, str], ...] = ()
    source: str = ""
    masked: bool = False
    largest_sigma: float | None = None
