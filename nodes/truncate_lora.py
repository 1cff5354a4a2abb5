"""A LoRA cut to a lower rank, applied and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comfy_api.latest import io

from ..core.lora.precisions import PRECISIONS
from .sockets import CATEGORY, LoraSocket, lora_prefix_input
from .widget_checks import checked

if TYPE_CHECKING:
    from ..core.lora.truncation import Choose

FIXED, BY_ENERGY = "a fixed rank", "a share of the energy"
NO_CHOICE = f"keep: choose {FIXED} or {BY_ENERGY}"
NO_MODEL = "Truncate LoRA has no MODEL to apply the LoRA to: connect its input model, or use only its output lora"
NO_CLIP = "Truncate LoRA has no CLIP to apply the LoRA to: connect its input clip, or use only its output lora"


class DenoiscopeTruncateLora(io.ComfyNode):
    """LORA WEIGHTS to fewer of them, and to MODEL and CLIP with these applied."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeTruncateLora",
            display_name="Truncate LoRA",
            category=CATEGORY,
            description=(
                "Cuts each layer of a LoRA to the nearest update of a lower rank, the best that so few numbers can do, "
                "and applies it as the stock loader would."
            ),
            search_aliases=["resize lora", "lora rank", "compress lora", "svd", "smaller lora", "apply lora"],
            is_output_node=True,
            inputs=[
                LoraSocket.Input("lora", tooltip="The LoRA to cut. It is not changed: a new one is made."),
                _keep(),
                io.Model.Input("model", optional=True, tooltip="The diffusion model that the cut LoRA is applied to."),
                io.Clip.Input("clip", optional=True, tooltip="The CLIP that the cut LoRA is applied to."),
                _strength("strength_model", "diffusion model"),
                _strength("strength_clip", "CLIP"),
                lora_prefix_input(),
                io.Combo.Input(
                    "precision",
                    options=list(PRECISIONS),
                    default=next(iter(PRECISIONS)),
                    advanced=True,
                    tooltip=(
                        "How new factors are kept. Files of eight bits get float16. Layers that are not cut stay as "
                        "they are."
                    ),
                ),
            ],
            outputs=[
                io.Model.Output(display_name="model", tooltip="The diffusion model with the cut LoRA applied."),
                io.Clip.Output(display_name="clip", tooltip="The CLIP with the cut LoRA applied."),
                LoraSocket.Output(display_name="lora", tooltip="The cut LoRA itself, to be measured or cut again."),
                io.String.Output(
                    display_name="report",
                    tooltip=(
                        "Ranks, bytes and energy kept, on the whole and by layer, and which layers found their weight."
                    ),
                ),
            ],
        )

    @classmethod
    @checked
    def execute(
        cls, lora, strength_model, strength_clip, filename_prefix, precision, keep=None, model=None, clip=None
    ) -> io.NodeOutput:
        from ..core.lora.report import truncation_report
        from ..core.lora.truncation import check_cuttable
        from ..core.telling.contract import RESULTS
        from ..host.blocking import absent
        from ..host.lora import applied, saved_if_named, truncated
        from ..host.lora_fit import fit

        check_cuttable(lora)
        choose, note = chosen(keep)
        connected = model is not None or clip is not None
        notes = list(fit(lora, model, clip).sentences(with_clip=clip is not None)) if connected else []
        cut, cuts = truncated(lora, choose, note=note, precision=PRECISIONS[precision])
        with_model, with_clip = applied(cut, model, clip, strength_model, strength_clip) if connected else (None, None)
        saved = saved_if_named(cut, filename_prefix)
        notes += [f"saved as output/{file['subfolder']}/{file['filename']}" for file in saved]
        report = truncation_report(lora, cut, cuts, notes)
        return io.NodeOutput(
            absent(NO_MODEL) if with_model is None else with_model,
            absent(NO_CLIP) if with_clip is None else with_clip,
            cut,
            report,
            ui={"text": [report.split("\n\n")[0]], RESULTS.files: saved},
        )


def chosen(keep: dict | None) -> tuple[Choose, str]:
    """How the rank of each layer is chosen, and that in words. A choice that the list does not have arrives as None."""
    from ..core.lora.truncation import to_energy, to_rank

    if keep is None:
        raise ValueError(NO_CHOICE)
    if keep["keep"] == FIXED:
        return to_rank(keep["rank"]), f"each layer cut to rank {keep['rank']}"
    return to_energy(keep["share"]), f"each layer cut to the smallest rank with {100 * keep['share']:g} % of its energy"


def _keep() -> io.Input:
    return io.DynamicCombo.Input(
        "keep",
        options=[
            io.DynamicCombo.Option(
                FIXED,
                [
                    io.Int.Input(
                        "rank",
                        default=8,
                        min=1,
                        max=4096,
                        tooltip="Every layer keeps so many singular values; a layer of no higher rank stays as it is.",
                    )
                ],
            ),
            io.DynamicCombo.Option(
                BY_ENERGY,
                [
                    io.Float.Input(
                        "share",
                        default=0.9,
                        min=0.01,
                        max=1.0,
                        step=0.001,
                        tooltip="Each layer keeps the fewest singular values whose squares sum to this share of all.",
                    )
                ],
            ),
        ],
        tooltip="What each layer keeps: the same number of singular values, or as many as hold a share of its energy.",
    )


def _strength(name: str, what: str) -> io.Input:
    return io.Float.Input(
        name,
        default=1.0,
        min=-100.0,
        max=100.0,
        step=0.01,
        tooltip=f"How strongly the {what} is changed, as in the stock LoRA loader. May be negative.",
    )
