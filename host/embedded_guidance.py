"""Models that were trained to take guidance as an input of their own, so that cfg is not what steers them."""

import node_helpers

from .comfyui import Conditioning, Model


def reads_guidance(model_patcher: Model) -> bool:
    """Whether the network reads a guidance value from its conditioning, as Flux dev and HunyuanVideo do."""
    config = getattr(model_patcher.model, "model_config", None)
    return bool(getattr(config, "unet_config", {}).get("guidance_embed", False))


def with_guidance(conditioning: Conditioning, guidance: float | None) -> Conditioning:
    """A CONDITIONING that carries this guidance, as the node FluxGuidance gives it; None leaves it as it is."""
    if guidance is None:
        return conditioning
    return node_helpers.conditioning_set_values(conditioning, {"guidance": guidance})
