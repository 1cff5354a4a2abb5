"""A LoRA at several ranks from one starting noise: a grid whose every cell keeps its whole way."""

from comfy_api.latest import io

from ..core.tensors import MEBIBYTE
from . import sampling_inputs as sampling
from .sockets import CATEGORY, DeckSocket, LoraSocket
from .widget_checks import check_widgets, checked

NOT_SAMPLED, ROWS = "not sampled", "as more rows"
RANKS, TIMES = "none, 1, 2, 4, 8, full", "4"
"""What stands in the two lists until somebody types."""


class DenoiscopeLoraRankSweep(io.ComfyNode):
    """MODEL, LORA WEIGHTS and ranks to a DECK of cells."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeLoraRankSweep",
            display_name="LoRA Rank Sweep",
            category=CATEGORY,
            description=(
                "Samples the same starting noise with a LoRA cut to rank 1, 2, 4 up to full, and says what each rank "
                "costs, keeps and changes in the picture."
            ),
            search_aliases=["lora rank", "xy plot lora", "compare lora ranks", "lora grid", "truncate lora", "svd"],
            is_output_node=True,
            inputs=[
                io.Model.Input("model", tooltip="The model without the LoRA: each cell applies its own part of it."),
                LoraSocket.Input(
                    "lora",
                    tooltip=(
                        "The LoRA to cut. Its text encoder part is not applied: the prompts come encoded, by whatever "
                        "CLIP you encode them with."
                    ),
                ),
                io.String.Input(
                    "ranks",
                    default=RANKS,
                    tooltip=(
                        "Ranks from left to right, as a list or a range: 1, 2, 4 or 1..8. The words full, the LoRA as "
                        "it is, and none, without it, may stand among them. Distances are measured to full."
                    ),
                ),
                io.Float.Input(
                    "strength",
                    default=1.0,
                    min=-100.0,
                    max=100.0,
                    step=0.01,
                    tooltip="How strongly the model is changed, as in the stock LoRA loader: the same in every cell.",
                ),
                _left_out(),
                sampling.seed_input(),
                sampling.steps_input(),
                sampling.cfg_input(),
                sampling.sampler_input(),
                sampling.scheduler_input(),
                sampling.positive_input(),
                sampling.negative_input(),
                sampling.latent_image_input(),
                sampling.denoise_input(),
                io.Vae.Input(
                    "vae",
                    optional=True,
                    tooltip=(
                        "Measures the distance to the full-rank picture in decoded pixels, too. Without it only "
                        "latents are compared."
                    ),
                ),
                sampling.keep_guidance_input(),
                sampling.memory_input(),
            ],
            outputs=[
                DeckSocket.Output(display_name="deck", tooltip="Every cell with its whole run, by rank."),
                io.Latent.Output(
                    display_name="latent", tooltip="The finished latents as one batch: row by row, as one reads."
                ),
                io.Image.Output(
                    display_name="chart", tooltip="Energy kept, size, and distance to the full-rank picture, by rank."
                ),
                io.String.Output(display_name="table", tooltip="The same numbers, a line a cell, parted by tabs."),
            ],
        )

    @classmethod
    def validate_inputs(cls, **inputs) -> bool:
        """Before anything runs. It raises because ComfyUI would repeat a returned sentence once for each input."""
        from ..core.lora.rank_sweep import rank_grid

        check_widgets(cls.define_schema(), inputs)
        left_out, ranks = inputs.get("left_out"), inputs.get("ranks")
        rank_grid(RANKS if ranks is None else ranks, _times(left_out))
        return True

    @classmethod
    @checked
    def execute(
        cls,
        model,
        lora,
        ranks,
        strength,
        seed,
        steps,
        cfg,
        sampler_name,
        scheduler,
        positive,
        negative,
        latent_image,
        denoise,
        keep_guidance,
        memory_mb,
        left_out=None,
        vae=None,
    ) -> io.NodeOutput:
        from ..core.comparing.cells import Cell
        from ..core.drawing.chart_image import chart_image
        from ..core.lora.rank_chart import rank_chart, rank_table
        from ..core.lora.rank_sweep import rank_grid
        from ..core.telling.chart import chart_payload
        from ..core.telling.contract import RESULTS
        from ..core.telling.rank_sweep import rank_payload
        from ..host.cells import check_cells
        from ..host.decoding import check_pictures
        from ..host.model_facts import facts_of
        from ..host.rank_sweep import check_lora, sample_ranks
        from ..host.start import start_from

        grid = rank_grid(ranks, _times(left_out))
        notes = check_lora(lora, model)
        base = dict(seed=seed, steps=steps, cfg=cfg, sampler_name=sampler_name, scheduler=scheduler, denoise=denoise)
        cells = grid.cells(Cell(label="", place=(), **base))
        start = start_from(
            model, positive=positive, negative=negative, latent=latent_image, keep_guidance=keep_guidance
        )
        check_cells(start, cells, budget_bytes=memory_mb * MEBIBYTE)
        if vae is not None:
            check_pictures(facts_of(model), vae, video=start.latent.ndim == 5)
        sweep = sample_ranks(
            start, grid, cells, lora, strength=strength, budget_bytes=memory_mb * MEBIBYTE, notes=notes, vae=vae
        )
        chart = rank_chart(sweep.cells, lora, strength=strength)
        return io.NodeOutput(
            sweep.deck,
            {"samples": sweep.latents},
            chart_image(chart),
            rank_table(sweep.cells),
            ui={
                RESULTS.rank_sweep: [rank_payload(sweep.cells, lora, strength=strength)],
                RESULTS.chart: [chart_payload(chart)],
            },
        )


def _left_out() -> io.Input:
    """A choice that brings the text in which its values are typed."""
    times = io.String.Input(
        "times",
        default=TIMES,
        tooltip="So many times as strong as in the LoRA, a row for each: 4, or 1, 4, 16.",
    )
    return io.DynamicCombo.Input(
        "left_out",
        options=[io.DynamicCombo.Option(NOT_SAMPLED, []), io.DynamicCombo.Option(ROWS, [times])],
        tooltip=(
            "More rows below: the model with what each rank throws away, alone and amplified, to see what it was. They "
            "cost as much time as the first."
        ),
    )


def _times(left_out: dict | None) -> str | None:
    """The text of the factors, None for no more rows. Raises ValueError for a choice that there is not."""
    if left_out is None:
        raise ValueError(f"left_out: choose {NOT_SAMPLED} or {ROWS}")
    if left_out["left_out"] == NOT_SAMPLED:
        return None
    typed = left_out.get("times")
    return TIMES if typed is None else typed
