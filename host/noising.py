"""A picture at every noise level of a schedule: a model's own, mixed as its samplers mix it, or a plain one."""

from dataclasses import dataclass

import comfy.sample
import torch
from torch import Tensor

from ..core.comparing.forward import (
    NO_MODEL,
    PLAIN_SCHEDULES,
    Noised,
    check_size,
    noised,
    space_at_spread_one,
    turned_round,
)
from ..core.filled_sentence import filled
from ..core.latent_space import PIXELS, LatentSpace
from ..core.recording.model_facts import ModelFacts
from ..core.recording.trajectory import Settings
from .comfyui import Model, Vae
from .model_facts import facts_of
from .newer_comfyui import one_tensor
from .schedules import sigmas_of

CLOSE = 1e-3
"""How exactly a model must mix picture and noise by the closed form; float32 leaves 1e-6 of it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """What is to be noised: LATENT samples [1, channel, ...], and their space where no model is needed to know it."""

    samples: Tensor
    space: LatentSpace | None = None
    downscale: int = 8
    batch_index: list[int] | None = None
    notes: tuple[str, ...] = ()


def noise_picture(
    *,
    image: Tensor | None,
    vae: Vae | None,
    latent: dict | None,
    model: Model | None,
    seed: int,
    steps: int,
    scheduler: str,
    schedule: str,
) -> Noised:
    """An IMAGE [1, height, width, 3] or a LATENT, noised with what ComfyUI draws for `seed`.

    With a MODEL at the levels of its `scheduler`; without one at those of the plain `schedule`, where an IMAGE is
    noised as pixels, or as latents of the VAE when there is one, and latents are brought to spread 1. Raises
    ValueError for what cannot be noised.
    """
    if steps < 1:
        raise ValueError(f"steps must be 1 or more, got {steps}")
    picture = _checked(_picture(image, vae, latent, model))
    if model is None:
        return _on_a_plain_schedule(picture, schedule, seed, steps)
    return _on_the_models_schedule(picture, model, scheduler, seed, steps)


def _picture(image: Tensor | None, vae, latent: dict | None, model) -> Picture:
    if image is not None and latent is not None:
        raise ValueError(filled("forward noising takes an image or a latent, and both came: connect one of them"))
    if latent is not None:
        return _of_latent(latent, vae)
    if image is None:
        raise ValueError(filled("forward noising takes an image or a latent, and neither came: connect one of them"))
    if vae is not None:
        return _encoded(image, vae)
    if model is not None:
        raise ValueError(filled("this model works on latents, not on pixels: connect the VAE that belongs to it"))
    return Picture(samples=image[..., :3].movedim(-1, 1) * 2 - 1, space=PIXELS)


def _of_latent(latent: dict, vae) -> Picture:
    samples = one_tensor(latent["samples"], "noise it")
    if torch.count_nonzero(samples) == 0:
        raise ValueError(
            filled("this latent is empty, all zeros: connect the latent of a picture (VAE Encode, or a sampler)")
        )
    masked = (filled("The latent's noise mask was left aside: all of it is noised."),) if "noise_mask" in latent else ()
    return Picture(
        samples=samples,
        batch_index=latent.get("batch_index"),
        notes=masked,
        downscale=8 if vae is None else int(vae.spacial_compression_encode()),
    )


def _encoded(image: Tensor, vae) -> Picture:
    """Through the VAE, which cuts a picture down to what it can take."""
    cell = int(vae.spacial_compression_encode())
    before, after = (tuple(pixels.shape[1:3]) for pixels in (image, vae.vae_encode_crop_pixels(image)))
    if 0 in after:
        raise ValueError(f"a picture of {_size(before)} pixels is smaller than one latent cell of {cell} x {cell}")
    cut = filled(
        "The picture was cut from {1} to {2} pixels: the VAE takes multiples of {3}.",
        _size(before),
        _size(after),
        cell,
    )
    return Picture(samples=vae.encode(image), downscale=cell, notes=(cut,) if before != after else ())


def _size(height_and_width: tuple[int, int]) -> str:
    return "{1} x {0}".format(*height_and_width)


def _checked(picture: Picture) -> Picture:
    samples = picture.samples
    if samples.ndim == 3:
        raise ValueError(
            f"a picture is noised here, and a latent of one axis came ({list(samples.shape)}), as of sound"
        )
    if samples.shape[0] != 1:
        raise ValueError(
            filled(
                "a batch of {1} came, and one picture is noised: pick one with Get Image from Batch or Get Latent From"
                " Batch",
                samples.shape[0],
            )
        )
    if not torch.isfinite(samples).all():
        raise ValueError("the picture holds values that are not numbers (NaN or infinite): connect another one")
    return picture


def _on_a_plain_schedule(picture: Picture, schedule: str, seed: int, steps: int) -> Noised:
    plain = PLAIN_SCHEDULES[schedule]
    _check_dimensions(picture.samples)
    latent, noise = _latent(picture), _noise(picture, seed)
    space = picture.space or space_at_spread_one(latent, picture.downscale)
    sigmas = plain.sigmas(steps)
    check_size(latent, len(sigmas))
    return Noised(
        facts=ModelFacts(name=NO_MODEL, parameterization=plain.parameterization, space=space),
        x=noised(space.to_model(latent), noise, sigmas, plain.parameterization),
        noise=noise,
        latent=latent,
        sigmas=sigmas,
        settings=Settings(seed=seed, scheduler=plain.levels),
        notes=(*picture.notes, *_brought_to_spread_one(space)),
    )


def _brought_to_spread_one(space: LatentSpace) -> tuple[str, ...]:
    if space.is_pixels:
        return ()
    return (
        filled(
            "No model says how large these latents should be: they were multiplied by {1}, which brings this picture "
            "to spread 1. Connect its model for the model's own scale and schedule.",
            f"{space.scale[0]:.3g}",
        ),
    )


def _on_the_models_schedule(picture: Picture, model, scheduler: str, seed: int, steps: int) -> Noised:
    facts = facts_of(model)
    latent_format = model.get_model_object("latent_format")
    _check_channels(picture.samples, latent_format, facts)
    latent = one_tensor(comfy.sample.fix_empty_latent_channels(model, _latent(picture)), "noise it")
    _check_dimensions(latent, latent_format)
    sampling = model.get_model_object("model_sampling")
    sigmas = turned_round(sigmas_of(model, scheduler, steps, denoise=1.0))
    check_size(latent, len(sigmas))
    noise = _noise(picture, seed).view_as(latent)
    strength = float(getattr(sampling, "noise_scale", 1.0))
    return Noised(
        facts=facts,
        x=_mixed(sampling, latent_format.process_in(latent), noise, sigmas, facts, strength),
        noise=noise,
        latent=latent,
        sigmas=sigmas,
        settings=Settings(seed=seed, scheduler=scheduler),
        notes=(*picture.notes, *facts.notes, *_strong(strength)),
    )


def _strong(strength: float) -> tuple[str, ...]:
    return (filled("This model's noise is {1} times as strong as usual.", f"{strength:g}"),) if strength != 1 else ()


def _mixed(sampling, x0: Tensor, noise: Tensor, sigmas: Tensor, facts: ModelFacts, strength: float) -> Tensor:
    """What the model's samplers start from at each level. Raises ValueError where that is not the closed form."""
    x = torch.cat([sampling.noise_scaling(sigma, noise, x0) for sigma in sigmas.float()])
    if not torch.allclose(x, noised(x0, noise * strength, sigmas, facts.parameterization), rtol=CLOSE, atol=CLOSE):
        raise ValueError(
            f"{facts.name} does not start from a picture mixed with noise: there is no forward noising to show for it"
        )
    return x


def _check_channels(samples: Tensor, latent_format, facts: ModelFacts) -> None:
    if samples.shape[1] != latent_format.latent_channels:
        raise ValueError(
            filled(
                "this model works on latents of {1} channels ({2}), and the picture's have {3}: encode it with the VAE"
                " that belongs to the model",
                latent_format.latent_channels,
                facts.space.name,
                samples.shape[1],
            )
        )


def _check_dimensions(latent: Tensor, latent_format=None) -> None:
    if latent.ndim not in (4, 5):
        raise ValueError(
            f"pictures and videos can be noised, but the latent that came is of shape {list(latent.shape)}"
        )
    if latent_format is not None and latent.ndim != latent_format.latent_dimensions + 2:
        raise ValueError("this latent is a video's, and the model works on single pictures: connect a video model")


def _latent(picture: Picture) -> Tensor:
    return picture.samples.detach().to("cpu", torch.float32)


def _noise(picture: Picture, seed: int) -> Tensor:
    """Drawn as the stock samplers draw it, for the latent as it came."""
    return comfy.sample.prepare_noise(picture.samples, seed, picture.batch_index).to("cpu", torch.float32)
