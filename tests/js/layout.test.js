import assert from "node:assert/strict";
import test from "node:test";

import { shapeOf } from "../../js/viewer/layout.js";

const at = (width, height, alone = true) => Object.values(shapeOf({ width, height, alone })).join(" ");

test("one picture stands beside its words where the place is wider than high, and above them elsewhere", () => {
  assert.deepEqual([at(640, 480), at(420, 600), at(240, 300)], ["beside 0 true", "tall 0 false", "tall 4 true"]);
  assert.equal(at(1240, 700), "beside 0 false");
});

test("cells keep the whole width, with the facts beside them where there is room", () => {
  assert.deepEqual([at(1240, 700, false), at(640, 500, false)], ["wide 0 false", "tall 2 true"]);
});

test("the lower the place, the more parts fold", () => {
  const folds = [700, 500, 430, 370, 300].map((height) => shapeOf({ width: 300, height, alone: true }).fold);
  assert.deepEqual(folds, [0, 1, 2, 3, 4]);
});
