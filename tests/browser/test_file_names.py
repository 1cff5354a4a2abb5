"""Names of files: what ComfyUI fills in where Save Image is queued, it fills in for the nodes that save files here."""

import re

import pytest

from denoiscope.devtools.driving.workflows import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NODES = {
    "DenoiscopeSaveDeck": "filename_prefix",
    "DenoiscopePage": "filename_prefix",
    "DenoiscopeTruncateLora": "filename_prefix",
    "DenoiscopeExtractLora": "filename_prefix",
    "DenoiscopeLowRankLab": "save_page_as",
}
TYPED = "class/%date:yyyy% seed %KSampler with Deck.seed%"
QUEUED = """async ({ nodes, typed }) => {
  const made = Object.entries(nodes).map(([type, name]) => {
    const node = LiteGraph.createNode(type);
    app.graph.add(node);
    const widget = node.widgets.find((one) => one.name === name);
    widget.value = typed;
    return { node, name, widget };
  });
  const { output } = await app.graphToPrompt();
  const saved = app.graph.serialize().nodes;
  return made.map(({ node, name, widget }) => ({
    queued: output[node.id]?.inputs[name],
    kept:
      widget.value === typed &&
      saved.find((one) => String(one.id) === String(node.id)).widgets_values.includes(typed),
  }));
}"""


def test_dates_and_other_nodes_values_are_filled_in_when_queued_and_stay_as_typed_in_the_workflow(opened):
    opened.load(sampled(seed=4711, steps=2))
    for node in opened.page.evaluate(QUEUED, {"nodes": NODES, "typed": TYPED}):
        assert node["kept"] and re.fullmatch(r"class/20\d\d seed 4711", node["queued"]), node
