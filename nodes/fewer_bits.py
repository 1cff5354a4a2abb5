"""A model whose weights are rounded to few bits."""

from comfy_api.latest import io

from ..core.quantization import BITS
from .sockets import CATEGORY
from .widget_checks import checked


class DenoiscopeFewerBits(io.ComfyNode):
    """MODEL to a MODEL on a coarser grid."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeFewerBits",
            display_name="Fewer Bits",
            category=CATEGORY,
            description=(
                "Rounds every weight to 8, 6, 4, 3 or 2 bits, to see how few a picture needs: a demonstration of"
                " quantization, which saves no memory here."
            ),
            search_aliases=["quantize", "quantization", "int8", "int4", "low bit", "round weights", "gguf", "nf4"],
            inputs=[
                io.Model.Input(
                    "model", tooltip="The model to round. LoRAs applied before are rounded along, those after are not."
                ),
                io.Combo.Input(
                    "bits",
                    options=[str(bits) for bits in BITS],
                    default="4",
                    tooltip=(
                        "Bits a weight. Each output channel of each linear and convolution layer has an even grid of"
                        " 2^bits - 1 values; norms and biases stay as they are."
                    ),
                ),
            ],
            outputs=[
                io.Model.Output(
                    display_name="model",
                    tooltip="The rounded model: sample it with the same seed and compare. The original is untouched.",
                ),
                io.String.Output(
                    display_name="report",
                    tooltip="How many weights, the nominal size before and after, and the rounding error by block.",
                ),
            ],
        )

    @classmethod
    @checked
    def execute(cls, model, bits: str) -> io.NodeOutput:
        from ..core.lora.quantization_report import rounding_report
        from ..host.quantization import kinds_of, left_alone, rounding_of, with_fewer_bits

        rounded = with_fewer_bits(model, int(bits))
        left, left_bytes = left_alone(model)
        report = rounding_report(rounding_of(model, int(bits)), left=left, left_bytes=left_bytes, kinds=kinds_of(model))
        return io.NodeOutput(rounded, report, ui={"text": [report.split("\n\n")[0]]})
