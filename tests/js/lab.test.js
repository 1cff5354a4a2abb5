import assert from "node:assert/strict";
import test from "node:test";

import * as data from "../../js/viewer/lab/lab_data.js";
import * as words from "../../js/viewer/words/lab.js";

const scale = { low: -1, high: 1, label: "entries", colours: ["#0000ff", "#ffffff", "#ff0000"] };

/** diag(2, 1) over two rows and three columns, halved: of rank 2, with columns of zero. */
const payload = (rest) => ({
  format: "denoiscope.low_rank",
  version: 1,
  title: "A test",
  rank: 1,
  update: [[1, 0, 0], [0, 0.5, 0]],
  up: [[1, 0], [0, 0.5]],
  down: [[1, 0, 0], [0, 1, 0]],
  values: [1, 0.5],
  ranks: [0, 0.8, 1].map((energy, rank) =>
    ({ numbers: 5 * rank, energy, kept: `${100 * energy} %`, sentence: `Rank ${rank}.` }),
  ),
  entries: 6,
  rounding: 1e-6,
  scales: { update: scale, factors: scale },
  notes: [],
  ...rest,
});

const lab = data.readLab(payload());

test("what is no lab is refused in a sentence", () => {
  assert.throws(() => data.readLab({ format: "denoiscope.chart" }), /not a Denoiscope low-rank lab/);
  assert.throws(() => data.readLab(null), /not a Denoiscope low-rank lab/);
  assert.throws(() => data.readLab(payload({ version: 2 })), /version 2, this page reads version 1: update Denoiscope/);
  assert.throws(() => data.readLab(payload({ update: [] })), /no update to show/);
});

test("the product of a rank takes so many columns of B and rows of A", () => {
  const at = (rank) => data.productOf(lab, rank).map((row) => [...row]);
  assert.deepEqual(at(0), [[0, 0, 0], [0, 0, 0]]);
  assert.deepEqual(at(1), [[1, 0, 0], [0, 0, 0]]);
  assert.deepEqual(at(2), lab.update);
});

test("product and what is left make the update, and rounding is no rest", () => {
  const { product, left } = data.atRank(lab, 1);
  for (const [row, line] of lab.update.entries())
    for (const [column, entry] of line.entries()) assert.equal(product[row][column] + left[row][column], entry);
  const rounded = data.readLab(payload({ up: [[0.9999999, 0], [0, 0.5]] }));
  assert.deepEqual(data.atRank(rounded, 2).left, [[0, 0, 0], [0, 0, 0]]);
});

test("B and A come cut to the rank", () => {
  const { up, down } = data.atRank(lab, 1);
  assert.deepEqual([up, down], [[[1], [0]], [[1, 0, 0]]]);
  assert.deepEqual(data.atRank(lab, 0).down, []);
});

test("the node's rank is shown until one moves, and again when the node brings another", () => {
  assert.equal(data.rankOf(data.START, lab), 1);
  const moved = data.movedTo(lab, 2);
  assert.equal(data.rankOf(moved, lab), 2);
  assert.equal(data.rankOf(moved, data.readLab(payload({ rank: 0 }))), 0);
  assert.deepEqual([-3, 9].map((rank) => data.movedTo(lab, rank).rank), [0, 2]);
});

test("a rank remembered from a larger update is kept inside a smaller one", () => {
  assert.equal(data.rankOf({ rank: 40, from: 1 }, lab), 2);
});

test("what was remembered comes back, and what is odd does not", () => {
  const state = data.movedTo(lab, 2);
  assert.deepEqual(data.recalled(JSON.parse(JSON.stringify(state))), state);
  for (
    const odd of [
      null, undefined, 3, {}, { rank: -1, from: 1 }, { rank: 1.5, from: 1 }, { rank: "2", from: 1 }, { rank: 2 },
    ]
  ) assert.deepEqual(data.recalled(odd), data.START);
});

test("the factors hold as many numbers as the update at a share of the full rank", () => {
  assert.equal(data.breakEven(lab), 6 / 5 / 2);
  assert.equal(data.breakEven({ entries: 256, rows: 16, columns: 16, full: 16 }), 0.5);
});

test("one points at an entry of the update, at a row of B, at a column of A, and beyond the numbers at nothing", () => {
  const at = (matrix, row, column) => data.pointedAt(lab, 1, matrix, row, column);
  for (const matrix of ["update", "product", "left"])
    assert.deepEqual(at(matrix, 1, 2), { row: 1, column: 2, direction: null });
  assert.deepEqual(at("up", 1, 0), { row: 1, column: null, direction: 0 });
  assert.deepEqual(at("down", 0, 2), { row: null, column: 2, direction: 0 });
  for (const [matrix, row, column] of [["update", 2, 0], ["update", -1, 0], ["up", 0, 1], ["down", 1, 0]])
    assert.deepEqual(at(matrix, row, column), data.NOWHERE);
});

