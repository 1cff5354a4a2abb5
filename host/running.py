"""What ComfyUI is executing right now: the prompt, the node, and what its inputs say about the run."""

from dataclasses import dataclass

from comfy_execution.utils import get_executing_context

from ..core.telling.live import Audience
from ..core.telling.prediction import OFF

VIEWER = "DenoiscopeViewer"
ENCODERS = ("CLIPTextEncode", "DenoiscopeAttention")
"""Nodes that make a conditioning of the prompt in their input "text"."""
FLUX_GUIDANCE = "FluxGuidance"


@dataclass(frozen=True, kw_only=True)
class Running:
    """One node of one prompt under way. `graph` is the API prompt: {id: {"class_type", "inputs"}}."""

    prompt_id: str
    node_id: str
    graph: dict
    workflow_id: str | None
    client_id: str | None

    def literal(self, name: str):
        """A value typed into the running node's own widget, None where it is linked or missing."""
        value = self._inputs(self.node_id).get(name)
        return None if isinstance(value, list) else value

    def text_of(self, name: str) -> str | None:
        """The prompt behind a conditioning input, when an encoder with typed text feeds it, at most through the node
        that writes Flux's guidance beside it.
        """
        source = self._source(self._inputs(self.node_id).get(name))
        if source.get("class_type") == FLUX_GUIDANCE:
            source = self._source(source["inputs"].get("conditioning"))
        text = source.get("inputs", {}).get("text") if source.get("class_type") in ENCODERS else None
        return text if isinstance(text, str) else None

    def viewers(self) -> list[str]:
        """The viewer nodes that what runs now will reach."""
        reached, frontier = {self.node_id}, [self.node_id]
        while frontier:
            source = frontier.pop()
            fed = [node for node in self.graph if node not in reached and source in self._sources(node)]
            reached.update(fed)
            frontier.extend(fed)
        return sorted(node for node in reached if self.graph.get(node, {}).get("class_type") == VIEWER)

    def predicting(self) -> list[str]:
        """Those of them that hide what comes until it has been predicted; one whose choice is linked may do so, too."""
        return [node for node in self.viewers() if self._inputs(node).get("predict", OFF) != OFF]

    def audience(self) -> Audience:
        """Whom a picture of what runs now is for."""
        return Audience(
            viewers=self.viewers(), predicting=self.predicting(), workflow=self.workflow_id, prompt=self.prompt_id
        )

    def _source(self, link) -> dict:
        """The node at the other end of a link; empty for a value that was typed."""
        return self.graph.get(str(link[0]), {}) if isinstance(link, list) else {}

    def _inputs(self, node: str) -> dict:
        return self.graph.get(node, {}).get("inputs", {})

    def _sources(self, node: str) -> set[str]:
        return {str(value[0]) for value in self._inputs(node).values() if isinstance(value, list) and len(value) == 2}


def running() -> Running | None:
    """The node being executed, None outside of a server's queue."""
    context = get_executing_context()
    if context is None:
        return None
    from server import PromptServer

    server = getattr(PromptServer, "instance", None)
    if server is None:
        return None
    jobs, _ = server.prompt_queue.get_current_queue_volatile()
    job = next((job for job in jobs if job[1] == context.prompt_id), None)
    if job is None:
        return None
    workflow = (job[3].get("extra_pnginfo") or {}).get("workflow") or {}
    return Running(
        prompt_id=context.prompt_id,
        node_id=context.node_id,
        graph=job[2],
        workflow_id=workflow.get("id"),
        client_id=server.client_id,
    )
