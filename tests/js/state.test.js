import assert from "node:assert/strict";
import test from "node:test";

import { readDeck, viewOf } from "../../js/viewer/deck/deck.js";
import { liveDeck } from "../../js/viewer/deck/live.js";
import * as moves from "../../js/viewer/deck/moves.js";
import { DRAWS, START, extentOf, openingAt, recalled, remembered } from "../../js/viewer/deck/state.js";
import { deckPayload, stepEvent } from "./payloads.js";

const deck = readDeck(deckPayload({ steps: [4, 3] }));
const at = (step, rest) => ({ ...START, view: "x", step, ...rest });

test("a new deck shows its last state", () => {
  assert.equal(moves.fitted(START, deck).step, 4);
});

test("a step that the user chose stays chosen in the next deck", () => {
  const state = moves.moved(at(4), deck, 1);
  assert.equal(moves.fitted(state, deck).step, 1);
  assert.equal(moves.fitted({ ...state, step: 9 }, deck).step, 4);
});

test("a view that the next deck does not have gives way to its first", () => {
  assert.equal(moves.fitted(at(0, { view: "difference" }), deck).view, "x");
  assert.equal(moves.fitted(at(0, { view: "x0" }), deck).view, "x0");
});

test("a sweep and a walk open at the guess, a run at its noisy state", () => {
  const opened = (kind) => moves.fitted({ ...START }, readDeck(deckPayload({ kind }))).view;
  assert.deepEqual(["run", "sweep", "walk"].map(opened), ["x", "x0", "x0"]);
});

test("a live deck without the chosen view leaves the choice as it was", () => {
  const live = liveDeck(null, stepEvent(1));
  assert.equal(moves.fitted(at(0, { view: "difference", chosen: true }), live).view, "difference");
});

test("a run that is sampling opens at its guess, and afterwards as it comes; a view that was chosen stays", () => {
  const live = liveDeck(null, stepEvent(1));
  const sampled = moves.fitted(moves.fitted(START, live), deck);
  assert.equal(viewOf(live, moves.fitted(sampled, live).view).id, "x0");
  assert.equal(sampled.view, "x");
  const chosen = moves.viewed(sampled, deck, "x");
  assert.equal(viewOf(live, moves.fitted(moves.viewed(chosen, deck, "x0"), live).view).id, "x0");
  const raw = moves.rawSwitched(sampled);
  assert.deepEqual([raw.chosen, recalled(remembered(raw)).chosen], [true, true]);
});

test("what a workflow keeps of a place opens there again, and is no more than it must be", () => {
  const place = openingAt({ ...START, view: "x0", step: 3, attention: true, word: "cliff", speed: 2, playing: true });
  assert.deepEqual(place, { step: 3, view: "x0", attention: true, word: "cliff" });
});

test("moving stays between the first state and the last", () => {
  assert.equal(moves.moved(at(2), deck, -3).step, 0);
  assert.equal(moves.moved(at(2), deck, 99).step, 4);
});

test("a live deck reaches as far as its newest state", () => {
  const live = liveDeck(liveDeck(null, stepEvent(0)), stepEvent(1));
  assert.equal(moves.moved(at(0), live, 4).step, 1);
});

test("keys move by one, by a quarter, and to the ends", () => {
  const long = { live: false, steps: 20 };
  const by = (key) => moves.stepByKey(key, 10, long);
  assert.deepEqual(["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"].map(by), [11, 9, 11, 9]);
  assert.deepEqual(["PageUp", "PageDown", "Home", "End"].map(by), [15, 5, 0, 20]);
  assert.equal(by("Delete"), null);
});

test("playing stops at the end, or begins again where it loops", () => {
  assert.equal(moves.played(at(3, { playing: true }), deck).step, 4);
  assert.equal(moves.played(at(4, { playing: true }), deck).playing, false);
  const looped = moves.played(at(4, { playing: true, loop: true }), deck);
  assert.deepEqual([looped.step, looped.playing], [0, true]);
});

test("play pressed at the end begins from the start", () => {
  assert.deepEqual([moves.toggled(at(4), deck).step, moves.toggled(at(4), deck).playing], [0, true]);
  assert.equal(moves.toggled(at(2), deck).step, 2);
  assert.equal(moves.toggled(at(2, { playing: true }), deck).playing, false);
});

test("the raw scale lasts while x_t is chosen", () => {
  const raw = moves.rawSwitched(at(0));
  assert.equal(raw.view, "x_raw");
  assert.equal(moves.viewed(raw, deck, "x").view, "x_raw");
  assert.equal(moves.viewed(raw, deck, "x0").view, "x0");
  assert.equal(moves.rawSwitched(raw).view, "x");
});

test("all trajectories are shown, or the one chosen", () => {
  assert.deepEqual(moves.shownIndices(at(0), deck), [0, 1]);
  assert.deepEqual(moves.shownIndices(moves.chosen(at(0), deck, 1), deck), [1]);
  assert.equal(moves.fitted({ ...at(0), trajectory: 7 }, deck).trajectory, null);
});

test("what was remembered comes back", () => {
  const pins = [{ index: 1, label: "seed 1" }];
  const state = at(
    3,
    {
      speed: 2, loop: true, trajectory: 1, touched: true, arranged: true, lock: "step", subject: "steps", pins,
      compare: "difference", wipe: 0,
    },
  );
  assert.deepEqual(recalled(remembered(state)), state);
});

