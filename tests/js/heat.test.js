import assert from "node:assert/strict";
import test from "node:test";

import * as data from "../../js/viewer/plot/heat_data.js";
import * as words from "../../js/viewer/words/heat.js";
import { recalled } from "../../js/viewer/plot/spectrum.js";

const row = (name, group, values, mark = null) => ({ name, group, values, mark });

const payload = (rest) => ({
  format: "denoiscope.heat_map",
  version: 1,
  title: "Energy",
  subtitle: "bolt",
  across: "rank",
  columns: [1, 2, 4, 8],
  legend: "energy kept",
  mark: "effective rank",
  colours: ["#000000", "#ff0000", "#ffffff"],
  rows: [
    row("a", "input", [250, 500, 1000], 3), row("b", "input", [1000]), row("c", "middle", [100, 200, 300, 400], 1),
  ],
  ...rest,
});

const heat = data.readHeat(payload());

test("a cell is a thousandth of what came, and the last value of a short row holds", () => {
  assert.deepEqual([0, 1, 2, 3].map((column) => data.valueAt(heat, 0, column)), [0.25, 0.5, 1, 1]);
  assert.deepEqual([0, 3].map((column) => data.valueAt(heat, 1, column)), [1, 1]);
});

test("rows of one group stand together", () => {
  assert.deepEqual(data.groupsOf(heat), [
    { title: "input", start: 0, end: 2 },
    { title: "middle", start: 2, end: 3 },
  ]);
});

test("a mark stands between the middles of its columns, and at an edge where there are no more", () => {
  assert.deepEqual([0.5, 1, 1.5, 2, 3, 8, 99].map((at) => data.placeOf(heat, at)), [0.5, 0.5, 1, 1.5, 2, 3.5, 3.5]);
});

test("the columns written below are some of them, the first and the last among them", () => {
  const many = Array.from({ length: 64 }, (_, index) => index + 1);
  const texts = data.ticksOf({ columns: many }).map(({ text }) => text);
  assert.deepEqual([texts[0], texts.at(-1), texts.length], ["1", "64", 7]);
  assert.deepEqual(data.ticksOf({ columns: [3] }), [{ text: "3", share: 0.5 }]);
});

test("pixels run row after row", () => {
  const pixels = data.pixelsOf(heat);
  assert.equal(pixels.length, 3 * 4 * 4);
  assert.deepEqual([...pixels.slice(4, 8)], [255, 0, 0, 255]);
  assert.deepEqual([...pixels.slice(16, 20)], [255, 255, 255, 255]);
});

test("keys go from cell to cell and from group to group, and never off the map", () => {
  const go = (key, cell) => data.cellOf(data.movedTo(heat, data.cellByKey(key, cell, heat)), heat);
  const from = { row: 1, column: 1 };
  const places = {
    ArrowLeft: [1, 0], ArrowRight: [1, 2], ArrowUp: [0, 1], ArrowDown: [2, 1], PageDown: [2, 1], PageUp: [0, 1],
    Home: [1, 0], End: [1, 3],
  };
  for (const [key, [row, column]] of Object.entries(places)) assert.deepEqual(go(key, from), { row, column }, key);
  assert.deepEqual(go("ArrowUp", { row: 0, column: 0 }), { row: 0, column: 0 });
  assert.deepEqual(go("PageUp", { row: 0, column: 0 }), { row: 0, column: 0 });
  assert.deepEqual(go("PageDown", { row: 2, column: 3 }), { row: 2, column: 3 });
  assert.equal(data.cellByKey("a", from, heat), null);
});

test("what was remembered of another map is a place on this one, and nonsense is left out", () => {
  assert.deepEqual(data.cellOf(data.recalled({ down: 1, right: 1 }), heat), { row: 2, column: 3 });
  assert.deepEqual(data.recalled({ down: "x", right: 7 }), { down: null, right: null });
  assert.deepEqual(data.cellOf(data.recalled(null), heat), { row: 0, column: 2 });
});

test("a cell is read in words", () => {
  assert.equal(
    words.spokenCell(heat, { row: 0, column: 1 }, 0.5), "a; input; energy kept at rank 2: 50 %; effective rank: 3",
  );
  assert.equal(words.spokenCell(heat, { row: 1, column: 0 }, 1), "b; input; energy kept at rank 1: 100 %");
});

test("what is no heat map, a later one and an empty one are refused in a sentence", () => {
  assert.throws(() => data.readHeat({}), /not a Denoiscope heat map/);
  assert.throws(() => data.readHeat(payload({ version: 2 })), /update Denoiscope/);
  assert.throws(() => data.readHeat(payload({ rows: [] })), /nothing to show/);
});

test("a colour that is none is not painted with", () => {
  assert.deepEqual(data.readHeat(payload({ colours: ["url(x)", "#000000"] })).colours, ["#000000", "#ffffff"]);
});

test("a spectrum remembers which of its views was shown", () => {
  assert.equal(recalled({ view: "layers" }).view, "layers");
  assert.equal(recalled({ view: "nonsense" }).view, "curves");
  assert.equal(recalled(null).view, "curves");
});
