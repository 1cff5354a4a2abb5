import assert from "node:assert/strict";
import test from "node:test";

import { fieldOf, neighbourCell, shortLabel, spokenPlace } from "../../js/viewer/deck/axes.js";
import { readDeck } from "../../js/viewer/deck/deck.js";
import { gridPayload } from "./payloads.js";

const AXES = [
  { name: "steps", values: ["2", "4", "8"] },
  { name: "sampler", values: ["euler", "heun"] },
];
const deck = (rest) => readDeck(gridPayload({ axes: AXES, ...rest }));

test("the first axis runs across and the second down", () => {
  const { across, down, cells } = fieldOf(deck());
  assert.deepEqual([across.name, down.name], ["steps", "sampler"]);
  assert.deepEqual(cells.map(({ index }) => index), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(cells[4], { column: 1, row: 1, index: 4 });
});

test("a cell stands where its place says, in whatever order the cells come", () => {
  const { cells } = fieldOf(deck({ places: [[2, 1], [0, 0], [1, 0], [0, 1]] }));
  assert.deepEqual(cells.map(({ index }) => index), [1, 2, null, 3, null, 0]);
});

test("cells of one axis stand in a line, and its missing ones keep their place", () => {
  const { down, cells } = fieldOf(deck({ axes: AXES.slice(0, 1), places: [[0], [2]] }));
  assert.equal(down, null);
  assert.deepEqual(cells.map(({ index }) => index), [0, null, 1]);
});

test("a deck without axes, or with a cell without a place, is no field", () => {
  assert.equal(fieldOf(deck({ axes: [] })), null);
  assert.equal(fieldOf(deck({ places: [[0, 0], []] })), null);
});

test("a cell is spoken of by names and values, and short where its axis is written once", () => {
  assert.equal(spokenPlace(deck(), 4), "steps 4, sampler heun");
  const one = deck({ axes: AXES.slice(0, 1), places: [[0], [2]] });
  assert.deepEqual([shortLabel(one, 1), shortLabel(deck(), 1)], ["8", "cell 1"]);
  const walk = deck({ axes: [{ name: "stop", values: ["seed 1", "1 → 2, 50 %"] }], places: [[0], [1]] });
  assert.equal(spokenPlace(walk, 1), "1 → 2, 50 %");
});

test("arrows lead to the neighbour, past what is missing, and not round the ends", () => {
  const indices = [0, null, 1, 2, 3, null];
  const from = (at, key) => neighbourCell(indices, 3, at, key);
  assert.equal(from(0, "ArrowRight"), 2);
  assert.equal(from(2, "ArrowRight"), null);
  assert.equal(from(0, "ArrowDown"), 3);
  assert.equal(from(4, "ArrowUp"), null);
  assert.equal(from(2, "ArrowDown"), null);
  assert.equal(from(0, "Enter"), null);
});
