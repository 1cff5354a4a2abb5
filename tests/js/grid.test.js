import assert from "node:assert/strict";
import test from "node:test";

import { fieldShape, flowShape, gridShape } from "../../js/viewer/cells/grid.js";

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

const field = (rest) => fieldShape({ columns: 4, rows: 4, width: 404, height: 400, aspect: 1, rowHead: 40, ...rest });

test("heads of rows stand to the left, or above where that leaves larger cells", () => {
  assert.equal(field().heads, "left");
  assert.equal(field({ width: 404, height: 700, rowHead: 130 }).heads, "above");
});

test("a field fills its stage and is no larger, unless it must scroll", () => {
  for (const rows of [1, 3, 6])
    for (const columns of [1, 4, 8])
      for (const width of [300, 404, 1200]) {
        const { cell, heads, head, roomy } = field({ columns, rows, width });
        const wide = columns * cell + (columns - 1) * 6 + (heads === "left" ? head + 6 : 0);
        const high = 18 + 22 + 6 + rows * (cell + 6 + (roomy ? 18 : 0) + (heads === "above" ? 26 : 0));
        if (cell > 56) assert.ok(wide <= width && high <= 400, `${columns} × ${rows} in ${width}: ${wide} × ${high}`);
        assert.ok(cell >= 56);
      }
});

test("cells that are too small scroll downwards rather than sideways", () => {
  const { cell, heads } = field({ columns: 6, rows: 6, rowHead: 130 });
  assert.equal(heads, "above");
  assert.ok(6 * cell + 5 * 6 <= 404);
});

test("cells that wrap say what they cost where there is room", () => {
  const flow = (rest) => flowShape({ count: 4, width: 404, height: 400, aspect: 1, named: true, ...rest });
  assert.deepEqual([flow().roomy, flow({ count: 12 }).roomy, flow({ count: 1 }).roomy], [true, false, false]);
});
