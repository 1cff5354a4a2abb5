// Runs that are kept beside the newest one: what they are called, where they stand, and what of them is shown.

import assert from "node:assert/strict";
import test from "node:test";

import { spokenPlace } from "../../js/viewer/deck/axes.js";
import { beside, calledBy, refusalBeside } from "../../js/viewer/deck/beside.js";
import { readDeck, viewOf } from "../../js/viewer/deck/deck.js";
import { differencesOf, ownWords } from "../../js/viewer/deck/differing.js";
import { firstDifference } from "../../js/viewer/deck/first_difference.js";
import { liveDeck } from "../../js/viewer/deck/live.js";
import { lockOn } from "../../js/viewer/deck/lock.js";
import { canHold, held, holds } from "../../js/viewer/deck/moves.js";
import { START, recalled, remembered } from "../../js/viewer/deck/state.js";
import { deckPayload, gridPayload, stepEvent, trajectory, view } from "./payloads.js";

let files = 0;

/** One run, with pictures of its own. */
function run(facts = {}, rest = {}) {
  const source = `file-${++files}`;
  const sheet = (id) => ({ source: `${id} of ${source}`, columns: 3, first: 0, count: 100 });
  const views = ["x", "x0"].map((id) => view(id, { sheets: [sheet(id)] }));
  return readDeck(deckPayload({ views, trajectories: [trajectory(facts)], ...rest }));
}

const together = (...decks) => beside(decks, decks.at(-1));
const sourceAt = (deck, id, index, state) => viewOf(deck, id).picture(index, state, 0).source;

test("one setting that differs names the axis, and its values the runs", () => {
  const deck = together(run({ guidance: 4 }), run({ guidance: 7 }));
  assert.deepEqual([deck.axes[0].name, deck.axes[0].values], ["guidance", ["4", "7"]]);
  assert.equal(spokenPlace(deck, 1), "guidance 7");
  assert.deepEqual(deck.trajectories.map(({ label, place }) => [label, place]), [["4", [0]], ["7", [1]]]);
});

test("where several settings differ each run names them all", () => {
  const deck = together(run({ seed: "5", guidance: 4 }), run({ seed: "6", guidance: 7 }));
  assert.deepEqual([deck.axes[0].name, deck.axes[0].values], ["seed × guidance", ["5 · 4", "6 · 7"]]);
  assert.equal(spokenPlace(deck, 1), "seed 6 · guidance 7");
});

test("of prompts only the words that differ are said", () => {
  assert.deepEqual(
    ownWords(["a lighthouse at night", "a windmill at night", "an old mill at night"]),
    ["a lighthouse", "a windmill", "an old mill"],
  );
  assert.deepEqual(ownWords(["a red house", "a house"]), ["red", ""]);
  assert.deepEqual(ownWords(["the same", "the same"]), ["", ""]);
  const prompts = ["a lighthouse at night", "a mill at night"];
  const { names, values } = differencesOf(prompts.map((prompt) => run({ prompt })));
  assert.deepEqual([names, values], [["prompt"], [["“lighthouse”"], ["“mill”"]]]);
});

test("another noise is explained by another seed, and named where the seed is the same", () => {
  assert.deepEqual(differencesOf([run({ seed: "1", noise: "aa" }), run({ seed: "2", noise: "bb" })]).names, ["seed"]);
  assert.deepEqual(differencesOf([run({ noise: "aa" }), run({ noise: "bb" })]).names, ["starting noise"]);
});

test("runs in which no known setting differs are counted, and the same label is told apart", () => {
  assert.deepEqual(calledBy([run(), run()]), { name: "run", labels: ["run 1", "run 2"], spoken: null });
  assert.deepEqual(calledBy([1, 2, 1].map((guidance) => run({ guidance }))).labels, ["1", "2", "1 (2)"]);
  assert.deepEqual(calledBy([run({ seed: "5" })]).labels, ["seed 5"]);
});

test("each run shows its own pictures, and all stand at the same sigma", () => {
  const [four, eight] = [run({ steps: 4 }), run({ steps: 8 })];
  const deck = together(four, eight);
  assert.deepEqual(deck.axes[0].values, ["4", "8"]);
  assert.equal(sourceAt(deck, "x0", 0, 1), sourceAt(four, "x0", 0, 1));
  assert.equal(sourceAt(deck, "x0", 1, 1), sourceAt(eight, "x0", 0, 1));
  const lock = lockOn(deck, START);
  assert.equal(lock.bySigma, true);
  for (const step of [0, 3, 8]) {
    const sigmas = [0, 1].map((index) => deck.trajectories[index].sigmas[lock.at(index, step)]);
    assert.ok(sigmas[0] >= sigmas[1] || sigmas[0] === 16, `step ${step}: ${sigmas}`);
  }
});

