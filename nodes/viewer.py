"""The deck viewer: every view of a deck as sheets of pictures that the browser scrubs."""

from comfy_api.latest import io

from ..core.showing.views import AS_TIME_ALLOWS
from ..core.telling.prediction import OFF
from .sockets import CATEGORY, DeckSocket, decode_input, predict_input, vae_input
from .widget_checks import checked, first_of

SIZE = 384
NO_DECK = "No deck comes to this viewer: what gives it is bypassed, muted or not connected."


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
            search_aliases=[
                *("view deck", "scrub steps", "denoising viewer", "step preview", "trajectory viewer"),
                *("x0", "predicted x0", "latent preview", "timeline", "compare", "CFG"),
            ],
            is_output_node=True,
            is_input_list=True,
            inputs=[
                DeckSocket.Input("deck", optional=True, tooltip="The run, or runs, to look at."),
                vae_input(),
                io.Int.Input(
                    "picture_size",
                    default=SIZE,
                    min=64,
                    max=1024,
                    step=8,
                    tooltip="Longest side of a picture in the viewer, in pixels.",
                ),
                decode_input(AS_TIME_ALLOWS),
                predict_input(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **inputs) -> str:
        from ..host.temp_folder import temp_era

        return temp_era()

    @classmethod
    @checked
    def execute(
        cls, deck=None, picture_size: int = SIZE, decode: str = AS_TIME_ALLOWS, vae=None, predict: str = OFF
    ) -> io.NodeOutput:
        """ComfyUI gives a list for every input, since decks may come as one."""
        from ..core.recording.side_by_side import of_a_list
        from ..core.telling.contract import RESULTS
        from ..host.showing import sheets_in_temp, show_deck, viewer_onlooker

        decks = [part for part in (deck if isinstance(deck, list) else [deck]) if part is not None]
        if not decks:
            return io.NodeOutput(ui={"text": [NO_DECK]})
        size, choice, decoder, hidden = map(first_of, (picture_size, decode, vae, predict))
        whole = of_a_list(decks)
        onlooker = viewer_onlooker(whole)
        payload = show_deck(whole, decoder, choice, sheets_in_temp(), longest=size, predict=hidden, onlooker=onlooker)
        return io.NodeOutput(ui={RESULTS.deck: [payload]})
