// Names of files that a node saves: what stands between % in them is filled in when the node is queued.

/** Nodes that save a file, and the widget with its name. */
const NAMED_IN = {
  DenoiscopeSaveDeck: "filename_prefix",
  DenoiscopePage: "filename_prefix",
  DenoiscopeTruncateLora: "filename_prefix",
  DenoiscopeExtractLora: "filename_prefix",
  DenoiscopeLowRankLab: "save_page_as",
};

/** `filled` makes of a name as it was typed the name that is meant; what was typed stays in the workflow. */
export function fillInName(node, filled) {
  const widget = node.widgets?.find(({ name }) => name === NAMED_IN[node.comfyClass]);
  if (widget) widget.serializeValue = () => filled(widget.value);
}
