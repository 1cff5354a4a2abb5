"""One workflow run again and again in the frontend, each time from another seed: with a viewer, or of stock nodes."""

from .frontend import Frontend, wait_for_deck
from .workflows import sampled, sampled_by_stock_nodes

SEED = """(seed) => {
  const sampler = app.graph.nodes.find((node) => node.type.endsWith("KSampler"));
  sampler.widgets.find((widget) => widget.name === "seed").value = seed;
}"""
VIEWERS = "app.graph.nodes.filter((node) => node.type === 'DenoiscopeViewer').length"


def shown(opened: Frontend) -> None:
    """a Deck Viewer"""
    opened.load(sampled(steps=2))


def stock(opened: Frontend) -> None:
    """stock nodes"""
    opened.page.evaluate("(flow) => app.loadGraphData(flow, true, true, 'stock')", sampled_by_stock_nodes(steps=2))


def run_once(opened: Frontend, seed: int) -> None:
    opened.page.evaluate(SEED, seed)
    opened.run()
    if opened.page.evaluate(VIEWERS):
        wait_for_deck(opened.viewer())
