import assert from "node:assert/strict";
import test from "node:test";

import * as data from "../../js/viewer/plot/plot_data.js";
import * as paths from "../../js/viewer/drawing/paths.js";
import * as scale from "../../js/viewer/plot/plot_scale.js";
import * as words from "../../js/viewer/words/chart.js";

const sigma = {
  title: "noise level", symbol: "σ", unit: "", scale: "log", low: 1, high: 100, floor: 0.1, ticks: [], marks: [],
};
const snr = {
  title: "picture against noise", symbol: "SNR", unit: "dB", scale: "linear", low: -20, high: 20, floor: 0, ticks: [],
  marks: [],
};
const steps = { title: "step", point: "step", shares: false, scale: "linear", low: 0, high: 2, ticks: [] };

const series = (rest) => (
  { label: "karras", colour: "#3f97f6", dash: [], across: [0, 1, 2], values: [[100, 10, 0], [-20, 0, null]], ...rest }
);

const payload = (rest) => ({
  format: "denoiscope.chart",
  version: 1,
  title: "Schedules",
  subtitle: "",
  across: steps,
  panels: [sigma, snr],
  series: [series()],
  notes: [],
  ...rest,
});

test("a log axis spaces powers of ten evenly and puts zero on the floor", () => {
  const places = [0, 1, 10, 100].map((value) => scale.placeOf(value, sigma));
  assert.equal(places[0], 0);
  assert.equal(places[1], 0.1);
  assert.ok(Math.abs(places[2] - 0.55) < 1e-12 && Math.abs(places[3] - 1) < 1e-12);
});

test("a linear axis runs from its low to its high", () => {
  assert.deepEqual([-20, 0, 20].map((value) => scale.placeOf(value, snr)), [0, 0.5, 1]);
});

test("what is no number has no place", () => {
  for (const value of [null, undefined, NaN, Infinity]) assert.equal(scale.placeOf(value, snr), null);
  assert.equal(scale.placeOf(-1, sigma), null);
});

test("a line goes through the points and breaks at a gap", () => {
  const points = scale.pointsOf(series(), 1, snr, steps);
  assert.deepEqual(points, [{ x: 0, y: 100 }, { x: 500, y: 50 }, null]);
  assert.equal(paths.lineThrough(points), "M0 100L500 50");
  assert.equal(paths.lineThrough([points[0], null, points[1]]), "M0 100M500 50");
  assert.equal(paths.dotsAt(points), "M0 100h0M500 50h0");
});

test("a rug has a dash for each point, in its own column", () => {
  const dashes = (column) => scale.rugOf([{ x: 7, y: 10 }, null, { x: 9, y: 90 }], column, 2).split("M").slice(1);
  assert.equal(dashes(0).length, 2);
  const left = (column) => Number(dashes(column)[0].split(" ")[0]);
  const wide = Number(dashes(0)[0].split("h")[1]);
  assert.ok(left(0) > 0 && left(0) + wide < 500, "the first column");
  assert.ok(left(1) > 500 && left(1) + wide < 1000, "the second column");
});

test("levels and columns go from edge to edge", () => {
  assert.equal(paths.levelAt(0.25), "M0 75H1000");
  assert.equal(paths.columnAt(0.5), "M500 0V100");
});

test("the nearest place of a list is found, the earlier of two", () => {
  assert.equal(scale.nearest([0, 0.5, 1], 0.7), 1);
  assert.equal(scale.nearest([0, 0.5, 1], 0.25), 0);
  assert.equal(scale.nearest([3], 99), 0);
});

test("what is no chart is refused in a sentence", () => {
  assert.throws(() => data.readChart({ format: "denoiscope.deck" }), /not a Denoiscope chart/);
  assert.throws(
    () => data.readChart(payload({ version: 2 })), /version 2, this page reads version 1: update Denoiscope/,
  );
  assert.throws(() => data.readChart(payload({ series: [] })), /nothing to show/);
});

test("a colour that is none becomes grey", () => {
  const chart = data.readChart(payload({ series: [series({ colour: "url(https://example.com)" })] }));
  assert.equal(chart.series[0].colour, "#888888");
});

test("one moves from point to point of the longest series", () => {
  const chart = data.readChart(
    payload(
      {
        across: { ...steps, high: 1, shares: true },
        series: [
          series({ across: [0, 0.5, 1] }),
          series({ label: "b", across: [0, 0.2, 0.4, 0.6, 0.8, 1], values: [[6, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6]] }),
        ],
      },
    ),
  );
  assert.deepEqual(chart.stops, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  const [short, long] = data.readingsAt(chart, 4);
  assert.deepEqual(short, { point: 2, last: 2, values: [0, null] });
  assert.deepEqual(long, { point: 4, last: 5, values: [2, 5] });
});

test("before anyone points the middle is read, and a move is kept inside", () => {
  const chart = data.readChart(payload());
  assert.equal(data.stopOf(data.START, chart), 1);
  for (const [to, stop] of [[-5, 0], [99, 2], [1, 1]])
    assert.equal(data.stopOf(data.movedTo(data.START, chart, to), chart), stop);
});

test("keys lead from stop to stop", () => {
  const by = (key) => data.stopByKey(key, 4, 9);
  assert.deepEqual(["ArrowRight", "ArrowLeft", "Home", "End", "PageUp", "PageDown"].map(by), [5, 3, 0, 8, 6, 2]);
  assert.equal(by("a"), null);
});

test("a series is switched off and on by its label", () => {
  const off = data.toggled(data.START, "karras");
  assert.deepEqual(off.hidden, ["karras"]);
  assert.deepEqual(data.toggled(off, "karras").hidden, []);
  assert.deepEqual(data.START.hidden, []);
});

test("what was remembered comes back, and what is odd does not", () => {
  const state = { at: 0.25, hidden: ["karras"] };
  assert.deepEqual(data.recalled(JSON.parse(JSON.stringify(state))), state);
  for (const odd of [null, 7, { at: "x", hidden: "karras" }, { at: 4 }, { at: -1, hidden: [3] }])
    assert.deepEqual(data.recalled(odd), { at: null, hidden: [] });
});

test("a chart says where one stands, and a screen reader hears every line that is shown", () => {
  const chart = data.readChart(payload({ series: [series(), series({ label: "normal" })] }));
  assert.equal(words.wherePoint(chart, 1), "step 1 of 2");
  assert.equal(
    words.spokenPoint(chart, 1, data.readingsAt(chart, 1), [true, false]), "step 1 of 2; karras: σ 10, SNR (dB) 0",
  );
  const shares = data.readChart(
    payload({ across: { ...steps, high: 1, shares: true }, series: [series({ across: [0, 0.5, 1] })] }),
  );
  assert.equal(words.wherePoint(shares, 1), "50 % of the run");
});

test("a panel's head names quantity, symbol and unit", () => {
  assert.deepEqual(words.panelTitle(snr), ["picture against noise", "SNR in dB"]);
  assert.deepEqual(words.panelTitle(sigma), ["noise level", "σ"]);
  assert.equal(words.columnHead(snr), "SNR (dB)");
});
