import assert from "node:assert/strict";
import test from "node:test";

import { readDeck } from "../../js/viewer/deck/deck.js";
import { number } from "../../js/viewer/words/numbers.js";
import * as words from "../../js/viewer/words/run.js";
import { deckPayload, trajectory } from "./payloads.js";

test("numbers keep three digits and no noise", () => {
  const pairs = [
    [14.6146, "14.6"], [3.2, "3.2"], [0.02917, "0.0292"], [0, "0"], [1234.5, "1235"], [0.00029, "2.9e-4"], [-3, "−3"],
  ];
  for (const [value, text] of pairs) assert.equal(number(value), text);
  for (const unknown of [null, undefined, NaN, Infinity]) assert.equal(number(unknown), "–");
});

test("a screen reader hears step, sigma and what a state is", () => {
  const one = { ...trajectory(), steps: 4 };
  assert.equal(words.spokenStep(one, 0), "step 0 of 4, sigma 16, starting noise");
  assert.equal(words.spokenStep(one, 2), "step 2 of 4, sigma 4");
  assert.equal(words.spokenStep(one, 4), "step 4 of 4, sigma 0, final latent");
});

test("the guess of the first state is not called noise", () => {
  const one = { ...trajectory(), steps: 4 };
  assert.equal(words.placeOf(one, 0, "x0"), "the guess made from the starting noise");
  assert.equal(words.placeOf(one, 0, "x"), "starting noise");
  assert.equal(words.placeOf(one, 4, "x0"), "final latent");
});

test("the last state of an interrupted run is not called final", () => {
  assert.equal(words.placeOf({ ...trajectory({ complete: false }), steps: 4 }, 4), null);
});

test("a way of several samplers says where each takes over, and what it has in turn", () => {
  const stages = [
    { start: 0, join: "", model: "High", sampler: "euler", guidance: 4 },
    { start: 2, join: "on", model: "Low", sampler: "heun", guidance: 4 },
    { start: 4, join: "noise", model: "Low", sampler: "heun", guidance: 1 },
  ];
  const way = { ...trajectory({ stages, guidance: null, sampler: null }), steps: 4 };
  const places = [1, 2, 3].map((step) => words.placeOf(way, step, "x"));
  assert.deepEqual(places, [null, "from here on: heun · Low", "handed on"]);
  assert.deepEqual(words.joinsOf(way), [2, 4]);
  const facts = Object.fromEntries(words.factsOf(readDeck(deckPayload({ trajectories: [way] })), [way]));
  assert.deepEqual([facts.sampler, facts.guidance], ["euler → heun", "4 → 1"]);
});

test("a half says at its ends what came before and what is left", () => {
  const half = { ...trajectory({ taken_up: true, sigmas: [16, 8, 4, 2, 1] }), steps: 4 };
  assert.equal(words.placeOf(half, 0, "x"), "taken up from another sampler");
  assert.equal(words.placeOf(half, 4, "x"), "handed on with its noise");
});

test("model calls are counted up to the state shown, where they are not the steps again", () => {
  const heun = trajectory({ model_calls: [2, 2, 2, 1] });
  assert.equal(words.callsOf(heun, 0), "0 of 7 model calls");
  assert.equal(words.callsOf(heun, 3), "6 of 7 model calls");
  assert.equal(words.callsOf(trajectory({ model_calls: [] }), 3), null);
  assert.equal(words.callsOf(trajectory({ model_calls: [1, 1, 1] }), 3), null);
});

test("facts that differ stand side by side, shared ones once, unknown ones not at all", () => {
  const deck = readDeck(deckPayload({ steps: [4, 4] }));
  const two = deck.trajectories.map((one, index) => ({ ...one, seed: String(7 + index) }));
  const facts = new Map(words.factsOf(deck, two));
  assert.equal(facts.get("seed"), "7 · 8");
  assert.equal(facts.get("sampler"), "euler");
  assert.equal(facts.has("negative prompt"), false);
});

test("a seed beyond the numbers of JavaScript keeps all its digits", () => {
  const deck = readDeck(deckPayload());
  const facts = new Map(words.factsOf(deck, [{ ...deck.trajectories[0], seed: "18446744073709551615" }]));
  assert.equal(facts.get("seed"), "18446744073709551615");
});

test("a guidance of zero is a guidance", () => {
  assert.match(words.summaryOf([trajectory({ guidance: 0 })]), /guidance 0/);
});

test("many seeds are counted, few are named", () => {
  const runs = (count) => Array.from({ length: count }, (_, seed) => trajectory({ seed: String(seed) }));
  assert.match(words.summaryOf(runs(2)), /^seed 0 · 1 /);
  assert.match(words.summaryOf(runs(9)), /^9 seeds /);
  assert.doesNotMatch(words.summaryOf([trajectory({ seed: null })]), /seed/);
});

test("a note of all is said once, a note of some with their labels", () => {
  const runs = [trajectory({ label: "a", notes: ["cut", "odd"] }), trajectory({ label: "b", notes: ["cut"] })];
  assert.deepEqual(words.notesOf(runs), ["cut", "a: odd"]);
});

test("a file name is made of plain parts only", () => {
  const deck = { title: "../A <b>lighthouse</b>" };
  assert.equal(words.fileName(deck, { id: "x0" }, "seed 7", 3), "denoiscope_A-b-lighthouse-b_seed-7_x0_step-03.png");
  assert.equal(words.fileName({ title: "灯台" }, { id: "x" }, "", 12), "denoiscope_灯台_x_step-12.png");
});
