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

/** An id as ComfyUI makes it (UUID 4). A page that came over plain http has no crypto.randomUUID. */
export function newId(random) {
  const bytes = random(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

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
  for (const [found, id] of everyNode(root)) if (found === node) return id;
  return null;
}

/** The id under which the frontend keeps a node's outputs: inside a subgraph it names the definition. */
export function outputIdOf(root, node) {
  const { graph } = node;
  if (!graph) return null;
  return graph === root || graph.isRootGraph ? String(node.id) : `${graph.id}:${node.id}`;
}
