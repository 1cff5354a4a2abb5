"""A deck as one HTML file that opens anywhere and scrubs as the viewer does."""

import asyncio
import base64
from collections.abc import Iterable

from comfy_api.latest import io

from ..core.telling.prediction import OFF
from .files import saved
from .sockets import CATEGORY, DeckSocket, decode_input, predict_input, vae_input
from .widget_checks import checked

REPLAY, ALIVE = "replay", "alive"
MEDIA = {"jpg": "image/jpeg", "png": "image/png"}


class DenoiscopePage(io.ComfyNode):
    """DECK to an HTML file in ComfyUI's output folder."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopePage",
            display_name="Save as Page",
            category=CATEGORY,
            description=(
                "Saves the viewer and its pictures as one web page that needs neither ComfyUI nor a network: to "
                "hand out, or to hand in."
            ),
            search_aliases=["export html", "share deck", "web page", "standalone viewer", "handout"],
            is_output_node=True,
            inputs=[
                DeckSocket.Input("deck", tooltip="The run, or runs, to share."),
                vae_input(),
                io.String.Input(
                    "filename_prefix",
                    default="denoiscope/page",
                    tooltip="A name below ComfyUI's output folder; a number is added.",
                ),
                io.Int.Input(
                    "picture_size",
                    default=256,
                    min=64,
                    max=1024,
                    step=8,
                    tooltip="Longest side of a picture: larger makes a larger file.",
                ),
                decode_input(),
                predict_input(),
                io.Combo.Input(
                    "page",
                    options=[REPLAY, ALIVE],
                    default=REPLAY,
                    optional=True,
                    advanced=True,
                    tooltip=(
                        "replay shows what was run. alive has the pocket model in it as well, so that a reader can go "
                        "on: other words, another seed. It takes 8 MB, and a deck of the pocket model."
                    ),
                ),
            ],
        )

    @classmethod
    @checked
    async def execute(
        cls, deck, filename_prefix: str, picture_size: int, decode: str, vae=None, predict: str = OFF,
        page: str = REPLAY,
    ) -> io.NodeOutput:  # fmt: skip
        await asyncio.sleep(0)  # ComfyUI goes on with other nodes meanwhile: what is looked at comes before a file
        from ..core.whole_file import write_text
        from ..host.files import output_place
        from ..host.showing import show_deck

        if page == ALIVE:
            from ..host.live_page import check_model

            check_model(deck)
        height, width = deck.pixels
        place = output_place(filename_prefix, ".html", width=width, height=height)
        payload = show_deck(deck, vae, decode, _data_url, longest=picture_size, predict=predict)
        written = _alive(payload) if page == ALIVE else _replayed(payload)
        return saved(place.save(lambda draft: write_text(draft, written)))


def _alive(payload: dict) -> Iterable[str]:
    from ..host.live_page import DECK, build

    return [build(opens=DECK, deck=payload)]


def _replayed(payload: dict) -> Iterable[str]:
    from ..core.telling.page import build_page, viewer_sources

    modules, stylesheet = viewer_sources()
    return build_page(payload, modules=modules, stylesheet=stylesheet)


def _data_url(view, sheet) -> str:
    return f"data:{MEDIA[sheet.suffix]};base64,{base64.b64encode(sheet.data).decode('ascii')}"
