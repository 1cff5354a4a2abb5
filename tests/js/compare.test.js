import assert from "node:assert/strict";
import test from "node:test";

import { partingWords } from "../../js/viewer/words/cells.js";
import { wipeByKey } from "../../js/viewer/cells/compare.js";
import { createParting, partingIn, rms, THRESHOLD } from "../../js/viewer/cells/parting.js";

const pixels = (...colours) => Uint8ClampedArray.from(colours.flatMap((one) => [one, one, one, 255]));

test("the distance is the root mean square over pixels, black to white being one", () => {
  assert.equal(rms(pixels(0, 0), pixels(0, 0)), 0);
  assert.equal(rms(pixels(0, 0), pixels(255, 255)), 1);
  assert.ok(Math.abs(rms(pixels(0, 0), pixels(255, 0)) - Math.SQRT1_2) < 1e-12);
});

test("alpha takes no part in the distance", () => {
  assert.equal(rms(Uint8ClampedArray.of(9, 9, 9, 0), Uint8ClampedArray.of(9, 9, 9, 255)), 0);
});

test("two cells part at the first state beyond the threshold", () => {
  assert.deepEqual(partingIn([0.01, 0.04, 0.06, 0.02]), { kind: "step", step: 2, distance: 0.06 });
});

test("two that are apart at the first state that has both pictures part from the start", () => {
  assert.deepEqual(partingIn([null, 0.2, 0.3]), { kind: "start", step: 1, distance: 0.2 });
});

test("two that stay within the threshold never part", () => {
  assert.deepEqual(partingIn([0, THRESHOLD, 0.02]), { kind: "never", largest: THRESHOLD });
});

test("without two pictures nothing is claimed", () => {
  assert.deepEqual(partingIn([null, null]), { kind: "unknown" });
  assert.deepEqual(partingIn([]), { kind: "unknown" });
});

test("the words name the step, the σ and the threshold", () => {
  assert.equal(
    partingWords({ kind: "step", step: 3, distance: 0.06 }, 0.05, 7.12),
    "They part at step 3, σ 7.12: the x0 guesses get more than 5 % apart.",
  );
  assert.match(partingWords({ kind: "never", largest: 0.0213 }, 0.05, null), /never part: .* within 2.1 %/);
  assert.match(partingWords({ kind: "start", step: 0, distance: 0.31 }, 0.05, 14), /from the start: .* 31 %/);
  assert.match(partingWords(undefined, 0.05, null), /Looking/);
});

test("keys move the border and stop at the ends", () => {
  assert.deepEqual(
    ["ArrowLeft", "ArrowRight", "PageUp", "Home", "End", "a"].map((key) => wipeByKey(key, 0.5)),
    [0.48, 0.52, 0.6, 0, 1, null],
  );
  assert.equal(wipeByKey("ArrowRight", 0.99), 1);
});

/** A deck whose cell k has, at step s, a picture of the colour given; and a canvas that holds what is drawn into it. */
function searching(colours, { loaded = true } = {}) {
  const queue = [];
  let drawn = 0;
  let there = loaded;
  const make = () => ({
    getContext: () => {
      const canvas = { width: 0, height: 0 };
      let colour = 0;
      return {
        canvas, drawImage: (bitmap) => (colour = bitmap.colour),
        getImageData: () => ((drawn += 1), { data: pixels(colour) }),
      };
    },
  });
  const window = { requestIdleCallback: (run) => queue.push(run), cancelIdleCallback: () => (queue.length = 0) };
  const view = {
    id: "x0", picture: (index, step) => ({ source: `${index} ${step}`, x: 0, y: 0, width: 1, height: 1 }),
  };
  const sheets = {
    failure: () => undefined,
    get: (source) => {
      const [index, step] = source.split(" ");
      return there ? { colour: colours[index][step] } : null;
    },
  };
  let changes = 0;
  const parting = createParting({ make, window }, { sheets, changed: () => (changes += 1) });
  const deck = { views: [view], steps: colours[0].length - 1 };
  const together = { bySigma: false, at: (_, step) => step };
  const run = () => {
    while (queue.length) queue.shift()();
  };
  return {
    ask: (pair) => parting.ask(deck, pair, together, 0), parting, run, drawn: () => drawn, changes: () => changes,
    arrive: () => (there = true),
  };
}

test("the search runs in idle time, reads no further than it must, and its answer is kept", () => {
  const one = searching([[0, 0, 0, 0], [0, 0, 200, 200]]);
  assert.equal(one.ask([0, 1]), undefined);
  assert.equal(one.drawn(), 0);
  one.run();
  assert.deepEqual([one.changes(), one.drawn()], [1, 6]);
  assert.equal(one.ask([0, 1]).step, 2);
  assert.equal(one.ask([1, 0]).step, 2);
  one.run();
  assert.equal(one.drawn(), 6);
});

test("the search waits for pictures that are on the way", () => {
  const one = searching([[0, 0], [0, 0]], { loaded: false });
  one.ask([0, 1]);
  one.run();
  assert.equal(one.changes(), 0);
  one.arrive();
  one.parting.wake();
  one.run();
  assert.equal(one.ask([0, 1]).kind, "never");
});

test("a new deck forgets the answers of the last", () => {
  const one = searching([[0], [0]]);
  one.ask([0, 1]);
  one.run();
  one.parting.forget();
  assert.equal(one.ask([0, 1]), undefined);
});
