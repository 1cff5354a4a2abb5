"""Runs of several samplers as one way."""

from comfy_api.latest import io

from .sockets import CATEGORY, DeckSocket
from .widget_checks import checked

AT_MOST = 16


class DenoiscopeChainRuns(io.ComfyNode):
    """DECKs to one DECK."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        deck = DeckSocket.Input("deck", tooltip="The run of one sampler on the way.")
        return io.Schema(
            node_id="DenoiscopeChainRuns",
            display_name="Chain Runs",
            category=CATEGORY,
            description=(
                "Puts runs that continue one another together, as two stages, a refiner or a hires pass do: one way"
                " from noise to picture, which says where each sampler took over and what was done between."
            ),
            search_aliases=[
                "two stage",
                "refiner",
                "hires fix",
                "wan 2.2 high low noise",
                "ksampler advanced",
                "split sigmas",
            ],
            inputs=[
                io.Autogrow.Input(
                    "decks",
                    template=io.Autogrow.TemplatePrefix(deck, prefix="deck", min=2, max=AT_MOST),
                    tooltip="The runs, in any order: what each was given tells which comes before it.",
                ),
                io.String.Input("label", default="", tooltip="A title for the deck. Empty: that of the last run."),
            ],
            outputs=[
                DeckSocket.Output(display_name="deck", tooltip="The whole way as one run, for all that takes a deck."),
                io.String.Output(display_name="report", tooltip="How each run begins, a line each."),
            ],
        )

    @classmethod
    @checked
    def execute(cls, decks: io.Autogrow.Type, label: str = "") -> io.NodeOutput:
        from dataclasses import replace

        from ..core.recording.chain import chained, report

        way = chained([deck for deck in decks.values() if deck is not None])
        named = replace(way, title=label.strip() or way.title)
        return io.NodeOutput(named, report(named), ui={"text": [report(named)]})
