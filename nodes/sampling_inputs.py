"""The inputs that every node which samples has, as the stock KSampler has them."""

from comfy_api.latest import io

from ..core.recording.trajectory import LARGEST_SEED
from ..host.sampling import samplers, schedulers


def model_input() -> io.Input:
    return io.Model.Input("model", tooltip="The model that denoises.")


def seed_input(*, tooltip: str = "Which noise to start from.") -> io.Input:
    return io.Int.Input(
        "seed",
        default=0,
        min=0,
        max=LARGEST_SEED,
        control_after_generate=True,
        tooltip=tooltip,
    )


def steps_input(*, most: int = 10000, tooltip: str = "N steps give N + 1 states.") -> io.Input:
    return io.Int.Input("steps", default=20, min=1, max=most, tooltip=tooltip)


GUIDANCE = "Guidance: how far to go from the guess without the prompt to the guess with it, and beyond."


def cfg_input(*, default: float = 4.0, tooltip: str = GUIDANCE) -> io.Input:
    return io.Float.Input(
        "cfg",
        default=default,
        min=0.0,
        max=100.0,
        step=0.1,
        round=0.01,
        tooltip=tooltip,
    )


def sampler_input(*, tooltip: str = "How a step is taken.") -> io.Input:
    return io.Combo.Input("sampler_name", options=samplers(), default="euler", tooltip=tooltip)


def scheduler_input(*, default: str = "karras", tooltip: str = "Where on the noise scale steps lie.") -> io.Input:
    return io.Combo.Input("scheduler", options=schedulers(), default=default, tooltip=tooltip)


def positive_input() -> io.Input:
    return io.Conditioning.Input("positive", tooltip="The prompt.")


def negative_input() -> io.Input:
    return io.Conditioning.Input("negative", tooltip="What the other prediction is told: empty, or what to avoid.")


def latent_image_input() -> io.Input:
    return io.Latent.Input("latent_image", tooltip="The latent to start from: empty, or a picture's.")


def denoise_input(*, least: float = 0.01) -> io.Input:
    return io.Float.Input(
        "denoise",
        default=1.0,
        min=least,
        max=1.0,
        step=0.01,
        tooltip="Below 1 only the last part of the schedule is walked, from a noised latent_image.",
    )


def keep_guidance_input(*, default: bool = True) -> io.Input:
    return io.Boolean.Input(
        "keep_guidance",
        default=default,
        tooltip=(
            "Also keep the two predictions behind guidance, with and without the prompt. Doubles the memory of a deck."
        ),
    )


def cells_at_once_input() -> io.Input:
    return io.Int.Input(
        "cells_at_once",
        default=0,
        min=0,
        max=256,
        advanced=True,
        tooltip=(
            "How many cells are sampled as one batch. 0: as many as the memory holds and the hardware favours; 1: one "
            "after another, each a KSampler's run to the last digit. In a batch the last digits differ: a network sums "
            "in another order there."
        ),
    )


def memory_input(*, tooltip: str = "Memory that all kept cells together may take, in MB.") -> io.Input:
    return io.Int.Input(
        "memory_mb",
        default=1024,
        min=1,
        max=1_048_576,
        advanced=True,
        tooltip=tooltip,
    )
