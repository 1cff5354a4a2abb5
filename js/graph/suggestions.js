// Which node ComfyUI offers first where a link is dropped on the empty canvas.

/** The frontend lists five nodes, in the order in which they were registered, those first that need the input. */
export function offerFirst(LiteGraph, type, node) {
  const offered = LiteGraph.slot_types_default_out?.[type];
  if (offered) LiteGraph.slot_types_default_out[type] = [node, ...offered.filter((name) => name !== node)];
}
