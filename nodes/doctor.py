"""What is wrong with a run, read from the run."""

from comfy_api.latest import io

from .sockets import CATEGORY, DeckSocket
from .widget_checks import checked


class DenoiscopeDoctor(io.ComfyNode):
    """DECK to findings."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeDoctor",
            display_name="Run Doctor",
            category=CATEGORY,
            description=(
                "Reads from a recorded run what is wrong with it: values that are not finite, noise added twice or left"
                " over, a prompt or LoRA without effect, guidance that burns."
            ),
            search_aliases=[
                "diagnose",
                "debug",
                "black image",
                "nan",
                "noisy image",
                "burnt image",
                "blurry",
                "troubleshoot",
                "check run",
            ],
            is_output_node=True,
            inputs=[
                DeckSocket.Input("deck", tooltip="The run, or runs, to look at."),
                io.Model.Input(
                    "model",
                    optional=True,
                    tooltip="The model that was sampled: tells of LoRAs without effect, and of guidance of its own.",
                ),
                io.Vae.Input(
                    "vae",
                    optional=True,
                    tooltip="Decodes the last latent and encodes it again, to see whether it belongs to the model.",
                ),
                DeckSocket.Input(
                    "reference",
                    optional=True,
                    tooltip="A run from the same start without what you doubt: without the LoRA, or at a lower cfg.",
                ),
            ],
            outputs=[
                io.String.Output(display_name="findings", tooltip="The findings as text, to paste into a bug report."),
                io.String.Output(display_name="json", tooltip="The same as JSON, for programs."),
                DeckSocket.Output(
                    display_name="deck",
                    tooltip="The deck with the findings on it: viewers and pages mark the steps they speak of.",
                ),
            ],
        )

    @classmethod
    @checked
    def execute(cls, deck, model=None, vae=None, reference=None) -> io.NodeOutput:
        import json

        from ..core.diagnosing.diagnose import diagnose
        from ..core.diagnosing.marked import marked
        from ..core.diagnosing.report import report
        from ..core.telling.contract import RESULTS
        from ..core.telling.diagnosis import diagnosis_payload
        from ..host.doctor import decoding_of, graph_facts, model_state
        from ..host.running import running

        found = diagnose(
            deck,
            reference=reference,
            graph=graph_facts(running()),
            model=model_state(model, vae),
            decode=decoding_of(deck, vae),
        )
        payload = diagnosis_payload(found)
        return io.NodeOutput(
            report(found),
            json.dumps(payload, ensure_ascii=False, indent=2),
            marked(deck, found),
            ui={RESULTS.diagnosis: [payload]},
        )
