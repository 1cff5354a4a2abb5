"""What ComfyUI is executing right now: the prompt, the node, and what its inputs say about the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from comfy_execution.progress import get_progress_state
from comfy_execution.utils import get_executing_context

from ..core.telling.live import Audience
from ..core.telling.prediction import OFF
from .graph_words import GraphWords

VIEWER = "DenoiscopeViewer"


@dataclass(frozen=True, kw_only=True)
class Running:
    """One node of one prompt under way. `graph` is the API prompt: {id: {"class_type", "inputs"}}, with the nodes that
    other nodes have added to it (loops copy those of their body); `shown` says as which node on screen each of those
    appears.
    """

    prompt_id: str
    node_id: str
    graph: dict
    workflow_id: str | None
    client_id: str | None
    shown: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def words(self) -> GraphWords:
        return GraphWords(graph=self.graph)

    def literal(self, name: str) -> Any:
        """What the running node's own widget says, or the node that holds its value; None where that is not known."""
        return self.words.value(self.node_id, name)

    def text_of(self, name: str) -> str | None:
        """The prompt behind a conditioning input; None where it is not known."""
        return self.words.text(self.node_id, name)

    def why_no_text(self, name: str) -> str | None:
        """The class of the node behind which the prompt is lost; None where there is none, or where it is known."""
        return self.words.why_no_text(self.node_id, name)

    def viewers(self) -> list[str]:
        """The viewer nodes on screen that what runs now will reach."""
        reached = {self.node_id, self.on_screen(self.node_id)}
        frontier = [*reached]
        while frontier:
            source = frontier.pop()
            fed = [node for node in self.graph if node not in reached and source in self.words.sources(node)]
            reached.update(fed)
            frontier.extend(fed)
        return sorted({self.on_screen(n) for n in reached if self.graph.get(n, {}).get("class_type") == VIEWER})

    def predicting(self) -> list[str]:
        """Those of them that hide what comes until it has been predicted; one whose choice is linked may do so, too."""
        return [node for node in self.viewers() if self.words.inputs(node).get("predict", OFF) != OFF]

    def audience(self) -> Audience:
        """Whom a picture of what runs now is for."""
        return Audience(
            viewers=self.viewers(), predicting=self.predicting(), workflow=self.workflow_id, prompt=self.prompt_id
        )

    def on_screen(self, node: str) -> str:
        """The node that stands for it on screen, where a loop copied it."""
        return self.shown.get(node, node)


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
    prompt = get_progress_state().dynprompt
    added = {node: prompt.get_node(node) for node in prompt.all_node_ids() if node not in job[2]}
    return Running(
        prompt_id=context.prompt_id,
        node_id=context.node_id,
        graph={**job[2], **added},
        workflow_id=_workflow_id(job[3]),
        client_id=server.client_id,
        shown={node: prompt.get_display_node_id(node) for node in added},
    )


def _workflow_id(extra) -> str | None:
    """What a client sends beside its prompt may be anything."""
    for name in ("extra_pnginfo", "workflow", "id"):
        extra = extra.get(name) if isinstance(extra, dict) else None
    return extra if isinstance(extra, str) else None
