// A few sentences on a node of ComfyUI's own: what the pocket model made of the prompt that the node encodes.

const NAME = "denoiscope_words";
const LEAST_HEIGHT = 40;

/** Lets the node say the sentences in place of what it said before; with none it is as if it had never spoken. */
export function sayOnNode(document, node, sentences) {
  if (!node?.addDOMWidget) return;
  const widget = node.widgets?.find(({ name }) => name === NAME);
  if (sentences.length) write(document, (widget ?? withWords(document, node)).element, sentences);
  else if (widget) removeFrom(node, widget);
  node.setDirtyCanvas(true, true);
}

function write(document, element, sentences) {
  element.replaceChildren(...sentences.map((sentence) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    return line;
  }));
}

function withWords(document, node) {
  const element = document.createElement("div");
  element.className = "ds-node-words";
  element.setAttribute("role", "status");
  const widget = node.addDOMWidget(NAME, NAME.toUpperCase(), element, {
    serialize: false, hideOnZoom: false, getMinHeight: () => LEAST_HEIGHT, getMaxHeight: () => LEAST_HEIGHT,
  });
  widget.serialize = false;
  const [width, height] = node.computeSize();
  node.setSize([Math.max(node.size[0], width), Math.max(node.size[1], height)]);
  return widget;
}

function removeFrom(node, widget) {
  widget.onRemove?.();
  node.widgets.splice(node.widgets.indexOf(widget), 1);
}
