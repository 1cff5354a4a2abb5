// Nodes and the ids they go by: "5:3" while running is node 3 inside the subgraph of node 5.

/** The node that an execution id names in the graph shown now, or null. */
export function nodeByExecutionId(root, id) {
  let graph = root;
  let node = null;
  for (const part of String(id).split(":")) {
    node = graph?.getNodeById(part) ?? graph?.getNodeById(Number(part)) ?? null;
    if (!node) return null;
    graph = node.subgraph;
  }
  return node;
}

/** Whether an id of a graph is none: all zeros, as ComfyUI leaves it where a graph was cleared. */
export const isNameless = (id) => !id || /^[0-]+$/.test(id);

/** Every node of a graph and of the subgraphs in it, with its execution id. */
export function* everyNode(graph, prefix = "") {
  for (const node of graph?.nodes ?? []) {
    const id = `${prefix}${node.id}`;
    yield [node, id];
    if (node.subgraph) yield* everyNode(node.subgraph, `${id}:`);
  }
}

/** Null for a node that stands in no graph, as the copies do that the frontend makes and drops. */
export function executionIdOf(root, node) {
  for (const [one, id] of everyNode(root)) if (one === node) return id;
  return null;
}

/** The id under which the frontend keeps a node's outputs: inside a subgraph it names the definition. */
export function outputIdOf(root, node) {
  const { graph } = node;
  if (!graph) return null;
  return graph === root || graph.isRootGraph ? String(node.id) : `${graph.id}:${node.id}`;
}
