"""A deck as one printable picture."""

from comfy_api.latest import io

from ..core.showing.views import VIEWS, parse_views
from .sockets import CATEGORY, DeckSocket, vae_input
from .widget_checks import checked

STATES, GRID = "states", "grid"


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
                io.Combo.Input(
                    "layout",
                    options=[STATES, GRID],
                    default=STATES,
                    optional=True,
                    tooltip=(
                        "A row of states for each run; or, for a sweep or a walk, its grid of cells at one state, with"
                        " the values along the edges."
                    ),
                ),
                io.Int.Input(
                    "state",
                    default=-1,
                    optional=True,
                    min=-1,
                    max=100000,
                    tooltip="For the grid: which state every cell shows; -1 is its last.",
                ),
            ],
            outputs=[io.Image.Output(display_name="image", tooltip="The sheet.")],
        )

    @classmethod
    @checked
    def execute(
        cls, deck, views: str, columns: int, picture_size: int, layout: str = STATES, state: int = -1, vae=None
    ) -> io.NodeOutput:
        from ..core.showing.contact_sheet import contact_sheet, pictures_on
        from ..core.showing.grid_sheet import grid_sheet
        from ..core.showing.sheets import tile_for
        from ..host.decoding import decoders
        from ..host.showing import one_by_one

        chosen = parse_views(views)
        tile, pictures = tile_for(deck, picture_size), decoders(deck, vae)
        if layout == GRID:
            done = one_by_one(len(chosen) * len(deck.trajectories))
            sheet = grid_sheet(deck, chosen, pictures, state=state, columns=columns, tile=tile, on_picture=done)
        else:
            done = one_by_one(pictures_on(deck, chosen, columns))
            sheet = contact_sheet(deck, chosen, pictures, columns=columns, tile=tile, on_picture=done)
        return io.NodeOutput(sheet)
