"""Decks of different runs side by side."""

from comfy_api.latest import io

from .sockets import CATEGORY, DeckSocket
from .widget_checks import checked

AT_MOST = 16


class DenoiscopeJoinDecks(io.ComfyNode):
    """DECKs to one DECK."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        deck = DeckSocket.Input("deck", tooltip="A run, or runs, to set beside the others.")
        return io.Schema(
            node_id="DenoiscopeJoinDecks",
            display_name="Join Decks",
            category=CATEGORY,
            description=(
                "Sets runs of different models, LoRAs or samplers side by side, so that one slider moves them all and"
                " any two can be laid over each other."
            ),
            search_aliases=[
                "compare",
                "compare runs",
                "side by side",
                "merge decks",
                "combine decks",
                "compare models",
            ],
            inputs=[
                io.Autogrow.Input(
                    "decks",
                    template=io.Autogrow.TemplatePrefix(deck, prefix="deck", min=2, max=AT_MOST),
                    tooltip="The decks, in the order in which they are to stand. Latents of one shape and kind.",
                ),
                io.String.Input(
                    "labels",
                    default="",
                    tooltip="What each deck is called, separated by commas. Empty: their own titles, or numbers.",
                ),
                io.String.Input(
                    "differs", default="run", tooltip="What differs between the decks: model, LoRA, bits ..."
                ),
            ],
            outputs=[
                DeckSocket.Output(display_name="deck", tooltip="All runs as one deck, for viewer, page and files.")
            ],
        )

    @classmethod
    @checked
    def execute(cls, decks: io.Autogrow.Type, labels: str = "", differs: str = "run") -> io.NodeOutput:
        from ..core.recording.side_by_side import side_by_side

        given = [deck for deck in decks.values() if deck is not None]
        named = [label.strip() for label in labels.split(",")] if labels.strip() else titles(given)
        return io.NodeOutput(side_by_side(given, named, differs.strip() or "run"))


def titles(decks: list) -> list[str]:
    return [deck.title or str(number) for number, deck in enumerate(decks, 1)]
