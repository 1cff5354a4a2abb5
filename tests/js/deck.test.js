import assert from "node:assert/strict";
import test from "node:test";

import { readDeck, stateAt, tabOf, tabsOf, viewOf } from "../../js/viewer/deck/deck.js";
import { deckPayload, view } from "./payloads.js";

const pictureOf = (deck, id, ...place) => viewOf(deck, id).picture(...place);

test("n steps are n + 1 states", () => {
  assert.equal(readDeck(deckPayload({ steps: [4] })).steps, 4);
  assert.equal(readDeck(deckPayload({ steps: [4] })).trajectories[0].sigmas.length, 5);
});

test("slots run over trajectories, then states, then frames", () => {
  const deck = readDeck(deckPayload({ steps: [1, 2], frames: 2 }));
  const slotOf = ({ x, y }) => x / 10 + (y / 20) * 3;
  let slot = 0;
  for (const [index, states] of [2, 3].entries())
    for (let state = 0; state < states; state++)
      for (let frame = 0; frame < 2; frame++) assert.equal(slotOf(pictureOf(deck, "x", index, state, frame)), slot++);
});

test("a slot beyond the first sheet is counted from the start of its own", () => {
  const sheets = [
    { source: "first", columns: 2, first: 0, count: 3 },
    { source: "second", columns: 2, first: 3, count: 2 },
  ];
  const deck = readDeck(deckPayload({ views: [view("x", { sheets })] }));
  assert.deepEqual(pictureOf(deck, "x", 0, 2, 0), { source: "first", x: 0, y: 20, width: 10, height: 20 });
  assert.deepEqual(pictureOf(deck, "x", 0, 4, 0), { source: "second", x: 10, y: 0, width: 10, height: 20 });
});

test("an absent view gives its sentence and wants no sheet", () => {
  const deck = readDeck(deckPayload({ views: [view("uncond", { absent: "not evaluated" })] }));
  assert.deepEqual(pictureOf(deck, "uncond", 0, 0, 0), { words: "not evaluated" });
  assert.deepEqual(viewOf(deck, "uncond").sources, []);
});

test("a state without a picture gives the sentence of its view", () => {
  const deck = readDeck(deckPayload({ views: [view("cond", { present: [[true, true, true, true, false]] })] }));
  assert.deepEqual(pictureOf(deck, "cond", 0, 4, 0), { words: "no cond here" });
  assert.equal(pictureOf(deck, "cond", 0, 3, 0).source, "cond-0");
});

test("a slot that no sheet holds is a missing picture, not another one", () => {
  const sheets = [{ source: "s", columns: 1, first: 0, count: 2 }];
  const deck = readDeck(deckPayload({ views: [view("x", { sheets })] }));
  assert.deepEqual(pictureOf(deck, "x", 0, 2, 0), { words: "no x here" });
});

test("a frame beyond a trajectory's last one is its last one", () => {
  const deck = readDeck(deckPayload({ frames: 2 }));
  assert.deepEqual(pictureOf(deck, "x", 0, 0, 9), pictureOf(deck, "x", 0, 0, 1));
});

test("a shorter trajectory stays at its last state", () => {
  const deck = readDeck(deckPayload({ steps: [2, 4] }));
  assert.equal(deck.steps, 4);
  assert.equal(stateAt(deck.trajectories[0], 4), 2);
});

test("the raw scale is a switch of x_t and not a tab of its own", () => {
  const deck = readDeck(deckPayload());
  assert.deepEqual(tabsOf(deck).map((one) => one.id), ["x", "x0"]);
  assert.equal(tabOf(deck, "x_raw"), "x");
  const alone = readDeck(deckPayload({ views: [view("x_raw")] }));
  assert.deepEqual(tabsOf(alone).map((one) => one.id), ["x_raw"]);
  assert.equal(tabOf(alone, "x_raw"), "x_raw");
});

test("what is no deck, or a later one, or empty is refused with a sentence", () => {
  assert.throws(() => readDeck({ format: "something" }), /not a Denoiscope deck/);
  assert.throws(() => readDeck(null), /not a Denoiscope deck/);
  assert.throws(() => readDeck(deckPayload({ version: 2 })), /version 2.*update Denoiscope/);
  assert.throws(() => readDeck(deckPayload({ trajectories: [] })), /no trajectory/);
});
