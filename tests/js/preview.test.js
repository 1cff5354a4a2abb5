import assert from "node:assert/strict";
import test from "node:test";

import { beside } from "../../js/viewer/stage/preview.js";

const room = { left: 0, top: 0, width: 400, height: 500 };
const cellAt = (left, top, size = 80) => ({ left, top, width: size, height: size });
const overlap = (one, other) =>
  one.left < other.left + other.width && other.left < one.left + one.width && one.top < other.top + other.height
    && other.top < one.top + one.height;

test("the enlarged picture stands inside the room and never over its cell, wherever the cell is", () => {
  for (const aspect of [0.5, 1, 2])
    for (let left = 0; left <= 320; left += 40)
      for (let top = 0; top <= 420; top += 40) {
        const cell = cellAt(left, top);
        const place = beside({ cell, room, aspect, most: 300 });
        if (!place) continue;
        const box = { ...place, height: place.width / aspect };
        assert.ok(!overlap(box, cell), `${left} ${top} ${aspect}`);
        assert.ok(box.left >= 0 && box.top >= 0 && box.left + box.width <= 400 && box.top + box.height <= 500);
      }
});

test("it takes the side with most room, and no more than it may", () => {
  assert.ok(beside({ cell: cellAt(0, 200), room, aspect: 1, most: 900 }).left > 80);
  assert.ok(beside({ cell: cellAt(320, 200), room, aspect: 1, most: 900 }).left < 40);
  assert.equal(beside({ cell: cellAt(0, 0), room, aspect: 1, most: 150 }).width, 150);
});

test("a cell that is large already is not enlarged", () => {
  assert.equal(beside({ cell: cellAt(50, 50, 300), room, aspect: 1, most: 900 }), null);
});
