"""What differs between two runs, in the order it comes about."""

from comfy_api.latest import io

from .sockets import CATEGORY, DeckSocket, trajectory_input
from .widget_checks import checked


class DenoiscopeCompareRuns(io.ComfyNode):
    """Two DECKs to the first thing that differs."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeCompareRuns",
            display_name="Compare Runs",
            category=CATEGORY,
            description=(
                "Says why two runs are not the same: settings, programs, model, prompt, noise, the first model call or"
                " a later step, whichever comes first."
            ),
            search_aliases=["compare", "diff", "same seed different image", "reproduce", "regression"],
            is_output_node=True,
            inputs=[
                DeckSocket.Input("deck", tooltip="The one run: the reference, or the older one."),
                DeckSocket.Input("other", tooltip="The other run, from this graph or from a deck file."),
                trajectory_input(),
            ],
            outputs=[
                io.String.Output(display_name="report", tooltip="What differs as text, and the error at each step."),
                io.String.Output(display_name="json", tooltip="The same as JSON, for programs."),
            ],
        )

    @classmethod
    @checked
    def execute(cls, deck, other, trajectory: int = 0) -> io.NodeOutput:
        import json

        from ..core.diagnosing.two_runs import compare
        from ..core.diagnosing.two_runs_report import comparison_report
        from ..core.telling.comparison import comparison_payload
        from ..core.telling.contract import RESULTS

        two = compare(deck, other, (trajectory, trajectory))
        payload = comparison_payload(two)
        text = json.dumps(payload, ensure_ascii=False, indent=2)
        return io.NodeOutput(comparison_report(two), text, ui={RESULTS.comparison: [payload]})
