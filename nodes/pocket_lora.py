"""The node that brings the pocket model's LoRAs."""

from comfy_api.latest import io

from ..pocket.loras import NAMES, file_of, word_of
from .sockets import CATEGORY, LoraSocket
from .widget_checks import checked


class DenoiscopePocketLora(io.ComfyNode):
    """A name to LORA WEIGHTS, and to the pocket model with them applied."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopePocketLora",
            display_name="Pocket LoRA",
            category=CATEGORY,
            description=(
                "Gives the pocket model something that it was never shown: a style, a season, a thing, or longer "
                "strides. Ordinary LoRA files of a few hundred kilobytes; write the word into the prompt."
            ),
            search_aliases=["lora", "pocket", "style", "blueprint", "few steps", "distilled", "load lora"],
            inputs=[
                io.Model.Input("model", tooltip="The pocket model's MODEL. It is not changed: a copy gets the LoRA."),
                io.Combo.Input(
                    "lora_name",
                    options=list(NAMES),
                    tooltip=(
                        "What to add, and at which rank it was taught. With 'four steps' sample 4 steps of euler, "
                        "scheduler sgm_uniform, guidance 1."
                    ),
                ),
                io.Float.Input(
                    "strength",
                    default=1.0,
                    min=-4.0,
                    max=4.0,
                    step=0.05,
                    tooltip="How much of the update is added to the weights: 0 none, 1 as it was taught.",
                ),
            ],
            outputs=[
                io.Model.Output(display_name="model", tooltip="The pocket model with the LoRA applied."),
                LoraSocket.Output(
                    display_name="lora", tooltip="The LoRA's weights, applied to nothing: to measure, cut and compare."
                ),
                io.String.Output(
                    display_name="word", tooltip="What to write into the prompt; empty where no word is needed."
                ),
            ],
        )

    @classmethod
    @checked
    def execute(cls, model, lora_name: str, strength: float) -> io.NodeOutput:
        from ..core.lora.file import load_lora
        from ..host.lora import applied
        from ..host.lora_fit import fit

        lora = load_lora(file_of(lora_name))
        fit(lora, model, None)
        changed, _ = applied(lora, model, None, strength, 0.0)
        return io.NodeOutput(changed, lora, word_of(lora_name))
