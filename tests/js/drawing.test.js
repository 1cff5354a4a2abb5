// A deck that grows while its views are drawn, and one whose drawing was stopped.

import assert from "node:assert/strict";
import test from "node:test";

import { growsInto, leftUndrawn } from "../../js/viewer/deck/drawing.js";
import { readDeck, viewOf } from "../../js/viewer/deck/deck.js";
import { beingDrawn, notDecoded, notDrawn } from "../../js/viewer/words/viewer.js";
import { contract } from "./contract.js";
import { deckPayload, view } from "./payloads.js";

const early = () => readDeck(contract("live_views").deck);
const finished = (payload) => ({
  ...payload, views: payload.views.map((one) => ({ ...one, drawing: false })),
});

test("what Python sends first can be scrubbed at the guess, and says of the rest that it is being drawn", () => {
  const deck = early();
  assert.equal(deck.drawing, true);
  assert.ok(viewOf(deck, "x0").picture(0, 0, 0).source);
  assert.deepEqual(viewOf(deck, "cond").picture(0, 0, 0), { words: beingDrawn() });
  assert.equal(viewOf(deck, "triangle").drawing, true);
});

test("more of the same runs is the same deck, until it is finished", () => {
  const deck = early();
  const whole = readDeck(finished(contract("live_views").deck));
  assert.equal(growsInto(deck, early()), true);
  assert.equal(growsInto(deck, whole), true);
  assert.equal(growsInto(whole, whole), false);
  assert.equal(growsInto(null, deck), false);
  assert.equal(growsInto(deck, readDeck(deckPayload())), false);
});

test("a live deck never grows into a finished one", () => {
  assert.equal(growsInto({ ...early(), live: true, run: "a" }, early()), false);
});

test("stopped, what is there stays and what is not says why", () => {
  const left = leftUndrawn(early());
  assert.equal(left.drawing, false);
  assert.equal(viewOf(left, "x0").why, notDecoded());
  assert.ok(viewOf(left, "x0").picture(0, 1, 0).source);
  assert.equal(viewOf(left, "cond").absent, notDrawn());
  assert.deepEqual(viewOf(left, "triangle").corners.cond.picture(0, 0, 0), { words: notDrawn() });
});

test("a finished view is left as it is", () => {
  const deck = readDeck(deckPayload({ views: [view("x"), view("x0", { drawing: true })] }));
  assert.equal(viewOf(leftUndrawn(deck), "x"), viewOf(deck, "x"));
});
