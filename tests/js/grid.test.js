import assert from "node:assert/strict";
import test from "node:test";

import { gridShape } from "../../js/viewer/grid.js";

test("one picture takes the whole stage", () => {
  assert.deepEqual(gridShape({ count: 1, width: 400, height: 300, aspect: 1 }), { columns: 1, cell: 300 });
});

test("four pictures on a square stage stand two by two", () => {
  assert.equal(gridShape({ count: 4, width: 400, height: 400, aspect: 1, label: 24 }).columns, 2);
});

test("pictures on a low stage stand in a row", () => {
  assert.equal(gridShape({ count: 4, width: 800, height: 200, aspect: 1, label: 24 }).columns, 4);
});

test("no grid is wider than its stage", () => {
  for (let count = 1; count < 40; count++)
    for (const width of [200, 380, 900]) {
      const { columns, cell } = gridShape({ count, width, height: 300, aspect: 1.5, label: 24 });
      assert.ok(columns * cell + (columns - 1) * 6 <= width, `${count} in ${width}`);
      assert.ok(cell > 0);
    }
});

test("too many pictures keep a size worth looking at", () => {
  assert.ok(gridShape({ count: 60, width: 380, height: 300, aspect: 1, label: 24 }).cell >= 64);
});
