"""One start, one thing changed, or two: a grid whose every cell keeps its whole way."""

from functools import partial
from typing import Any

from comfy_api.latest import io

from ..core.comparing.sweep import Grid, choose
from ..core.comparing.sweep_settings import (
    MODEL,
    NO_AXIS,
    PROMPT_SWITCH,
    PROMPT_WORDS,
    SAMPLERS,
    SCHEDULERS,
    SETTINGS,
    STEPS_LIMIT,
)
from ..core.tensors import MEBIBYTE
from . import sampling_inputs as sampling
from .sockets import CATEGORY, DeckSocket, LoraSocket
from .widget_checks import check_widgets, checked

MODELS_AT_MOST = 16
ANYTHING = {"seed": 0, "steps": STEPS_LIMIT, "cfg": 1.0, "sampler_name": "", "scheduler": "", "denoise": 1.0}
"""Stands for a setting that is linked, before its value is known."""


class DenoiscopeSweep(io.ComfyNode):
    """MODEL and values to a DECK of cells."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeSweep",
            display_name="Sweep",
            category=CATEGORY,
            description=(
                "Samples the same starting noise again and again with one thing changed, or two, and keeps every cell "
                "as a whole run."
            ),
            search_aliases=[
                *("xy plot", "grid", "compare samplers", "cfg sweep", "parameter sweep", "prompt switch"),
                *("compare models", "lora strength", "CFG", "prompt s/r", "controlnet strength", "clip skip"),
            ],
            inputs=[
                sampling.model_input(),
                sampling.seed_input(),
                sampling.steps_input(),
                sampling.cfg_input(),
                sampling.sampler_input(),
                sampling.scheduler_input(),
                sampling.positive_input(),
                sampling.negative_input(),
                sampling.latent_image_input(),
                sampling.denoise_input(),
                _axis("axis", "What changes from column to column.", options=[]),
                _axis("second_axis", "What changes from row to row, if anything.", options=[NO_AXIS]),
                io.Conditioning.Input(
                    "positive_after",
                    optional=True,
                    tooltip="For the axis prompt switch: the prompt that takes over at that step.",
                ),
                sampling.keep_guidance_input(),
                sampling.cells_at_once_input(),
                sampling.memory_input(),
                _models_input(),
                LoraSocket.Input("lora", optional=True, tooltip="For the axis LoRA strength: from Load LoRA Weights."),
                io.Clip.Input(
                    "clip",
                    optional=True,
                    tooltip="For the axes prompt words and clip skip: the CLIP that encodes positive and negative.",
                ),
            ],
            outputs=[
                DeckSocket.Output(display_name="deck", tooltip="Every cell with its whole run, on its axes."),
                io.Latent.Output(
                    display_name="latent", tooltip="The finished latents as one batch: row by row, as one reads."
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, **inputs) -> bool:
        """Before anything runs. It raises because ComfyUI would repeat a returned sentence once for each input."""
        check_widgets(cls.define_schema(), inputs)
        base = {name: value for name, value in inputs.items() if name in ANYTHING and value is not None}
        typed = _typed(inputs.get("axis"), inputs.get("second_axis"), "positive_after" in inputs)
        known = [(name, text) for name, text in typed if text is not None]
        if known == typed:
            _grid(ANYTHING | base, known).check_cells()
        return True

    @classmethod
    @checked
    def execute(
        cls,
        model,
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
        cells_at_once,
        memory_mb,
        axis=None,
        second_axis=None,
        positive_after=None,
        models: io.Autogrow.Type | None = None,
        lora=None,
        clip=None,
    ) -> io.NodeOutput:
        from ..host.cell_variants import sample_variants
        from ..host.embedded_guidance import reads_guidance
        from ..host.start import start_from
        from ..host.stopped import keep_finished

        base = dict(seed=seed, steps=steps, cfg=cfg, sampler_name=sampler_name, scheduler=scheduler, denoise=denoise)
        typed = _typed(axis, second_axis, positive_after is not None)
        grid = _grid(base, typed, embedded=reads_guidance(model))

        start = start_from(
            model,
            positive=positive,
            negative=negative,
            after=positive_after,
            latent=latent_image,
            keep_guidance=keep_guidance,
        )
        variants = _variants(grid, model, models or {}, lora, clip)
        sample = partial(
            sample_variants, start, variants=variants, budget_bytes=memory_mb * MEBIBYTE, at_once=cells_at_once
        )
        grid.check_size(sample)
        cells = grid.cells()
        deck, latents = keep_finished(sample(cells), cells, kind="sweep", axes=grid.axes)
        return io.NodeOutput(deck, {"samples": latents})


def _models_input() -> io.Input:
    one = io.Model.Input(
        "model", optional=True, tooltip="For the axis model: another one, as any loader or LoRA gives it."
    )
    return io.Autogrow.Input(
        "models",
        template=io.Autogrow.TemplateNames(one, names=[f"model_{n}" for n in range(2, MODELS_AT_MOST + 1)], min=0),
        optional=True,
        tooltip="For the axis model: those that are compared with model, in the order of their names.",
    )


def _variants(grid: Grid, model, models: dict, lora, clip):
    from ..host.cell_variants import Variants, named

    values = {chosen.setting.name: [str(value) for value in chosen.values] for chosen in grid.chosen}
    others = [other for other in models.values() if other is not None]
    return Variants(
        models=named(values[MODEL], model, others) if MODEL in values else {},
        lora=lora,
        clip=clip,
        searched=values.get(PROMPT_WORDS, [""])[0],
    )


def _axis(id: str, tooltip: str, *, options: list[str]) -> io.Input:
    """A choice of setting; each brings the text in which its values are typed."""
    empty = [io.DynamicCombo.Option(name, []) for name in options]
    settings = [
        io.DynamicCombo.Option(
            setting.name, [io.String.Input(setting.input, default=setting.default, tooltip=setting.help)]
        )
        for setting in SETTINGS.values()
    ]
    return io.DynamicCombo.Input(id, options=[*empty, *settings], tooltip=tooltip)


def _typed(axis: dict | None, second_axis: dict | None, has_after: bool) -> list[tuple[str, Any]]:
    """The chosen settings and the text of their values, None where that is linked and not yet known."""
    if axis is None or second_axis is None:
        name, choices = ("axis", SETTINGS) if axis is None else ("second_axis", (NO_AXIS, *SETTINGS))
        raise ValueError(f"{name}: choose one of {', '.join(choices)}")
    chosen = [(axis["axis"], axis), (second_axis["second_axis"], second_axis)]
    typed = [(name, values.get(SETTINGS[name].input)) for name, values in chosen if name != NO_AXIS]
    if not has_after and PROMPT_SWITCH in dict(typed):
        raise ValueError(f"the axis {PROMPT_SWITCH!r} needs a prompt to switch to: connect positive_after")
    return typed


def _grid(base: dict, typed: list[tuple[str, str]], *, embedded: bool = False) -> Grid:
    from ..core.comparing.cells import Cell
    from ..host.sampling import samplers, schedulers

    names = {SAMPLERS: samplers(), SCHEDULERS: schedulers()}
    chosen = tuple(choose(name, text, names, embedded=embedded) for name, text in typed)
    return Grid(base=Cell(label="", place=(), **base), chosen=chosen)
