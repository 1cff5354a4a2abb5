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
                io.Model.Input(
                    "model",
                    optional=True,
                    tooltip=(
                        "The other run's model, before Record Denoising: it is asked at each state of the one run, so"
                        " that its own error shows beside the drift of earlier steps."
                    ),
                ),
                io.Conditioning.Input("positive", optional=True, tooltip="The other run's prompt, for that model."),
                io.Conditioning.Input(
                    "negative", optional=True, tooltip="The other run's negative prompt; not needed at cfg 1."
                ),
            ],
            outputs=[
                io.String.Output(display_name="report", tooltip="What differs as text, and the error at each step."),
                io.String.Output(display_name="json", tooltip="The same as JSON, for programs."),
            ],
        )

    @classmethod
    @checked
    def execute(cls, deck, other, trajectory: int = 0, model=None, positive=None, negative=None) -> io.NodeOutput:
        import json

        from ..core.diagnosing.two_runs import compare
        from ..core.diagnosing.two_runs_report import comparison_report
        from ..core.telling.comparison import comparison_payload
        from ..core.telling.contract import RESULTS
        from ..host.one_step import guesses_along

        asked = None
        if model is not None:
            cfg = other.trajectory(trajectory).settings.guidance or 1.0
            asked = guesses_along(deck.trajectory(trajectory), model, positive, negative, cfg)
        two = compare(deck, other, (trajectory, trajectory), asked)
        payload = comparison_payload(two)
        text = json.dumps(payload, ensure_ascii=False, indent=2)
        return io.NodeOutput(comparison_report(two), text, ui={RESULTS.comparison: [payload]})
