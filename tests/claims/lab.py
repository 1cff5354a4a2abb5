"""The pictures that claims are measured on: eight prompts, eight seeds, the settings of the lessons."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import comfy.sample
import torch
from torch import Tensor

from denoiscope.core.measuring.frequency import Band, radial_frequency
from denoiscope.core.recording.deck import Deck
from denoiscope.core.recording.recording import Recording
from denoiscope.host import pocket
from denoiscope.host.decoding import vae_decoder
from denoiscope.host.recorder import record
from denoiscope.training.sampling import How, captions, noise_of, scenes_to_draw, vectors

PICTURES = 8
PLAIN = How(sampler="euler", scheduler="karras", steps=20, guidance=4.0)
"""What the lessons sample with."""
UNGUIDED = replace(PLAIN, guidance=1.0)
OTHER_SEEDS = 2000
BUDGET = 2**30


@dataclass(frozen=True, eq=False)
class Lab:
    """The pocket model, and what was sampled once for several claims.

    The prompts are the plainest captions of the first scenes that docs/pocket.md is measured on, none left out; each
    has a seed of its own, from 1000 on.
    """

    parts: tuple = field(default_factory=pocket.build_pocket_model)
    sampled: dict[How, Deck] = field(default_factory=dict)

    @property
    def model(self):
        return self.parts[0]

    @property
    def clip(self):
        return self.parts[1]

    @property
    def vae(self):
        return self.parts[2]

    @cached_property
    def scenes(self) -> tuple:
        return scenes_to_draw(PICTURES)

    @cached_property
    def prompts(self) -> list[str]:
        return captions(self.scenes)

    @cached_property
    def noise(self) -> Tensor:
        """[picture, channel, row, column]"""
        return noise_of(PICTURES)

    @cached_property
    def other_noise(self) -> Tensor:
        """Noise from other seeds, from 2000 on."""
        return noise_of(PICTURES, OTHER_SEEDS)

    @property
    def other_prompts(self) -> list[str]:
        """Each picture asked for with the next one's prompt."""
        return self.prompts[1:] + self.prompts[:1]

    def deck(self, how: How = PLAIN) -> Deck:
        """All eight, sampled once."""
        if how not in self.sampled:
            self.sampled[how] = self.sample(how)
        return self.sampled[how]

    @cached_property
    def deck_of_other_seeds(self) -> Deck:
        return self.sample(PLAIN, noise=self.other_noise)

    @cached_property
    def deck_of_other_prompts(self) -> Deck:
        return self.sample(PLAIN, prompts=self.other_prompts)

    def sample(
        self,
        how: How = PLAIN,
        *,
        model=None,
        prompts: Sequence[str] | None = None,
        negative: str = "",
        noise: Tensor | None = None,
        start: Tensor | None = None,
        mask: Tensor | None = None,
        step_seed: int = 0,
    ) -> Deck:
        """One batch by ComfyUI's KSampler under the pack's recorder; `start` are latents as a LATENT has them."""
        noise = self.noise if noise is None else noise
        recording = Recording(budget_bytes=BUDGET)
        latents = comfy.sample.sample(
            record(model or self.model, recording),
            noise,
            how.steps,
            how.guidance,
            how.sampler,
            how.scheduler,
            self.conditioning(prompts or self.prompts[: len(noise)]),
            self.conditioning([negative]),
            torch.zeros_like(noise) if start is None else start,
            denoise=how.strength,
            noise_mask=mask,
            disable_pbar=True,
            seed=step_seed,
        )
        return recording.run_of(latents).deck()

    def conditioning(self, prompts: Sequence[str]) -> list:
        """A CONDITIONING with one prompt an item of the batch."""
        return [[vectors(self.clip, list(prompts)), {}]]

    def pictures(self, deck: Deck) -> Tensor:
        """The finished pictures, [picture, height, width, 3] in 0..1."""
        return vae_decoder(deck, self.vae).decode(finals(deck))[:, 0]


def finals(deck: Deck) -> Tensor:
    """The finished latents in the model's space, [picture, channel, row, column]."""
    return torch.stack([trajectory.x[-1] for trajectory in deck.trajectories])


def latents(deck: Deck) -> Tensor:
    """The same as a LATENT has them."""
    return deck.space.to_vae(finals(deck))


def rms(tensor: Tensor) -> list[float]:
    """Root mean square of each picture."""
    return tensor.double().flatten(1).square().mean(1).sqrt().tolist()


def share(of: Sequence[float], whole: Sequence[float]) -> list[float]:
    """Picture by picture."""
    return [one / other for one, other in zip(of, whole, strict=True)]


def apart(made: Tensor, wanted: Tensor) -> list[float]:
    """The distance of each picture: root mean square difference over the root mean square of what is wanted."""
    return share(rms(made - wanted), rms(wanted))


def correlation(made: Tensor, wanted: Tensor, band: Band) -> list[float]:
    """How alike each two pictures are within one band: 1 is alike, 0 is nothing in common. Both [picture, channel, row,
    column].
    """
    frequency = radial_frequency(*made.shape[-2:])
    inside = (frequency > band.low) & (frequency <= band.high)
    one, other = (torch.view_as_real(torch.fft.fft2(x.double())[..., inside]).flatten(1) for x in (made, wanted))
    return torch.cosine_similarity(one, other).tolist()
