// Where the model looked for each word, as the viewer takes it: small grey pictures, each word's largest share white.

import { FROM_ZERO } from "./views.mjs";

/** Null unless all runs have the same words: maps of different words cannot stand behind one choice. */
export function attentionOf(runs, sourceOf) {
  const first = runs[0]?.attention.find(Boolean);
  const same = (run) => run.attention.find(Boolean)?.words.join(" ") === first?.words.join(" ");
  if (!first || !runs.every(same)) return null;
  return {
    words: first.words,
    colours: FROM_ZERO,
    present: runs.map((run) => run.x.map((_, state) => Boolean(run.attention[state]))),
    groups: choices(first).map((choice) => groupOf(choice, first.words, runs, sourceOf)),
  };
}

/** All layers together, and each resolution of its own. */
function choices({ groups }) {
  const [finest] = groups;
  const all = {
    name: "all layers",
    side: finest.side,
    layers: groups.reduce((sum, { layers }) => sum + layers, 0),
    group: null,
  };
  return [all, ...groups.map(({ side, layers }, group) => ({ name: `${side} × ${side}`, side, layers, group }))];
}

function groupOf({ name, side, layers, group }, words, runs, sourceOf) {
  const slots = runs.flatMap((run) => run.x.map((_, state) => run.attention[state] ?? null));
  const shares = words.map((_, word) => slots.map((maps) => maps && sharesOf(maps, group, word)));
  const own = shares.map((list) => Math.max(...list.filter(Boolean).map((share) => Math.max(...share))));
  const key = `attention ${runs.map(({ id }) => id)} ${name}`;
  const sheets = words.map((_, word) => ({
    source: sourceOf(`${key} ${word}`, () => strip(shares[word], side, own[word])),
    columns: slots.length,
    first: word * slots.length,
    count: slots.length,
  }));
  return { name, layers, columns: side, rows: side, own, sheets };
}

/** All maps of a word beside one another, from black to white. */
function strip(list, side, white) {
  const image = new ImageData(side * list.length, side);
  list.forEach((share, column) =>
    share?.forEach((value, at) => {
      const pixel = (Math.floor(at / side) * list.length + column) * side + (at % side);
      image.data.set([...Array(3).fill((255 * value) / white), 255], 4 * pixel);
    }),
  );
  return image;
}

/** The shares of one word, [row, column]; of all layers where `group` is null: each, enlarged, counts by its layers. */
function sharesOf({ groups }, group, word) {
  const of = ({ side, maps }) => maps.subarray(word * side * side, (word + 1) * side * side);
  if (group !== null) return of(groups[group]);
  const total = groups.reduce((sum, { layers }) => sum + layers, 0);
  const { side } = groups[0];
  const sum = new Float32Array(side * side);
  for (const one of groups) {
    const part = enlarged(of(one), one.side, side);
    part.forEach((share, at) => (sum[at] += (share * one.layers) / total));
  }
  return sum;
}

/** By straight lines between the middles of the places. */
function enlarged(map, from, to) {
  if (from === to) return map;
  const along = (at) => Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5));
  return Float32Array.from({ length: to * to }, (_, at) => {
    const [y, x] = [along(Math.floor(at / to)), along(at % to)];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [bottom, right] = [Math.min(from - 1, top + 1), Math.min(from - 1, left + 1)];
    const row = (r) => map[r * from + left] + (map[r * from + right] - map[r * from + left]) * (x - left);
    return row(top) + (row(bottom) - row(top)) * (y - top);
  });
}
