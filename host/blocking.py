"""An output that is not there this time: whoever uses it is told what to connect."""

from comfy_execution.graph_utils import ExecutionBlocker


def absent(sentence: str) -> ExecutionBlocker:
    """In the place of an output. ComfyUI stops each node that takes it, with this sentence."""
    return ExecutionBlocker(sentence)
