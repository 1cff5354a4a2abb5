import assert from "node:assert/strict";
import test from "node:test";

import * as curves from "../../js/viewer/curves.js";

test("sigma stands on a log scale, and zero on the floor", () => {
  const range = curves.logRange([100, 10, 1, 0]);
  assert.deepEqual(range, { low: 1, high: 100 });
  assert.equal(curves.logHeight(100, range), 1);
  assert.equal(curves.logHeight(0, range), 0);
  const [top, middle, bottom] = [100, 10, 1].map((sigma) => curves.logHeight(sigma, range));
  assert.ok(Math.abs(top - middle - (middle - bottom)) < 1e-12);
  assert.ok(bottom > 0);
});

test("a run that is not over leaves room for its low end", () => {
  assert.deepEqual(curves.logRange([10, 8], 100), { low: 0.1, high: 10 });
  assert.deepEqual(curves.logRange([10, 0.01], 100), { low: 0.01, high: 10 });
});

test("a run of one sigma has a line too", () => {
  assert.equal(curves.logHeight(5, curves.logRange([5, 5])), 1);
  assert.equal(curves.logHeight(0, curves.logRange([0])), 0);
});

test("a gap breaks the line", () => {
  assert.equal(curves.linePath([null, 1, null, 0], 3), "M333.33 4M1000 96");
  assert.equal(curves.linePath([1, 1], 1), "M0 4L1000 4");
});

test("dots are lines without length", () => {
  assert.equal(curves.dotsPath([1, 1], 1), "M0 4h0M1000 4h0");
});

test("a place along the chart is its nearest step", () => {
  assert.equal(curves.nearestStep(0.49, 2), 1);
  assert.equal(curves.nearestStep(-3, 2), 0);
  assert.equal(curves.nearestStep(7, 2), 2);
  assert.equal(curves.nearestStep(0.5, 0), 0);
});

test("unknown numbers have no share of the highest", () => {
  assert.equal(curves.highest([null, 2, NaN, 1]), 2);
  assert.equal(curves.share(null, 2), null);
  assert.equal(curves.share(1, 2), 0.5);
  assert.equal(curves.share(0, 0), 0);
});
