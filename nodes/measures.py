"""Measures of a deck: when it settles, what guidance adds, what its colours do, where its runs part."""

from comfy_api.latest import io

from ..core.measuring.commit import COMMIT_DISTANCE
from ..core.measuring.frequency import LAYOUT_UP_TO, SHAPES_UP_TO, bands_between
from ..core.measuring.subjects import SETTLING, SUBJECTS
from .sockets import CATEGORY, DeckSocket
from .widget_checks import checked


class DenoiscopeMeasures(io.ComfyNode):
    """DECK to numbers: chart, commit map, tables."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeMeasures",
            display_name="Measures",
            category=CATEGORY,
            description=(
                "Measures when a run decides what: how far each guess still is from the finished picture, layout before"
                " detail, and the step after which each region stays put."
            ),
            search_aliases=[
                "commit step",
                "commit map",
                "metrics",
                "layout detail",
                "frequency",
                "cosine",
                "saturation",
            ],
            is_output_node=True,
            inputs=[
                DeckSocket.Input("deck", tooltip="The run, or runs, to measure: of any kind."),
                io.Vae.Input(
                    "vae",
                    optional=True,
                    tooltip="Decodes the guesses, for the distance in pixels, saturation and clipping.",
                ),
                io.Combo.Input(
                    "chart", options=list(SUBJECTS), default=SETTLING, tooltip="Which panels the chart has."
                ),
                io.Float.Input(
                    "threshold",
                    default=COMMIT_DISTANCE,
                    min=0.01,
                    max=0.99,
                    step=0.01,
                    tooltip=(
                        "A guess has settled once it stays this near to the final one, as a share of the final's"
                        " spread: 0.2 is an R\u00b2 of 0.96."
                    ),
                ),
                io.Int.Input(
                    "compare_with",
                    default=0,
                    min=0,
                    max=4095,
                    tooltip="The run from which the others part, counted from 0.",
                ),
                io.Int.Input(
                    "region",
                    default=0,
                    min=0,
                    max=256,
                    advanced=True,
                    tooltip="Latent cells a side of a region of the commit map; 0: as few as leave 32 a side at most.",
                ),
                io.Float.Input(
                    "layout_up_to",
                    default=LAYOUT_UP_TO,
                    min=0.5,
                    max=256.0,
                    step=0.5,
                    advanced=True,
                    tooltip="Layout: waves of at most so many cycles per picture.",
                ),
                io.Float.Input(
                    "shapes_up_to",
                    default=SHAPES_UP_TO,
                    min=1.0,
                    max=512.0,
                    step=0.5,
                    advanced=True,
                    tooltip="Shapes: from there up to so many cycles per picture. What is finer is texture.",
                ),
            ],
            outputs=[
                io.Image.Output(display_name="chart", tooltip="The curves as a picture."),
                io.Image.Output(
                    display_name="commit_map",
                    tooltip="Beside each final picture, in colour, the step after which each region stayed put.",
                ),
                io.String.Output(
                    display_name="table", tooltip="What was found, in sentences and lines whose columns tabs part."
                ),
                io.String.Output(
                    display_name="csv", tooltip="Every number, a line for each state of each run, for a spreadsheet."
                ),
            ],
        )

    @classmethod
    @checked
    def execute(
        cls,
        deck,
        chart: str,
        threshold: float,
        compare_with: int,
        region: int,
        layout_up_to: float,
        shapes_up_to: float,
        vae=None,
    ) -> io.NodeOutput:
        from ..core.drawing.chart_image import chart_image
        from ..core.measuring.chart import measures_chart
        from ..core.measuring.commit_image import commit_image
        from ..core.measuring.measures import Wanted
        from ..core.measuring.table import measures_csv, measures_text
        from ..core.showing.views import VIEWS
        from ..core.telling.chart import chart_payload
        from ..core.telling.contract import RESULTS
        from ..core.telling.measures import measures_payload
        from ..host.decoding import decoders
        from ..host.measuring import measured

        wanted = Wanted(
            bands=bands_between(layout_up_to, shapes_up_to),
            threshold=threshold,
            patch=region,
            compared_with=compare_with,
        )
        found = measured(deck, vae, wanted)
        drawn = measures_chart(found, chart)
        return io.NodeOutput(
            chart_image(drawn),
            commit_image(deck, found, decoders(deck, vae)(VIEWS["x0"])),
            measures_text(found),
            measures_csv(found),
            ui={RESULTS.chart: [chart_payload(drawn)], RESULTS.measures: [measures_payload(found)]},
        )
