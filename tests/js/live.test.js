import assert from "node:assert/strict";
import test from "node:test";

import { liveDeck, stoppedDeck } from "../../js/viewer/deck/live.js";
import { stepEvent } from "./payloads.js";

const grown = (...events) => events.reduce(liveDeck, null);

test("rows of a live picture are views and its columns are items", () => {
  const deck = grown(stepEvent(0));
  const { x, y, width, height } = deck.views[1].picture(1, 0, 0);
  assert.deepEqual([x, y, width, height], [8, 6, 8, 6]);
});

test("a live deck knows the states that have arrived and says so of the others", () => {
  const deck = grown(stepEvent(0), stepEvent(2));
  assert.equal(deck.newest, 2);
  assert.equal(deck.views[0].picture(0, 2, 0).source.filename, "2.jpg");
  assert.match(deck.views[0].picture(0, 1, 0).words, /has arrived/);
  assert.deepEqual(deck.trajectories[0].sigmas, [10, null, 8, null, null]);
});

test("the newest picture is wanted first", () => {
  const deck = grown(stepEvent(0), stepEvent(1), stepEvent(2));
  assert.deepEqual(deck.views[0].sources.map((source) => source.filename), ["2.jpg", "1.jpg", "0.jpg"]);
});

test("another run begins a deck of its own", () => {
  const deck = grown(stepEvent(0), stepEvent(1), stepEvent(0, { run: "r2" }));
  assert.equal(deck.views[0].sources.length, 1);
  assert.equal(deck.run, "r2");
});

test("a run that stopped says how far it came", () => {
  const deck = stoppedDeck(grown(stepEvent(0), stepEvent(1)));
  assert.match(deck.trajectories[1].notes[0], /stopped at step 1 of 4/);
  assert.equal(deck.views[0].picture(0, 1, 0).source.filename, "1.jpg");
});

test("a picture that comes after the run has stopped is shown and starts nothing", () => {
  const late = liveDeck(stoppedDeck(grown(stepEvent(0), stepEvent(1))), stepEvent(2));
  assert.equal(late.stopped, true);
  assert.match(late.trajectories[0].notes[0], /stopped at step 2 of 4/);
  assert.equal(liveDeck(late, stepEvent(0, { run: "r2" })).stopped, false);
});

test("adding a step leaves the deck before it as it was", () => {
  const before = grown(stepEvent(0));
  liveDeck(before, stepEvent(1));
  assert.equal(before.arrived.size, 1);
});
