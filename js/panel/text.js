// The course's Markdown, drawn as elements: **strong**, *emphasis* and paragraphs; a text never becomes HTML.

const MARK = /\*\*(.+?)\*\*|\*(.+?)\*/g;

/** A line of text in parts, [{ kind: "plain" | "strong" | "em", text }]. */
export function parts(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(MARK)) {
    if (match.index > end) found.push({ kind: "plain", text: text.slice(end, match.index) });
    found.push(match[1] ? { kind: "strong", text: match[1] } : { kind: "em", text: match[2] });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ kind: "plain", text: text.slice(end) });
  return found;
}

/**
 * Paragraphs and lists. `onItem(item)` gives what stands behind an item that has a target, or nothing.
 *
 * @param {(item: any) => any[]} onItem
 */
export function drawBlocks(make, blocks, onItem = () => []) {
  return blocks.map((block) => (block.items ? list(make, block, onItem) : make("p", {}, ...line(make, block.text))));
}

export function line(make, text) {
  return parts(text).map((part) => (part.kind === "plain" ? part.text : make(part.kind, {}, part.text)));
}

function list(make, { start, items }, onItem) {
  const entries = items.map((item) => make("li", {}, ...line(make, item.text), ...onItem(item)));
  return start === null ? make("ul", {}, ...entries) : make("ol", { start }, ...entries);
}
