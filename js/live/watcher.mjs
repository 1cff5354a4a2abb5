// Where the model looks for each word of the prompt: shares of attention, averaged over heads and layers.

import { readIn, tokenize } from "../pocket/text.mjs";

/** Where each word of a prompt stands among its tokens: a list of [word, places], each word once. */
export function wordPlaces(prompt) {
  const words = readIn(prompt).map(([word]) => word);
  const places = new Map();
  const room = tokenize(prompt)[0].length - 2;
  words.forEach((word, at) => {
    const token = Math.floor(at / room) * (room + 2) + 1 + (at % room);
    if (word !== ",") places.set(word, [...(places.get(word) ?? []), token]);
  });
  return [...places];
}

/** { watch, taken }: `watch` goes to the run; taken() gives what it has seen since last asked. */
export function createWatcher(prompt) {
  const words = wordPlaces(prompt);
  let sums = new Map();

  function watch(name, head, item, shares, tokens) {
    if (item !== 0 || !words.length) return;
    const count = shares.length / tokens;
    if (!sums.has(count))
      sums.set(count, { layers: new Set(), heads: 0, maps: new Float32Array(words.length * count) });
    const sum = sums.get(count);
    sum.layers.add(name);
    sum.heads++;
    words.forEach(([, places], word) => {
      for (const token of places)
        for (let at = 0; at < count; at++) sum.maps[word * count + at] += shares[token * count + at];
    });
  }

  /** { words, groups: [{ side, layers, maps [word, row, column] }] }, finest first; null where nothing was read. */
  function taken() {
    const groups = [...sums]
      .sort(([a], [b]) => b - a)
      .map(([count, { layers, heads, maps }]) => ({
        side: Math.sqrt(count),
        layers: layers.size,
        maps: maps.map((value) => value / heads),
      }));
    sums = new Map();
    return groups.length ? { words: words.map(([word]) => word), groups } : null;
  }

  return { watch, taken };
}
