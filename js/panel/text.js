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
 * Paragraphs and lists. `onItem(item)` gives what stands behind an item that has a target, or nothing;
 * `explain(word)` a sentence for a word of the glossary, or null.
 *
 * @param {{ onItem?: (item: any) => any[], explain?: (word: string) => ?string }} ways
 */
export function drawBlocks(make, blocks, ways) {
  const { onItem = () => [], explain = unexplained } = ways;
  const words = (text) => line(make, text, explain);
  return blocks.map((block) => (block.items ? list(make, block, words, onItem) : make("p", {}, ...words(block.text))));
}

/** @type {(word: string) => ?string} */
const unexplained = () => null;

/** What is marked in a text and stands in the glossary is explained where one points at it, or goes to it by Tab. */
export function line(make, text, explain = unexplained) {
  return parts(text).map((part) => {
    if (part.kind === "plain") return part.text;
    const means = explain(part.text);
    const attributes = { tabindex: 0, "data-means": means, "aria-description": means };
    return make(part.kind, {}, means ? make("dfn", attributes, part.text) : part.text);
  });
}

function list(make, { start, items }, words, onItem) {
  const entries = items.map((item) => make("li", {}, ...words(item.text), ...onItem(item)));
  return start === null ? make("ul", {}, ...entries) : make("ol", { start }, ...entries);
}

/** Gives the sentence of a word, however it is written, or null. */
export function createGlossary(entries) {
  const means = new Map(entries.map((entry) => [entry.word.toLowerCase(), entry.means]));
  return (word) => means.get(word.toLowerCase()) ?? null;
}
