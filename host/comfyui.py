"""Names for what ComfyUI hands a node, for readers and for type checkers; at run time nothing is imported for them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher as Model
    from comfy.samplers import CFGGuider as Guider
    from comfy.sd import CLIP as Clip
    from comfy.sd import VAE as Vae
else:
    Model = Guider = Clip = Vae = object

Latent = dict[str, Any]
"""A LATENT: its `samples`, and perhaps a `noise_mask` and a `batch_index`."""
Conditioning = list
"""A CONDITIONING: pairs of a tensor [item, token, channel] and a dict of what belongs to it."""