test("an entry marks itself, its row of B and its column of A", () => {
  const entry = { row: 1, column: 2, direction: null };
  const marks = (matrix) => data.markIn(matrix, lab, 2, entry);
  assert.deepEqual(marks("product"), { row: 1, column: 2, high: 1, wide: 1 });
  assert.deepEqual(marks("up"), { row: 1, column: 0, high: 1, wide: 2 });
  assert.deepEqual(marks("down"), { row: 0, column: 2, high: 2, wide: 1 });
});

test("a number of B marks its row everywhere and its direction in A", () => {
  const number = { row: 1, column: null, direction: 0 };
  assert.deepEqual(data.markIn("up", lab, 1, number), { row: 1, column: 0, high: 1, wide: 1 });
  assert.deepEqual(data.markIn("down", lab, 1, number), { row: 0, column: 0, high: 1, wide: 3 });
  assert.deepEqual(data.markIn("update", lab, 1, number), { row: 1, column: 0, high: 1, wide: 3 });
});

test("nothing is marked where nothing is pointed at, and no place without a number", () => {
  assert.equal(data.markIn("update", lab, 1, data.NOWHERE), null);
  assert.equal(data.markIn("up", lab, 1, { row: 0, column: null, direction: 1 }), null);
  assert.equal(data.markIn("up", lab, 0, { row: 0, column: 0, direction: null }), null);
});

test("arrow keys begin in the corner, go from entry to entry and stay inside", () => {
  const first = data.pointedByKey("ArrowDown", lab, data.NOWHERE);
  assert.deepEqual(first, { row: 0, column: 0, direction: null });
  assert.deepEqual(data.pointedByKey("ArrowRight", lab, first), { row: 0, column: 1, direction: null });
  assert.deepEqual(data.pointedByKey("ArrowUp", lab, first), first);
  assert.deepEqual(data.pointedByKey("ArrowDown", lab, { row: 1, column: 2 }), { row: 1, column: 2, direction: null });
  assert.equal(data.pointedByKey("a", lab, first), null);
});

test("an entry is read in all matrices, with the sum that makes it", () => {
  const shown = data.atRank(lab, 2);
  assert.deepEqual(words.readingOf(shown, { row: 1, column: 1, direction: null }), [
    "row 2, column 2:",
    "ΔW 0.50, B·A 0.50, left over 0.00",
    "0.00 · 0.00 + 0.50 · 1.00 = 0.50",
  ]);
  assert.equal(words.readingOf(data.atRank(lab, 0), { row: 1, column: 1, direction: null })[2], "");
});

test("a long sum says how many terms it leaves out, and what is below zero stands in brackets", () => {
  const five = {
    rank: 5, update: [[-2]], product: [[-2]], left: [[0]], up: [[-1, 0.5, 0.5, 0.5, 0.5]],
    down: [[2], [-0.001], [0], [0], [0]],
  };
  assert.equal(
    words.readingOf(five, { row: 0, column: 0, direction: null })[2],
    "(−1.00) · 2.00 + 0.50 · 0.00 + 0.50 · 0.00 + 2 more = −2.00",
  );
});

test("numbers of B and A are read alone, and nothing beyond the rank", () => {
  const shown = data.atRank(lab, 1);
  assert.deepEqual(words.readingOf(shown, { row: 0, column: null, direction: 0 }), ["B, row 1, column 1:", "1.00", ""]);
  assert.deepEqual(words.readingOf(shown, { row: null, column: 2, direction: 0 }), ["A, row 1, column 3:", "0.00", ""]);
  assert.equal(words.readingOf(shown, { row: 0, column: null, direction: 1 })[0], words.howToPoint());
  assert.equal(words.readingOf(shown, data.NOWHERE)[0], words.howToPoint());
});

test("every matrix says its shape and how many numbers it holds", () => {
  const large = { rows: 64, columns: 64, entries: 4096 };
  assert.deepEqual(words.countOf("update", large, 3), ["64 × 64 =", "4,096"]);
  assert.deepEqual(words.countOf("up", large, 3), ["64 × 3 =", "192"]);
  assert.deepEqual(words.countOf("down", large, 3), ["3 × 64 =", "192"]);
  assert.deepEqual(words.countOf("product", large, 30), ["made", "from 3,840"]);
  assert.equal(words.spokenMatrix("left", large, 3), "left over ΔW − B·A");
});

test("the energy kept is said shortly beside the curve", () => {
});
