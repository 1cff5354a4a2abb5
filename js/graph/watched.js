// What a watch has said on each Record node: the newest few sentences, the newest first.

export const SAID = 3;

export function createWatched() {
  const said = new WeakMap();

  /** Gives all that the node is to say now. */
  function add(node, sentence) {
    said.set(node, [sentence, ...(said.get(node) ?? []).filter((one) => one !== sentence)].slice(0, SAID));
    return said.get(node);
  }

  return { add };
}