test("sweeps over the same cells stand in rows, other decks run after run", () => {
  const axes = [{ name: "guidance", values: ["1", "4"] }];
  const cells = (seed) => [0, 1].map((at) => trajectory({ place: [at], seed }));
  const sweep = (seed) => readDeck(gridPayload({ axes, trajectories: cells(seed) }));
  const rows = together(sweep("5"), sweep("6"));
  assert.deepEqual(rows.axes, [axes[0], { name: "seed", values: ["5", "6"], spoken: null }]);
  assert.deepEqual(rows.trajectories.map(({ place }) => place), [[0, 0], [1, 0], [0, 1], [1, 1]]);
  const mixed = together(sweep("5"), run({ seed: "6" }));
  assert.deepEqual(mixed.axes.map(({ values }) => values.length), [3]);
});

test("a view that one run lacks says so there, and colours of other numbers are shown nowhere", () => {
  const scaled = (high) => ({ low: 0, high, label: "size", colours: ["#000000", "#ffffff"] });
  const viewsWith = (high) => [view("x0"), view("difference", { range: scaled(high) })];
  const withDifference = (high) => readDeck(deckPayload({ steps: [4], views: viewsWith(high) }));
  const one = together(withDifference(1), run());
  assert.match(viewOf(one, "difference").picture(1, 0, 0).words, /no such view/);
  assert.ok(viewOf(one, "difference").picture(0, 0, 0).source);
  const two = together(withDifference(1), withDifference(2));
  assert.match(viewOf(two, "difference").absent, /Join Decks/);
  assert.equal(viewOf(together(withDifference(1), withDifference(1)), "difference").absent, null);
});

test("runs that share no shape or no meaning of sigma do not stand together", () => {
  assert.equal(refusalBeside(run(), run()), null);
  assert.equal(refusalBeside(run(), run({}, { tile: { width: 20, height: 40 } })), null);
  assert.equal(refusalBeside(run(), run({}, { tile: { width: 20, height: 20 } })), "shape");
  assert.equal(refusalBeside(run({}, { parameterization: "eps" }), run({}, { parameterization: "flow" })), "predicts");
  assert.equal(refusalBeside(run(), run({}, { kind: "forward" })), "kind");
});

test("while the next run samples the kept one stands beside it", () => {
  const live = liveDeck(null, stepEvent(0, { tile: { width: 10, height: 20 } }));
  const deck = beside([run({ seed: "5" }), live], live);
  assert.equal(deck.live, true);
  assert.deepEqual(deck.trajectories.slice(0, 2).map(({ label }) => label)[0], "seed 5");
  assert.match(deck.trajectories[1].label, /^sampling now/);
  assert.deepEqual(deck.views.map(({ id }) => id), live.views.map(({ id }) => id));
});

test("the first number that differs is a cause before what it causes", () => {
  const one = trajectory({ pull: [1, 1, 1, 1], guidance_scales: [4, 4, 4, 4] });
  assert.equal(firstDifference(one, trajectory({ pull: [1, 1, 1, 1], guidance_scales: [4, 4, 4, 4] })), null);
  assert.deepEqual(firstDifference(one, { ...one, noise: "ffffffff" }), { quantity: "noise", step: 0, values: [] });
  const change = one.change.map((value) => value && 2 * value);
  const later = { ...one, pull: [1, 1, 2, 1], guidance_scales: [4, 4, 5, 4], change };
  assert.deepEqual(firstDifference(one, later), { quantity: "change", step: 1, values: [1, 2] });
  assert.equal(firstDifference(one, { ...later, change: one.change }).quantity, "guidance");
});

test("a step that is held stays, the other side goes with the slider, and storage keeps both", () => {
  const deck = run();
  const state = held({ ...START, step: 3 }, deck);
  assert.deepEqual(state.pins, [{ index: 0, label: "seed 0", step: 3 }, { index: 0, label: "seed 0" }]);
  assert.ok(holds(state) && canHold(state, deck));
  assert.deepEqual(recalled(JSON.parse(JSON.stringify(remembered(state)))).pins, state.pins);
  assert.deepEqual(recalled({ pins: [{ index: 0, label: "seed 0", step: -1 }] }).pins, []);
  assert.deepEqual(held(state, deck).pins, []);
  assert.equal(canHold(START, together(run({ seed: "1" }), run({ seed: "2" }))), false);
});
