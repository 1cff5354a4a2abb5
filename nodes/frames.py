"""One view of a trajectory as an IMAGE batch, a picture for each state: for animations and other nodes."""

from comfy_api.latest import io

from ..core.showing.views import VIEWS, find_view
from .sockets import CATEGORY, DeckSocket, trajectory_input, vae_input
from .widget_checks import checked


class DenoiscopeFrames(io.ComfyNode):
    """DECK to IMAGE batch."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeFrames",
            display_name="Deck Frames",
            category=CATEGORY,
            description="The pictures of one view, from the first state to the last, as an image batch.",
            search_aliases=["deck to images", "animate denoising", "steps to video", "step images"],
            inputs=[
                DeckSocket.Input("deck", tooltip="The run to take pictures of."),
                vae_input(),
                io.Combo.Input(
                    "view", options=list(VIEWS), default="x0", tooltip="What to show: x is x_t, x0 the guess."
                ),
                trajectory_input(),
            ],
            outputs=[
                io.Image.Output(
                    display_name="images",
                    tooltip="One image a state that has a picture; of a video latent one for each of its frames.",
                )
            ],
        )

    @classmethod
    @checked
    def execute(cls, deck, view: str, trajectory: int, vae=None) -> io.NodeOutput:
        from ..host.frames import frames

        return io.NodeOutput(frames(deck, trajectory, find_view(view), vae))
