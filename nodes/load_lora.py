"""A LoRA file as weights."""

import math

from comfy_api.latest import io

from ..host.lora_folder import lora_names, lora_path
from .sockets import CATEGORY, FileChoice, LoraSocket
from .widget_checks import checked, says


class DenoiscopeLoadLora(io.ComfyNode):
    """A file to LORA WEIGHTS."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeLoadLora",
            display_name="Load LoRA Weights",
            category=CATEGORY,
            description=(
                "Opens a LoRA file without applying it: the low-rank updates of its layers, to be measured, cut to a "
                "lower rank and compared."
            ),
            search_aliases=["lora", "inspect lora", "lora info", "read lora", "lora rank", "lycoris"],
            inputs=[
                FileChoice(
                    "lora_name",
                    lora_names,
                    tooltip="Safetensors files in ComfyUI's folders for LoRAs. Press R for new ones.",
                ),
            ],
            outputs=[
                LoraSocket.Output(
                    display_name="lora", tooltip="The weights of the file, applied to nothing yet, every tensor kept."
                ),
                io.String.Output(
                    display_name="summary",
                    tooltip="Layers, ranks, scales, number format, size, and whatever is no low-rank update.",
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, lora_name: str | None = None) -> bool | str:
        return says(cls, lora_path, lora_name=lora_name)

    @classmethod
    def fingerprint_inputs(cls, lora_name: str | None = None):
        if lora_name is None:
            return math.nan  # linked: which file it is shows when it runs
        stat = lora_path(lora_name).stat()
        return f"{lora_name}:{stat.st_mtime_ns}:{stat.st_size}"

    @classmethod
    @checked
    def execute(cls, lora_name: str) -> io.NodeOutput:
        from ..core.lora.file import load_lora
        from ..core.lora.words import described

        lora = load_lora(lora_path(lora_name))
        return io.NodeOutput(lora, described(lora))
