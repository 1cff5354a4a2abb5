"""Late decoding with ComfyUI's VAE: which decoder serves which view, and what to say when a VAE does not fit."""

import copy
from collections.abc import Callable
from dataclasses import replace

import comfy.model_management
import torch
from einops import rearrange
from torch import Tensor

from ..core.filled_sentence import filled
from ..core.latent_space import LatentSpace
from ..core.measuring.pictures import RawDecoder
from ..core.recording.deck import Deck
from ..core.recording.model_facts import ModelFacts
from ..core.showing.decode_time import Allowance
from ..core.showing.rendering import Decoder, approximate_decoder
from ..core.showing.views import AS_TIME_ALLOWS, DECODED, EVERYTHING, View
from .comfyui import Vae

COLOURS = 3
SOUND = filled("This latent is sound and has no pictures: its numbers stand in the view of the latent channels.")
TRANSPARENCY = filled("The VAE also gives transparency, which these pictures leave out.")


def decoding_notes(vae: Vae | None) -> tuple[str, ...]:
    """Notes on pictures of this VAE, or of the approximation (None), for everybody who looks at them."""
    return (TRANSPARENCY,) if vae is not None and vae.output_channels > COLOURS else ()


def decoders(deck: Deck, vae: Vae | None, choice: str = EVERYTHING) -> Callable[[View], Decoder]:
    """For each view the VAE's decoder or the approximation. Without colour factors the VAE decodes whatever is shown.

    The state at the sampler's own scale is never decoded where it can be approximated: no VAE has seen such numbers.
    Pixels need no VAE, whatever is connected.
    """
    approximate = approximate_decoder(deck)
    if gives_sound(vae) or deck.space.axes == 1:
        return lambda view: replace(approximate, why=SOUND)
    if vae is None or deck.space.is_pixels or not DECODED[choice]:
        return lambda view: approximate
    exact = vae_decoder(deck, vae)
    if not deck.space.rgb_factors:
        return lambda view: exact
    if choice == AS_TIME_ALLOWS:
        allowance = Allowance(exact, approximate, sum(t.states for t in deck.trajectories))
        return lambda view: allowance.next() if view.id in DECODED[choice] else approximate
    return lambda view: exact if view.id in DECODED[choice] else approximate


def gives_sound(vae: Vae | None) -> bool:
    """Two channels are the left and the right: a VAE of pictures gives three colours."""
    return vae is not None and getattr(vae, "output_channels", COLOURS) < COLOURS


def vae_decoder(deck: Deck, vae: Vae) -> Decoder:
    """Decode through a VAE, which batches and falls back to tiles by itself when memory is short.

    Raises ValueError when the VAE reads latents of another kind.
    """
    _check_fit(vae, deck.space, deck.model, video=len(deck.latent_shape) == 4)
    return Decoder(decode=lambda latents: _decoded(vae, deck.space, latents).clamp(0, 1), source="vae")


def raw_decoder(deck: Deck, vae: Vae | None) -> RawDecoder | None:
    """Decode for measuring: as the VAE gives it, before numbers beyond black and white are cut off.

    Without a VAE the approximation, whose colours are not worth measuring, or None where there is none. Raises
    ValueError when the VAE reads latents of another kind.
    """
    if deck.space.is_pixels:
        return RawDecoder(decode=_pixels, exact=True, uncut=True)
    if vae is None or gives_sound(vae) or deck.space.axes == 1:
        decode = approximate_decoder(deck).decode
        return RawDecoder(decode=decode, exact=False, uncut=False) if deck.space.rgb_factors else None
    _check_fit(vae, deck.space, deck.model, video=len(deck.latent_shape) == 4)
    reader = _without_cut(vae)
    return RawDecoder(
        decode=lambda latents: _decoded(reader or vae, deck.space, latents), exact=True, uncut=reader is not None
    )


def _decoded(vae, space: LatentSpace, latents: Tensor) -> Tensor:
    """[batch, channel, (frame,) height, width] to [batch, frame, height, width, 3]; an interrupt ends it before."""
    comfy.model_management.throw_exception_if_processing_interrupted()
    frames = latents.shape[2] if latents.ndim == 5 else 1
    inside = space.to_vae(latents.float())
    if latents.ndim == 5 and vae.latent_dim == 2:
        flat = vae.decode(rearrange(inside, "b c f h w -> (b f) c h w"))
        return _colours(rearrange(flat, "(b f) h w c -> b f h w c", f=frames))
    pictures = vae.decode(inside)
    if pictures.ndim == 4:
        pictures = pictures.unsqueeze(1)
    return _colours(_one_a_latent_frame(pictures, frames))


def _colours(pictures: Tensor) -> Tensor:
    """Red, green and blue: some VAEs give transparency as a fourth, as Qwen-Image-Layered's does."""
    return pictures[..., :COLOURS].float().cpu()


def _pixels(latents: Tensor) -> Tensor:
    """Latents that are pixels in -1..1."""
    frames = latents if latents.ndim == 5 else latents.unsqueeze(2)
    return (rearrange(frames, "b c f h w -> b f h w c").float() + 1) / 2


def _without_cut(vae):
    """The VAE with its last line, (image + 1) / 2 cut off at 0 and 1, left uncut; None where its last line is another.

    ComfyUI writes that line into the VAE as `process_output`, which changes the picture in place.
    """
    probe = torch.tensor([-3.0, -1.0, 0.5, 1.0, 3.0])
    if not torch.equal(vae.process_output(probe.clone()), ((probe + 1) / 2).clamp(0, 1)):
        return None
    uncut = copy.copy(vae)
    uncut.process_output = lambda image: image.add_(1.0).div_(2.0)
    return uncut


def check_pictures(facts: ModelFacts, vae: Vae | None, *, video: bool) -> None:
    """Before anything is sampled. Raises ValueError when finished latents of the model could not be shown."""
    if facts.space.axes == 1 or gives_sound(vae):
        raise ValueError("this model makes sound or a row of numbers, and no pictures whose distance could be measured")
    if vae is not None:
        _check_fit(vae, facts.space, facts.name, video=video)
    elif not facts.space.rgb_factors:
        raise ValueError(facts.space.why_no_colours)


def _check_fit(vae, space: LatentSpace, model: str, *, video: bool) -> None:
    if vae.latent_channels != space.channels:
        raise ValueError(
            filled(
                "this VAE reads latents of {1} channels, but the deck's have {2} ({3}): connect the VAE that belongs to"
                " {4}",
                vae.latent_channels,
                space.channels,
                space.name,
                model,
            )
        )
    if vae.latent_dim == 3 and not video:
        raise ValueError(
            "this VAE reads video latents, but the deck holds pictures: connect the VAE that belongs to the model"
        )


def _one_a_latent_frame(pictures: Tensor, frames: int) -> Tensor:
    """A video VAE gives more frames than the latent has: keep one for each latent frame, ends included."""
    chosen = torch.linspace(0, pictures.shape[1] - 1, frames).round().long()
    return pictures[:, chosen.to(pictures.device)]