test("nonsense in storage is left out", () => {
  const nonsense = {
    view: 3, step: -1, frame: "x", trajectory: 1.5, speed: 100, loop: "yes", playing: true, lock: "both", subject: 1,
    pins: [1, { index: "x" }, null], compare: "", wipe: 2,
  };
  for (const saved of [null, undefined, "text", nonsense]) assert.deepEqual(recalled(saved), { ...START });
});

test("the first cell pinned is A, the second B, a third takes the place of B", () => {
  const of = (state) => state.pins.map((pin) => pin.index);
  const three = readDeck(deckPayload({ steps: [4, 4, 4] }));
  const pin = (state, index) => moves.pinned(state, three, index);
  const two = pin(pin(at(0), 2), 0);
  assert.deepEqual(of(two), [2, 0]);
  assert.deepEqual(of(pin(two, 1)), [2, 1]);
  assert.deepEqual(of(pin(two, 2)), [0]);
  assert.deepEqual(of(moves.unpinned(two)), []);
});

test("a pin stays for the next deck where the same cell is there again", () => {
  const pins = [{ index: 0, label: "seed 0" }, { index: 1, label: "another" }];
  assert.deepEqual(moves.fitted(at(0, { pins }), deck).pins, pins.slice(0, 1));
});

const walk = readDeck(
  deckPayload({ kind: "walk", steps: [4, 4, 4], axes: [{ name: "stop", values: ["seed 0", "half way", "seed 1"] }] }),
);

test("a walk is first seen at its first stop, and side by side once someone chose so", () => {
  assert.equal(moves.fitted(START, walk).trajectory, 0);
  assert.equal(moves.fitted(moves.chosen(at(0, { trajectory: 0 }), walk, null), walk).trajectory, null);
  assert.equal(moves.fitted(START, deck).trajectory, null);
});

test("playing a walk goes from stop to stop at one step of the run", () => {
  const state = at(3, { playing: true, trajectory: 1 });
  const last = moves.played(state, walk);
  assert.deepEqual([last.trajectory, last.step, last.playing], [2, 3, true]);
  assert.equal(moves.atEnd(last, walk), true);
  assert.equal(moves.played(last, walk).playing, false);
  assert.equal(moves.played({ ...last, loop: true }, walk).trajectory, 0);
  assert.equal(moves.toggled({ ...last, playing: false }, walk).trajectory, 0);
});

test("playing the steps of a walk stays at its stop", () => {
  const state = at(3, { playing: true, trajectory: 1, subject: "steps" });
  assert.deepEqual([moves.played(state, walk).trajectory, moves.played(state, walk).step], [1, 4]);
});

test("keys lead along the walk, round its ends only where it loops", () => {
  assert.deepEqual(["[", "]", "a"].map((key) => moves.strideByKey({ key })), [-1, 1, null]);
  assert.deepEqual([true, false].map((shiftKey) => moves.strideByKey({ key: "ArrowRight", shiftKey })), [1, null]);
  assert.equal(moves.strolled(at(0), walk, -1).trajectory, 0);
  assert.equal(moves.strolled(at(0, { loop: true }), walk, -1).trajectory, 2);
});

test("how much is drawn anew follows from what has changed, and the most wins", () => {
  const state = at(2, { prediction: { of: "step", run: "r1", mark: null, reach: 1 } });
  const draws = (part) => extentOf(state, { ...state, ...part });
  assert.equal(draws({}), DRAWS.step);
  assert.equal(draws({ step: 3, touched: true }), DRAWS.step);
  assert.equal(draws({ step: 3, wipe: 0.2 }), DRAWS.controls);
  assert.equal(draws({ hidden: ["pull"], wipe: 0.2 }), DRAWS.curves);
  assert.equal(draws({ hidden: ["pull"], trajectory: 1 }), DRAWS.cells);
});

test("a prediction draws another deck where it begins or ceases to hide something, and else the controls", () => {
  const state = at(2, { prediction: { of: "step", run: "r1", mark: null, reach: 1 } });
  const draws = (part) => extentOf(state, { ...state, prediction: { ...state.prediction, ...part } });
  assert.equal(draws({ reach: 2 }), DRAWS.controls);
  assert.equal(draws({ mark: 2 }), DRAWS.deck);
  assert.equal(extentOf(state, { ...state, prediction: null }), DRAWS.deck);
});

test("whatever moves a state says what it draws: a walk along its stops lays cells, play presses a button", () => {
  const walk = readDeck(deckPayload({ steps: [4, 4], kind: "walk" }));
  const state = moves.fitted(START, walk);
  assert.equal(extentOf(state, moves.strolled(state, walk, 1)), DRAWS.cells);
  assert.equal(extentOf(state, moves.toggled(state, walk)), DRAWS.controls);
  assert.equal(extentOf(state, moves.moved(state, walk, 1)), DRAWS.step);
});

test("a state comes back from storage as it was, but for its playing", () => {
  const pins = [{ index: 1, label: "b" }];
  const state = { ...START, view: "x0", step: 3, trajectory: 1, pins, wipe: 0.2, playing: true };
  assert.deepEqual(recalled(JSON.parse(JSON.stringify(remembered(state)))), { ...state, playing: false });
  const odd = { step: -1, trajectory: "1", wipe: null, pins: [{ index: 1 }], speed: 3, loop: "yes", view: 4 };
  assert.deepEqual(recalled(odd), START);
});
