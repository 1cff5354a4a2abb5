"""From seed to seed through starting noise: every stop sampled, or its noise handed to a sampler of your own."""

from functools import partial

from comfy_api.latest import io

from ..core.comparing.noise_walk import EASES, MIXINGS, STOPS_AT_MOST, Walk
from ..core.tensors import MEBIBYTE
from ..core.value_list import choice_of, parse_whole_numbers
from . import sampling_inputs as sampling
from .sockets import CATEGORY, DeckSocket, vae_input
from .widget_checks import check_widgets, checked

EQUAL_ANGLES, EQUAL_DIFFERENCES = "equal angles", "equal differences"
PASSES = {EQUAL_ANGLES: 1, EQUAL_DIFFERENCES: 2}
"""Ways to space the stops, and how many times as many stops each samples."""
EVEN = "even"


class DenoiscopeSeedWalk(io.ComfyNode):
    """MODEL and seeds to the IMAGE batch and DECK of a walk."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeSeedWalk",
            display_name="Seed Walk",
            category=CATEGORY,
            description=(
                "Walks from seed to seed along the great circle between their noises and samples every stop: between "
                "two pictures lie pictures, not a cross-fade."
            ),
            search_aliases=["slerp noise", "latent walk", "seed travel", "interpolate seeds", "noise interpolation"],
            inputs=[
                sampling.model_input(),
                _seeds(),
                _frames_between(),
                _loop(),
                sampling.steps_input(),
                sampling.cfg_input(),
                sampling.sampler_input(),
                sampling.scheduler_input(),
                sampling.positive_input(),
                sampling.negative_input(),
                sampling.latent_image_input(),
                _mixing(),
                _ease(),
                io.Combo.Input(
                    "spacing",
                    options=list(PASSES),
                    default=EQUAL_ANGLES,
                    tooltip=(
                        "Equal angles: even steps through the noise. Equal differences: as many stops again are "
                        "sampled where neighbours differ most, and those kept that differ most evenly; twice the time."
                    ),
                ),
                vae_input(),
                sampling.keep_guidance_input(default=False),
                sampling.cells_at_once_input(),
                sampling.memory_input(),
            ],
            outputs=[
                io.Image.Output(
                    display_name="images",
                    tooltip="The finished picture of every stop, in walking order; of a video all its frames.",
                ),
                DeckSocket.Output(
                    display_name="deck", tooltip="Every stop with its whole run: play the walk at any step of it."
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, seeds=None, frames_between=None, loop=None, mixing=None, ease=None, spacing=None) -> bool:
        """Before anything runs. It raises because ComfyUI would repeat a returned sentence once for each input."""
        check_widgets(cls.define_schema(), {"spacing": spacing})
        _check_spacing(spacing, ease)
        return _check_typed(cls, seeds, frames_between, loop, mixing, ease)

    @classmethod
    @checked
    def execute(
        cls,
        model,
        seeds,
        frames_between,
        loop,
        steps,
        cfg,
        sampler_name,
        scheduler,
        positive,
        negative,
        latent_image,
        mixing,
        ease,
        spacing,
        keep_guidance,
        cells_at_once,
        memory_mb,
        vae=None,
    ) -> io.NodeOutput:
        from ..core.comparing.walk_notes import say_length, say_step_noise
        from ..host.cell_progress import CellProgress
        from ..host.cells import sample_cells
        from ..host.decoding import check_pictures
        from ..host.item_noise import adds_noise
        from ..host.model_facts import facts_of
        from ..host.noise import fitted, starting_noises
        from ..host.start import start_from
        from ..host.walking import cells_of, final_pictures, walk_once, walk_twice

        _check_spacing(spacing, ease)
        walk = _walk(seeds, loop, mixing)
        stops = walk.stops(frames_between, ease)
        fitting = fitted(model, latent_image)
        check_pictures(facts_of(model), vae, video=fitting["samples"].ndim == 5)
        noises = starting_noises(fitting, walk.seeds)
        passes = PASSES[spacing]
        again = (passes - 1) * (len(stops) - len(walk.seeds))
        progress = CellProgress(model, steps * (len(stops) + again))

        start = start_from(
            model, positive=positive, negative=negative, latent=latent_image, keep_guidance=keep_guidance
        )
        budget_bytes = memory_mb * MEBIBYTE // passes
        sample = partial(sample_cells, start, budget_bytes=budget_bytes, at_once=cells_at_once, progress=progress)
        run = dict(steps=steps, cfg=cfg, sampler_name=sampler_name, scheduler=scheduler)
        visit = walk_twice if spacing == EQUAL_DIFFERENCES else walk_once
        walked = visit(walk, stops, partial(cells_of, walk, noises, run), sample)
        step_noise = say_step_noise(walk, sampler_name) if adds_noise(sampler_name) else ""
        walked = walked.with_notes(say_length(walk, stops, noises), step_noise)
        return io.NodeOutput(final_pictures(walked, vae), walked.deck)


class DenoiscopeWalkNoise(io.ComfyNode):
    """Seeds to the NOISE of a walk, for samplers that take one."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeWalkNoise",
            display_name="Seed Walk Noise",
            category=CATEGORY,
            description=(
                "The starting noise of a whole walk as one batch, for SamplerCustomAdvanced: item by item it turns "
                "from one seed's noise into the next one's."
            ),
            search_aliases=["slerp noise", "noise batch", "latent walk", "random noise", "interpolate seeds"],
            inputs=[
                io.Latent.Input("latent", tooltip="One empty latent: its size is that of every stop."),
                _seeds(),
                _frames_between(),
                _loop(),
                _mixing(),
                _ease(),
            ],
            outputs=[
                io.Noise.Output(display_name="noise", tooltip="Connect it to the noise of SamplerCustomAdvanced."),
                io.Latent.Output(
                    display_name="latent", tooltip="The latent, once for each stop: connect it to the same sampler."
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, seeds=None, frames_between=None, loop=None, mixing=None, ease=None) -> bool:
        """Before anything runs. It raises because ComfyUI would repeat a returned sentence once for each input."""
        return _check_typed(cls, seeds, frames_between, loop, mixing, ease)

    @classmethod
    @checked
    def execute(cls, latent, seeds, frames_between, loop, mixing, ease) -> io.NodeOutput:
        from ..host.noise import WalkNoise, repeated

        walk = _walk(seeds, loop, mixing)
        stops = walk.stops(frames_between, ease)
        return io.NodeOutput(WalkNoise(walk=walk, stops=stops), repeated(latent, len(stops)))


def _seeds() -> io.Input:
    return io.String.Input(
        "seeds",
        default="1, 2, 3",
        tooltip="The seeds to walk over, in order, two or more: 1, 2, 3 or 5..8. A seed may come again.",
    )


def _frames_between() -> io.Input:
    return io.Int.Input(
        "frames_between",
        default=5,
        min=0,
        max=STOPS_AT_MOST,
        tooltip="Stops between each seed and the next. 0: the seeds alone.",
    )


def _loop() -> io.Input:
    return io.Boolean.Input(
        "loop", default=False, tooltip="Go on from the last seed to the first, so that the film has no seam."
    )


def _mixing() -> io.Input:
    return io.Combo.Input(
        "mixing",
        options=list(MIXINGS),
        default="spherical",
        tooltip=(
            "Spherical keeps the noise as strong as the sampler expects. Linear makes it too weak between the seeds: "
            "see what goes missing half-way."
        ),
    )


def _ease() -> io.Input:
    return io.Combo.Input(
        "ease",
        options=list(EASES),
        default=EVEN,
        tooltip="Even: every step turns the noise as far. Slow at the seeds: the walk rests there.",
    )


def _walk(seeds: str, loop: bool, mixing: str) -> Walk:
    return Walk(seeds=parse_whole_numbers(seeds, "seeds", repeats=True), loop=loop, mixing=mixing)


def _check_typed(node: type[io.ComfyNode], seeds, frames_between, loop, mixing, ease) -> bool:
    """What is linked is None and waits for the run. Raises ValueError."""
    typed = {"seeds": seeds, "frames_between": frames_between, "mixing": mixing, "ease": ease}
    check_widgets(node.define_schema(), typed)
    if seeds is not None:
        walk = _walk(seeds, bool(loop), mixing or "spherical")
        walk.stops(frames_between or 0, ease or EVEN)
    return True


def _check_spacing(spacing: str | None, ease: str | None) -> None:
    if spacing is not None:
        choice_of(spacing, "spacing", list(PASSES))
    if spacing == EQUAL_DIFFERENCES and ease not in (None, EVEN):
        raise ValueError(
            f'equal differences leave no room for the ease "{ease}", under which neighbours differ less at the seeds: '
            f'choose the ease "{EVEN}", or the spacing "{EQUAL_ANGLES}"'
        )
