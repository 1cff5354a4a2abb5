"""What a graph says of the run of one of its nodes: values and texts, followed from link to link as far as they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

ONLY_PROMPT = {"positive": "conditioning"}
"""What guiders that take a single prompt call it, as BasicGuider does."""
HELD_BY = {"sampler_name": "sampler", "scheduler": "sigmas"}
"""Settings of the KSampler that other samplers take as an object, and the input that it comes through."""
TEXTS = (
    *("text", "prompt", "user_prompt", "text_g", "text_l", "clip_g", "clip_l", "t5xxl", "llama", "bert", "mt5xl"),
    *("tags", "lyrics"),
)
"""Inputs in which nodes that take a CLIP hold what it is to encode; some hold several."""
JOINED = (("conditioning_1", "conditioning_2"), ("conditioning_to", "conditioning_from"))
"""Inputs of nodes that make one conditioning of two. With a strength beside them it is an average, and no text."""
AVERAGED = "conditioning_to_strength"
EMPTIED = "ConditioningZeroOut"
AND = " + "
FARTHEST = 64
"""Nodes that are followed; a graph that was sent by hand may be a ring."""


@dataclass(frozen=True, kw_only=True)
class GraphWords:
    """Reads an API prompt, {id: {"class_type", "inputs"}}. What it does not know for certain it does not say."""

    graph: Mapping[str, dict]

    def value(self, node: str, name: str) -> Any:
        """What a widget says: typed, or linked to a node that holds one value; None where that is not known."""
        inputs = self.inputs(node)
        holder = inputs.get(HELD_BY.get(name, ""))
        if name not in inputs and is_link(holder):
            return self._plain(holder[0], name)
        return self._plain(node, name)

    def text(self, node: str, name: str) -> str | None:
        """The prompt behind a conditioning input; None where it is not known."""
        return self._behind(self._conditioning(node, name), FARTHEST)

    def why_no_text(self, node: str, name: str) -> str | None:
        """The class of the node behind which the prompt is lost; None where nothing is connected or the text known."""
        link = self._conditioning(node, name)
        if link is None or self.text(node, name) is not None:
            return None
        return str(self._node(link[0]).get("class_type", "a node that is not in the graph"))

    def encoder(self, node: str, name: str) -> str | None:
        """The node whose CLIP wrote a conditioning input: its loader, behind LoRAs and settings; None where the way
        there is not known.
        """
        link = self._conditioning(node, name)
        for _ in range(FARTHEST):
            if link is None:
                return None
            inputs = self.inputs(str(link[0]))
            if is_link(inputs.get("clip")):
                return self._loader(inputs["clip"])
            link = self._through(inputs, link[1])
        return None

    def _loader(self, link: list) -> str | None:
        for _ in range(FARTHEST):
            node = str(link[0])
            further = self.inputs(node).get("clip")
            if not is_link(further):
                return node if node in self.graph else None
            link = further
        return None

    def inputs(self, node: str) -> dict:
        found = self._node(node).get("inputs")
        return found if isinstance(found, dict) else {}

    def sources(self, node: str) -> set[str]:
        return {str(value[0]) for value in self.inputs(node).values() if is_link(value)}

    def _conditioning(self, node: str, name: str) -> list | None:
        inputs = self.inputs(node)
        if name not in inputs and is_link(inputs.get("guider")):
            inputs = self.inputs(inputs["guider"][0])
            name = name if name in inputs else ONLY_PROMPT.get(name, name)
        link = inputs.get(name)
        return link if is_link(link) else None

    def _behind(self, link: list | None, left: int) -> str | None:
        if link is None or not left:
            return None
        node, output = str(link[0]), link[1]
        inputs = self.inputs(node)
        if is_link(inputs.get("clip")):
            return self._encoded(node, left)
        if self._node(node).get("class_type") == EMPTIED or AVERAGED in inputs:
            return None
        for pair in JOINED:
            if all(is_link(inputs.get(name)) for name in pair):
                return _joined([self._behind(inputs[name], left - 1) for name in pair])
        through = self._through(inputs, output)
        return self._behind(through, left - 1)

    @staticmethod
    def _through(inputs: dict, output) -> list | None:
        """The conditioning that a node hands on, changed or not: its only one, or the one at the output's place."""
        pair = [inputs.get(name) for name in ("positive", "negative")]
        if all(map(is_link, pair)):
            return pair[output] if output in (0, 1) else None
        return inputs["conditioning"] if is_link(inputs.get("conditioning")) else None

    def _encoded(self, node: str, left: int) -> str | None:
        inputs = self.inputs(node)
        texts = [self._plain(node, name) for name in TEXTS if name in inputs]
        return _joined([text if isinstance(text, str) else None for text in texts])

    def _plain(self, node: str, name: str):
        value = self.inputs(node).get(name)
        for _ in range(FARTHEST):
            if not isinstance(value, list):
                return value
            if not is_link(value):
                return None
            value = self._held(value[0])
        return None

    def _held(self, node: str):
        """The value of a node that holds one and does nothing to it, as ComfyUI's Primitives do."""
        inputs = self.inputs(node)
        return inputs["value"] if list(inputs) == ["value"] else None

    def _node(self, node) -> dict:
        found = self.graph.get(str(node))
        return found if isinstance(found, dict) else {}


def is_link(value: object) -> TypeGuard[list]:
    return (
        isinstance(value, list) and len(value) == 2 and isinstance(value[0], (str, int)) and isinstance(value[1], int)
    )


def _joined(texts: list[str | None]) -> str | None:
    """Each text once; None where one of them is not known."""
    if not texts or any(text is None for text in texts):
        return None
    return AND.join(dict.fromkeys(text for text in texts if text)) if any(texts) else ""
