"""The spectrum of a LoRA."""

from comfy_api.latest import io

from .sockets import CATEGORY, LoraSocket
from .widget_checks import checked


class DenoiscopeLoraSpectrum(io.ComfyNode):
    """LORA WEIGHTS to singular values, as a chart, a heat map and a table."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeLoraSpectrum",
            display_name="LoRA Spectrum",
            category=CATEGORY,
            description=(
                "Measures how much of its rank a LoRA uses: the singular values of every layer's update, and how much "
                "of its energy each rank keeps."
            ),
            search_aliases=["svd", "singular values", "effective rank", "lora rank", "lora energy", "lora analysis"],
            is_output_node=True,
            inputs=[
                LoraSocket.Input("lora", tooltip="The LoRA whose layers are decomposed."),
                io.Int.Input(
                    "rank",
                    default=8,
                    min=1,
                    max=4096,
                    tooltip="The rank for which the table says how much of its energy each layer keeps.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="curves", tooltip="Energy kept and singular values over the rank, block by block."
                ),
                io.Image.Output(
                    display_name="heat_map", tooltip="Every layer as a row: the energy it keeps at each rank."
                ),
                io.String.Output(
                    display_name="table",
                    tooltip="A line a layer, columns parted by tabs: ranks, effective rank, energy, norm.",
                ),
            ],
        )

    @classmethod
    @checked
    def execute(cls, lora, rank: int) -> io.NodeOutput:
        from ..core.drawing.chart_image import chart_image
        from ..core.drawing.heat_map_image import heat_image
        from ..core.lora.chart import spectrum_chart
        from ..core.lora.heat_map import spectrum_heat_map
        from ..core.lora.table import spectrum_table
        from ..core.telling.contract import RESULTS
        from ..core.telling.lora_spectrum import spectrum_payload
        from ..host.lora import spectrum_of

        spectrum = spectrum_of(lora)
        chart, heat = spectrum_chart(spectrum), spectrum_heat_map(spectrum)
        return io.NodeOutput(
            chart_image(chart),
            heat_image(heat),
            spectrum_table(spectrum, rank),
            ui={RESULTS.spectrum: [spectrum_payload(chart, heat)]},
        )
