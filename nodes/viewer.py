"""The deck viewer: every view of a deck as sheets of pictures that the browser scrubs."""

import comfy.utils
from comfy_api.latest import io

from ..core.payload import pictures_to_make, show
from ..host.decoding import DECODED, EVERYTHING, decoders
from ..host.files import SheetFolder, temp_era
from .sockets import CATEGORY, DeckSocket


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
                io.Vae.Input(
                    "vae",
                    optional=True,
                    tooltip="Decodes the pictures. Without it they are approximated, and marked so.",
                ),
                io.Int.Input(
                    "picture_size",
                    default=384,
                    min=64,
                    max=1024,
                    step=8,
                    tooltip="Longest side of a picture in the viewer, in pixels.",
                ),
                io.Combo.Input(
                    "decode",
                    options=list(DECODED),
                    default=EVERYTHING,
                    advanced=True,
                    tooltip=(
                        "What the VAE decodes: noisy states too, the guesses only (quicker with a large VAE), or "
                        "nothing."
                    ),
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **inputs) -> str:
        return temp_era()

    @classmethod
    def execute(cls, deck, picture_size: int, decode: str, vae=None) -> io.NodeOutput:
        progress = comfy.utils.ProgressBar(pictures_to_make(deck))
        folder = SheetFolder()
        payload = show(
            deck, decoders(deck, vae, decode), folder.place, longest=picture_size, on_picture=lambda: progress.update(1)
        )
        return io.NodeOutput(ui={"denoiscope_deck": [payload]})
