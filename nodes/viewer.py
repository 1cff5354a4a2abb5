"""The deck viewer: every view of a deck as sheets of pictures that the browser scrubs."""

from comfy_api.latest import io

from ..core.telling.prediction import OFF
from .sockets import CATEGORY, DeckSocket, decode_input, predict_input, vae_input
from .widget_checks import checked


class DenoiscopeViewer(io.ComfyNode):
    """DECK to what the browser shows."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeViewer",
            display_name="Deck Viewer",
            category=CATEGORY,
            description=(
                "Scrub a run from noise to picture: what the latent holds, what the model believes, what the prompt"
                " adds."
            ),
            search_aliases=["view deck", "scrub steps", "denoising viewer", "step preview", "trajectory viewer"],
            is_output_node=True,
            inputs=[
                DeckSocket.Input("deck", tooltip="The run, or runs, to look at."),
                vae_input(),
                io.Int.Input(
                    "picture_size",
                    default=384,
                    min=64,
                    max=1024,
                    step=8,
                    tooltip="Longest side of a picture in the viewer, in pixels.",
                ),
                decode_input(),
                predict_input(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **inputs) -> str:
        from ..host.temp_folder import temp_era

        return temp_era()

    @classmethod
    @checked
    def execute(cls, deck, picture_size: int, decode: str, vae=None, predict: str = OFF) -> io.NodeOutput:
        from ..core.telling.contract import RESULTS
        from ..host.showing import sheets_in_temp, show_deck

        payload = show_deck(deck, vae, decode, sheets_in_temp(), longest=picture_size, predict=predict)
        return io.NodeOutput(ui={RESULTS.deck: [payload]})
