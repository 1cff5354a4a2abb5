import assert from "node:assert/strict";
import test from "node:test";

import * as words from "../../js/viewer/words/cells.js";
import { trajectory } from "./payloads.js";

const cell = (rest) => trajectory({ model_calls: Array(20).fill(1), seconds: 0.42, at_once: 4, ...rest });

test("a cell says its model calls and its time, as far as they are known", () => {
  assert.equal(words.costOf(cell()), "20 calls · 0.42 s");
  assert.equal(words.costOf(cell({ model_calls: [1], seconds: null })), "1 call");
  assert.equal(words.costOf(cell({ model_calls: [], seconds: null })), "");
  assert.equal(words.costOf(cell({ seconds: 128.4 })), "20 calls · 128 s");
  assert.deepEqual([words.batchOf(cell()), words.batchOf(cell({ at_once: 1 }))], ["4 at once", ""]);
});

test("the time of many cells is told in all and for each", () => {
  assert.equal(words.timeOf([cell(), cell({ seconds: 0.8 })]), "1.2 s in all, 0.42 to 0.8 s a cell, 4 at once");
  assert.equal(words.timeOf([cell(), cell()]), "0.84 s in all, 0.42 s a cell, 4 at once");
  assert.equal(words.timeOf([cell({ at_once: 1 })]), "0.42 s");
  assert.equal(words.timeOf([cell({ seconds: null })]), null);
});

test("one starting noise is said once, others each with its cell", () => {
  const known = new Map(words.withCellFacts([["starting noise", "x"]], [cell(), cell()]));
  assert.equal(known.get("starting noise"), "one for all 2: a1b2c3d4");
  const two = [cell({ label: "seed 1" }), cell({ label: "seed 2", noise: "ffffffff" })];
  assert.equal(words.noiseOf(two), "seed 1: a1b2c3d4\nseed 2: ffffffff");
  assert.equal(words.noiseOf([cell()]), "a1b2c3d4");
});

test("the time stands after the model calls", () => {
  const facts = words.withCellFacts([["model calls", 20], ["model", "pocket"]], [cell()]);
  assert.deepEqual(facts.map(([name]) => name), ["model calls", "time", "model"]);
});
