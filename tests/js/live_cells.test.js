import assert from "node:assert/strict";
import test from "node:test";

import { fieldOf } from "../../js/viewer/deck/axes.js";
import { liveCells, stoppedCells } from "../../js/viewer/deck/live_cells.js";
import { fitted, moved } from "../../js/viewer/deck/moves.js";
import { START } from "../../js/viewer/deck/state.js";
import { cellsEvent } from "./payloads.js";

const grown = (...events) => events.reduce(liveCells, null);
const seen = (deck, index) => deck.views[0].picture(index, 0, 0);

test("the grid is whole from the first event on, and unfinished cells wait", () => {
  const deck = grown(cellsEvent([0]));
  assert.equal(fieldOf(deck).cells.length, 4);
  assert.equal(seen(deck, 0).source.filename, "0.jpg");
  assert.deepEqual(seen(deck, 3), { words: "waiting" });
  assert.equal(deck.views[0].caption, "1 of 4 cells");
});

test("cells that finished together share a strip, left to right", () => {
  const deck = grown(cellsEvent([2, 0]), cellsEvent([1]));
  assert.deepEqual([seen(deck, 2).x, seen(deck, 0).x, seen(deck, 1).x], [0, 8, 0]);
  assert.deepEqual(deck.views[0].sources.map((file) => file.filename), ["1.jpg", "2-0.jpg"]);
});

test("another run begins a grid of its own", () => {
  const deck = grown(cellsEvent([0]), cellsEvent([1], { run: "r2" }));
  assert.deepEqual(seen(deck, 0), { words: "waiting" });
});

test("a stop says its sentence, keeps what has come and promises nothing more", () => {
  const sentence = "Stopped; the finished cells are in stopped_00001_.safetensors.";
  const deck = grown(cellsEvent([0]), cellsEvent([], { stopped: sentence, file: null, tile: { width: 0, height: 0 } }));
  assert.deepEqual([deck.stopped, deck.tile], [true, { width: 8, height: 6 }]);
  assert.deepEqual(deck.trajectories[2].notes, [sentence]);
  assert.equal(seen(deck, 0).source.filename, "0.jpg");
  assert.deepEqual(seen(deck, 3), { words: "not run" });
  assert.match(stoppedCells(grown(cellsEvent([0, 1]))).trajectories[0].notes[0], /after 2 of 4 cells/);
});

test("a grid that fills has one state, and moving stays there", () => {
  const deck = grown(cellsEvent([0]));
  assert.equal(moved(fitted(START, deck), deck, 5).step, 0);
});

test("a cell that comes after the stop is shown, and nothing is promised again", () => {
  const late = liveCells(stoppedCells(grown(cellsEvent([0]))), cellsEvent([1]));
  assert.equal(late.stopped, true);
  assert.equal(seen(late, 1).source.filename, "1.jpg");
  assert.deepEqual(seen(late, 3), { words: "not run" });
});
