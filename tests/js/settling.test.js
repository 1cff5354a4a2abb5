import assert from "node:assert/strict";
import test from "node:test";

import { readDeck } from "../../js/viewer/deck/deck.js";
import { linesOf, spokenLines } from "../../js/viewer/steps/lines.js";
import { cover, createCovers, stepsOf } from "../../js/viewer/covers/covers.js";
import { canCover, showsSettling } from "../../js/viewer/deck/settling.js";
import { paletteOf } from "../../js/viewer/drawing/colours.js";
import { bandReading, withSettledFacts } from "../../js/viewer/words/settling.js";
import { settledSwitched } from "../../js/viewer/deck/moves.js";
import { recalled, remembered, START } from "../../js/viewer/deck/state.js";
import { deckPayload, trajectory, view } from "./payloads.js";

const SHARED = {
  threshold: 0.2,
  bands: [
    { id: "layout", cycles: "up to 2 cycles per picture" },
    { id: "texture", cycles: "above 6" },
  ],
  colours: ["#000000", "#ff0000"],
};

const OWN = {
  distance: { layout: [3, 0.5, 0.1, 0.05, 0], texture: [1, 0.9, 0.5, null, 0], whole: [2, 1, 0.5, 0.3, 0] },
  settled: { layout: 2, texture: 4, whole: 4 },
  map: { columns: 3, rows: 2, steps: "012344" },
};

const deckWith = (settling = OWN, rest = {}) =>
  readDeck(deckPayload({ settling: SHARED, trajectories: [trajectory({ settling })], ...rest }));

test("a payload without it shows nothing of it", () => {
  const deck = readDeck(deckPayload());
  assert.equal(deck.settling, null);
  assert.equal(showsSettling({ settled: true }, deck), false);
  assert.equal(deckWith(null).settling, null);
});

test("the map is read digit by digit, as many to a step as it has", () => {
  assert.deepEqual(stepsOf(OWN.map), [0, 1, 2, 3, 4, 4]);
  assert.deepEqual(stepsOf({ columns: 2, rows: 1, steps: "0z10" }), [35, 36]);
  assert.deepEqual(stepsOf({ columns: 2, rows: 2, steps: "012" }), []);
});

test("a region has its step's colour from that step on, and is clear before", () => {
  const palette = paletteOf(SHARED.colours, 5);
  assert.deepEqual([...new Uint8Array(palette.buffer)].filter((_, at) => at % 4 === 0), [0, 64, 128, 191, 255]);
  const regions = new Uint32Array(3).fill(1);
  cover(regions, [0, 2, 3], 2, palette);
  assert.deepEqual([...new Uint8Array(regions.buffer)], [0, 0, 0, 255, 128, 0, 0, 255, 0, 0, 0, 0]);
});

test("the colours run from the first state to the last of the longest run, whatever is in the map", () => {
  const trajectories = [
    trajectory({ steps: 2, settling: { ...OWN, map: { columns: 1, rows: 1, steps: "1" } } }), trajectory({ steps: 8 }),
  ];
  const deck = readDeck(deckPayload({ settling: SHARED, trajectories }));
  assert.equal(deck.settling.last, 8);
});

test("colours lie over decoded pictures, not over maps of numbers", () => {
  const deck = deckWith();
  const shown = (rest) => canCover(deck, readDeck(deckPayload({ views: [view("x0", rest)] })).views[0]);
  assert.equal(shown({}), true);
  assert.equal(shown({ range: { low: 0, high: 1 } }), false);
  assert.equal(shown({ absent: "no" }), false);
});

/** A scope whose canvases remember what was put into them. */
function scopeWithCanvases() {
  let puts = 0;
  const context = () => ({
    createImageData: (width, height) => ({ data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: () => (puts += 1),
  });
  return { make: () => ({ getContext: context }), puts: () => puts };
}

test("a cover is drawn once for a state, and again for another one or another deck", () => {
  const scope = scopeWithCanvases();
  const covers = createCovers(scope);
  const deck = deckWith();
  const first = covers.at(deck, 0, 3);
  assert.equal(covers.at(deck, 0, 3), first);
  assert.equal(scope.puts(), 1);
  assert.notEqual(covers.at(deck, 0, 4), first);
  assert.notEqual(covers.at(deckWith(), 0, 4), first);
  assert.equal(covers.at(deckWith({ ...OWN, map: null }), 0, 4), null);
});

test("the chart has the bands in place of change and pull, with a ring where each settled", () => {
  const deck = deckWith();
  const lines = linesOf(deck, deck.trajectories, true).lines;
  assert.deepEqual(lines.map(({ id }) => id), ["sigma", "layout", "texture"]);
  assert.deepEqual(lines.slice(1).map(({ ring }) => ring(deck.trajectories[0])), [2, 4]);
  assert.deepEqual(lines[1].heights(deck.trajectories[0]), [1, 0.5, 0.1, 0.05, 0]);
  assert.deepEqual(lines[2].heights(deck.trajectories[0]), [1, 0.9, 0.5, null, 0]);
  assert.ok(!linesOf(deck, deck.trajectories).lines.some(({ id }) => id === "layout"));
});

test("a distance is read in percent of the spread", () => {
  const deck = deckWith();
  const [, layout] = linesOf(deck, deck.trajectories, true).lines;
  assert.deepEqual([0, 2].map((state) => layout.reading(deck.trajectories[0], state)), ["layout 300 %", "layout 10 %"]);
  assert.equal(bandReading("texture", null), "texture");
  assert.match(
    spokenLines(linesOf(deck, deck.trajectories, true).lines, deck.trajectories[0]),
    /layout settles at step 2; texture settles at step 4$/,
  );
});

test("a run alone has the steps among its facts, several have not", () => {
  const deck = deckWith();
  assert.deepEqual(withSettledFacts([], deck.trajectories), [["settled at step", "layout 2, texture 4, whole 4"]]);
  assert.deepEqual(withSettledFacts([], [...deck.trajectories, ...deck.trajectories]), []);
  assert.deepEqual(withSettledFacts([], [trajectory()]), []);
});

test("the switch is remembered, and storage cannot break it", () => {
  const on = settledSwitched(START);
  assert.equal(recalled(remembered(on)).settled, true);
  assert.equal(recalled({ settled: "yes" }).settled, false);
});
