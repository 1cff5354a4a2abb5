"""A node pack for tests alone: miniature models of ComfyUI's own classes, behind sockets like a checkpoint loader's."""

from comfy_api.latest import ComfyExtension, io

from .autoencoders import AUTOENCODERS
from .networks import NETWORKS
from .text_encoders import TEXT_ENCODERS


class MiniatureModel(io.ComfyNode):
    """The name of a family to its MODEL, CLIP and VAE."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="MiniatureModel",
            display_name="Miniature Model",
            category="tests",
            inputs=[io.Combo.Input("family", options=list(NETWORKS))],
            outputs=[io.Model.Output(), io.Clip.Output(), io.Vae.Output()],
        )

    @classmethod
    def execute(cls, family: str) -> io.NodeOutput:
        return io.NodeOutput(NETWORKS[family](), TEXT_ENCODERS[family](), AUTOENCODERS[family]())


class Miniatures(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return [MiniatureModel]


async def comfy_entrypoint() -> Miniatures:
    return Miniatures()
