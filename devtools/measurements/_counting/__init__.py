"""A node pack for the server that is measured: a node that says how many tensors are alive in it."""

from comfy_api.latest import ComfyExtension, io


class CountTensors(io.ComfyNode):
    """Anything, so that it comes last, to a number in the run's result."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        inputs = [io.AnyType.Input("after")]
        return io.Schema(node_id="CountTensors", category="test", is_output_node=True, inputs=inputs)

    @classmethod
    def execute(cls, after) -> io.NodeOutput:
        import gc

        import torch

        gc.collect()
        alive = sum(isinstance(thing, torch.Tensor) for thing in gc.get_objects())
        return io.NodeOutput(ui={"tensors": [alive]})


class Extension(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return [CountTensors]


async def comfy_entrypoint() -> Extension:
    return Extension()
