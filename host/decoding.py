"""Late decoding with ComfyUI's VAE: which decoder serves which view, and what to say when a VAE does not fit."""

from collections.abc import Callable

import torch
from einops import rearrange
from torch import Tensor

from ..core.deck import Deck
from ..core.rendering import Decoder, approximate_decoder
from ..core.views import View

EVERYTHING = "everything"
DECODED: dict[str, tuple[str, ...]] = {
    EVERYTHING: ("x0", "cond", "uncond", "x"),
    "guesses only": ("x0", "cond", "uncond"),
    "x0 only": ("x0",),
    "nothing": (),
}
"""What the user can choose, and the views that the VAE then decodes."""


def decoders(deck: Deck, vae, choice: str = EVERYTHING) -> Callable[[View], Decoder]:
    """For each view the VAE's decoder or the approximation. Without colour factors the VAE decodes whatever is shown.

    The state at the sampler's own scale is never decoded where it can be approximated: no VAE has seen such numbers.
    """
    approximate = approximate_decoder(deck)
    if vae is None or not DECODED[choice]:
        return lambda view: approximate
    exact = vae_decoder(deck, vae)
    return lambda view: exact if view.id in DECODED[choice] or not deck.space.rgb_factors else approximate


def vae_decoder(deck: Deck, vae) -> Decoder:
    """Decode through a VAE, which batches and falls back to tiles by itself when memory is short.

    Raises ValueError when the VAE reads latents of another kind.
    """
    _check_fit(deck, vae)

    def decode(latents: Tensor) -> Tensor:
        frames = latents.shape[2] if latents.ndim == 5 else 1
        inside = deck.space.to_vae(latents.float())
        if latents.ndim == 5 and vae.latent_dim == 2:
            flat = vae.decode(rearrange(inside, "b c f h w -> (b f) c h w"))
            return rearrange(flat, "(b f) h w c -> b f h w c", f=frames).float().cpu().clamp(0, 1)
        pictures = vae.decode(inside)
        if pictures.ndim == 4:
            pictures = pictures.unsqueeze(1)
        return _one_a_latent_frame(pictures, frames).float().cpu().clamp(0, 1)

    return Decoder(decode=decode, source="vae")


def _check_fit(deck: Deck, vae) -> None:
    if vae.latent_channels != deck.space.channels:
        raise ValueError(
            f"this VAE reads latents of {vae.latent_channels} channels, but the deck's have {deck.space.channels} "
            f"({deck.space.name}): connect the VAE that belongs to {deck.model}"
        )
    if vae.latent_dim == 3 and len(deck.latent_shape) == 3:
        raise ValueError(
            "this VAE reads video latents, but the deck holds pictures: connect the VAE that belongs to the model"
        )


def _one_a_latent_frame(pictures: Tensor, frames: int) -> Tensor:
    """A video VAE gives more frames than the latent has: keep one for each latent frame, ends included."""
    chosen = torch.linspace(0, pictures.shape[1] - 1, frames).round().long()
    return pictures[:, chosen.to(pictures.device)]
