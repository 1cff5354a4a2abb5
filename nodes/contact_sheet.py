"""A deck as one printable picture."""

from comfy_api.latest import io

from ..core.contact_sheet import contact_sheet
from ..core.sheets import tile_for
from ..core.views import VIEWS, find_view
from ..host.decoding import decoders
from .sockets import CATEGORY, DeckSocket, vae_input


class DenoiscopeContactSheet(io.ComfyNode):
    """DECK to one IMAGE."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeContactSheet",
            display_name="Contact Sheet",
            category=CATEGORY,
            description="Puts the states of a run side by side on one sheet, a row for each view of each trajectory.",
            search_aliases=["grid", "overview", "print deck", "step grid"],
            inputs=[
                DeckSocket.Input("deck", tooltip="The run, or runs, to print."),
                vae_input(),
                io.String.Input("views", default="x, x0", tooltip=f"Views, in order: {', '.join(VIEWS)}."),
                io.Int.Input(
                    "columns",
                    default=8,
                    min=2,
                    max=64,
                    tooltip="States shown at most, evenly spaced, first and last included.",
                ),
                io.Int.Input(
                    "picture_size",
                    default=160,
                    min=32,
                    max=1024,
                    step=8,
                    tooltip="Longest side of a picture, in pixels.",
                ),
            ],
            outputs=[io.Image.Output(display_name="image", tooltip="The sheet.")],
        )

    @classmethod
    def execute(cls, deck, views: str, columns: int, picture_size: int, vae=None) -> io.NodeOutput:
        chosen = [find_view(name.strip()) for name in views.split(",") if name.strip()]
        if not chosen:
            raise ValueError(f"name at least one view: {', '.join(VIEWS)}")
        sheet = contact_sheet(deck, chosen, decoders(deck, vae), columns=columns, tile=tile_for(deck, picture_size))
        return io.NodeOutput(sheet)
