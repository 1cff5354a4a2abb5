"""Forward noising: a picture under more and more of one noise, and what a model makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comfy_api.latest import io

from ..core.comparing.forward import PLAIN_SCHEDULES
from . import sampling_inputs as sampling
from .sockets import CATEGORY, DeckSocket
from .widget_checks import checked

if TYPE_CHECKING:
    from ..host.mirror import Asking

OFF, GUESS, REGENERATE = "off", "one guess", "guess and regenerate"


class DenoiscopeForward(io.ComfyNode):
    """IMAGE or LATENT to a DECK that climbs from the picture to noise."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeForward",
            display_name="Forward Noising",
            category=CATEGORY,
            description=(
                "Buries a picture in noise, level by level, as training does, and holds up a mirror: what the model"
                " still sees at each level, and what a sampler would make from there."
            ),
            search_aliases=[
                "add noise",
                "forward diffusion",
                "noise schedule",
                "training",
                "noising",
                "noise",
                "mirror",
                "img2img",
            ],
            inputs=[
                io.Image.Input(
                    "image", optional=True, tooltip="The picture to noise, one of them. Or connect a latent instead."
                ),
                io.Vae.Input(
                    "vae",
                    optional=True,
                    tooltip="Encodes the image. Without a VAE and without a model its pixels are noised themselves.",
                ),
                io.Latent.Input("latent", optional=True, tooltip="The latent to noise, instead of an image."),
                io.Model.Input(
                    "model",
                    optional=True,
                    tooltip="Brings its own schedule and latent space, and is what the mirror asks.",
                ),
                io.Conditioning.Input(
                    "positive", optional=True, tooltip="What the mirror tells the model: the prompt."
                ),
                io.Conditioning.Input(
                    "negative", optional=True, tooltip="The other prompt, needed where cfg is not 1."
                ),
                sampling.seed_input(
                    tooltip="Which noise: one for all levels, the same that a sampler draws for this seed."
                ),
                sampling.steps_input(most=1000, tooltip="N steps give N + 1 states; state 0 is the picture."),
                sampling.scheduler_input(
                    default="normal", tooltip="Where the levels lie on the model's noise scale. Only with a model."
                ),
                io.Combo.Input(
                    "schedule",
                    options=list(PLAIN_SCHEDULES),
                    default="variance preserving",
                    tooltip=(
                        "Only without a model. Variance preserving: the 1,000 linear steps of Ho et al. 2020, evenly "
                        "picked. Flow: a straight line from picture to noise."
                    ),
                ),
                io.Combo.Input(
                    "mirror",
                    options=[OFF, GUESS, REGENERATE],
                    default=OFF,
                    tooltip=(
                        "One guess: the model is asked once a level what the picture is. Guess and regenerate: a"
                        " sampler also runs from each level to the end, steps × (steps + 1) / 2 steps more in all."
                    ),
                ),
                sampling.cfg_input(
                    default=1.0,
                    tooltip="Guidance in the mirror. At 1 the model is asked with the prompt alone, as in training.",
                ),
                sampling.sampler_input(tooltip="Regenerates the picture from each level."),
            ],
            outputs=[
                DeckSocket.Output(display_name="deck", tooltip="The picture at every level, from clean to noise.")
            ],
        )

    @classmethod
    @checked
    def execute(
        cls,
        seed,
        steps,
        scheduler,
        schedule,
        mirror,
        cfg,
        sampler_name,
        image=None,
        vae=None,
        latent=None,
        model=None,
        positive=None,
        negative=None,
    ) -> io.NodeOutput:
        from ..host.mirror import hold_mirror
        from ..host.noising import noise_picture

        source = {"image": image, "vae": vae, "latent": latent, "model": model}
        asking = cls._asking(mirror, model, positive, negative, cfg, sampler_name)
        noised = noise_picture(**source, seed=seed, steps=steps, scheduler=scheduler, schedule=schedule)
        return io.NodeOutput(noised.deck() if asking is None else hold_mirror(noised, asking))

    @classmethod
    def _asking(cls, choice, model, positive, negative, cfg, sampler_name) -> Asking | None:
        from ..host.mirror import Asking

        if choice == OFF:
            return None
        wanted = sampler_name if choice == REGENERATE else None
        return Asking(model=model, positive=positive, negative=negative, cfg=cfg, sampler_name=wanted)
