"""A LoRA from two models."""

from comfy_api.latest import io

from ..core.lora.precisions import PRECISIONS
from .sockets import CATEGORY, LoraSocket, lora_prefix_input
from .widget_checks import checked

KINDS = {name: kind for name, kind in PRECISIONS.items() if kind is not None}
"""How factors can be kept; there is no file whose way could be followed."""


class DenoiscopeExtractLora(io.ComfyNode):
    """Two MODELs to LORA WEIGHTS."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeExtractLora",
            display_name="Extract LoRA",
            category=CATEGORY,
            description=(
                "Writes the difference of two models as a LoRA of the rank you choose, and says how much of it that "
                "rank holds."
            ),
            search_aliases=["lora extract", "model difference", "svd", "fine-tune to lora", "checkpoint to lora"],
            is_output_node=True,
            inputs=[
                io.Model.Input(
                    "model", tooltip="The changed model: a fine-tune, a merge, or one with LoRAs applied to it."
                ),
                io.Model.Input("base", tooltip="The model that it was made from, of the same architecture."),
                io.Int.Input(
                    "rank",
                    default=16,
                    min=1,
                    max=4096,
                    tooltip="How many singular values each layer keeps at most.",
                ),
                io.Boolean.Input(
                    "vectors",
                    default=True,
                    tooltip=(
                        "Also keep the differences of biases and norms. They are vectors, have no rank and are small; "
                        "the stock loader reads them, some other programs do not."
                    ),
                ),
                lora_prefix_input(),
                io.Combo.Input(
                    "precision",
                    options=list(KINDS),
                    default="float16",
                    advanced=True,
                    tooltip="How factors are kept. Half of the bytes of float32 are enough for almost every LoRA.",
                ),
            ],
            outputs=[
                LoraSocket.Output(
                    display_name="lora", tooltip="The difference as weights, to be measured, cut, swept or applied."
                ),
                io.String.Output(
                    display_name="report",
                    tooltip="Energy kept on the whole and by layer, what does not differ, and what has no rank.",
                ),
            ],
        )

    @classmethod
    @checked
    def execute(cls, model, base, rank, vectors, filename_prefix, precision) -> io.NodeOutput:
        from ..core.telling.contract import RESULTS
        from ..host.lora import saved_if_named
        from ..host.lora_extract import extract

        extraction = extract(model, base, rank, vectors=vectors, precision=KINDS[precision])
        lora, report = extraction.lora, extraction.report
        saved = saved_if_named(lora, filename_prefix)
        report += "".join(f"\n\nsaved as output/{file['subfolder']}/{file['filename']}" for file in saved)
        return io.NodeOutput(lora, report, ui={"text": [report.split("\n\n")[0]], RESULTS.files: saved})
