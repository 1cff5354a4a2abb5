import assert from "node:assert/strict";
import test from "node:test";

import { beside } from "../../js/viewer/stage/preview.js";

const room = { left: 0, top: 0, width: 400, height: 500 };
const cellAt = (left, top, size = 80) => ({ left, top, width: size, height: size });
const overlap = (one, other) =>
  one.left < other.left + other.width && other.left < one.left + one.width && one.top < other.top + other.height
    && other.top < one.top + one.height;

test("the enlarged picture stands inside the room and never over a cell, wherever the cells are", () => {
  for (const aspect of [0.5, 1, 2])
    for (let left = 0; left <= 320; left += 40)
      for (let top = 0; top <= 420; top += 40) {
        const cells = { left, top, width: Math.min(160, 400 - left), height: Math.min(160, 500 - top) };
        const place = beside({ cell: cellAt(left, top, 40), cells, room, aspect, most: 300 });
        if (!place) continue;
        const box = { ...place, height: place.width / aspect };
        assert.ok(!overlap(box, cells), `${left} ${top} ${aspect}`);
        assert.ok(box.left >= 0 && box.top >= 0 && box.left + box.width <= 400 && box.top + box.height <= 500);
      }
});

test("it takes the side with most room, and no more than it may", () => {
  const alone = (cell, most) => beside({ cell, cells: cell, room, aspect: 1, most });
  assert.ok(alone(cellAt(0, 200), 900).left > 80);
  assert.ok(alone(cellAt(320, 200), 900).left < 40);
  assert.equal(alone(cellAt(0, 0), 150).width, 150);
});

test("a cell that is large already is not enlarged, nor one of cells that fill the room", () => {
  const large = cellAt(50, 50, 300);
  assert.equal(beside({ cell: large, cells: large, room, aspect: 1, most: 900 }), null);
  assert.equal(beside({ cell: cellAt(0, 0), cells: { ...room, height: 420 }, room, aspect: 1, most: 900 }), null);
});
