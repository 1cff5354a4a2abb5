import assert from "node:assert/strict";
import test from "node:test";

import * as curves from "../../js/viewer/steps/curves.js";
import { readDeck } from "../../js/viewer/deck/deck.js";
import { evenAxis, logAxis, roundTop, stepMarks } from "../../js/viewer/steps/axes.js";
import { linesOf, spokenLines } from "../../js/viewer/steps/lines.js";
import { liveDeck } from "../../js/viewer/deck/live.js";
import { lineSwitched } from "../../js/viewer/deck/moves.js";
import { recalled, remembered, START } from "../../js/viewer/deck/state.js";
import { deckPayload, stepEvent, trajectory } from "./payloads.js";

const deckWith = (rest, more) => readDeck(deckPayload({ trajectories: [trajectory(rest)], ...more }));

const linesWith = (deck) => linesOf(deck, deck.trajectories).lines;

const namesOf = (deck) => linesWith(deck).map((line) => line.id);

const NOISED = {
  sigmas: [0, 1, 3], signal: [1, 0.5, 0.1], error: [0, 0.2, 0.4], change: [null, 1, 1], model_calls: [0, 1, 1],
  steps: 2,
};

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
  assert.equal(curves.linePath([1, 1], 4, (state) => 3 * state), "M0 4L750 4");
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

test("a line is offered only where there are numbers for it", () => {
  assert.deepEqual(namesOf(deckWith({ pull: [0.3, 0.2, 0.2, 0.1] })), ["sigma", "change", "pull"]);
  assert.deepEqual(namesOf(deckWith({ pull: [null, null, null, null] })), ["sigma", "change"]);
  assert.deepEqual(namesOf(deckWith({ change: [] })), ["sigma"]);
});

test("a forward deck has signal and error in place of change", () => {
  assert.deepEqual(namesOf(deckWith(NOISED, { kind: "forward" })), ["sigma", "signal", "error"]);
  assert.deepEqual(namesOf(deckWith({ ...NOISED, error: [] }, { kind: "forward" })), ["sigma", "signal"]);
});

test("a run's signal is not drawn: sigma says it already", () => {
  assert.ok(!namesOf(deckWith({ signal: [0.1, 0.3, 0.5, 0.9, 1] })).includes("signal"));
});

test("the signal is called by its name: alpha-bar, or the factor of a flow model", () => {
  const reading = (parameterization) => {
    const deck = deckWith(NOISED, { kind: "forward", parameterization });
    return linesWith(deck)[1].reading(deck.trajectories[0], 1);
  };
  assert.deepEqual([reading("eps"), reading("v"), reading("flow")], ["ᾱ 0.5", "ᾱ 0.5", "1 − σ 0.5"]);
});

test("all lines but sigma share one axis, which ends at a round number", () => {
  const deck = deckWith(NOISED, { kind: "forward" });
  const [, signal, error] = linesWith(deck);
  assert.deepEqual(signal.heights(deck.trajectories[0]), [1, 0.5, 0.1]);
  assert.deepEqual(error.heights(deck.trajectories[0]), [0, 0.2, 0.4]);
  const run = deckWith({ change: [null, 0.9, 0.3], pull: [2.6, 1.5, 0] });
  const { lines, right } = linesOf(run, run.trajectories);
  assert.deepEqual(right.marks.map(({ value }) => value), [0, 1.5, 3]);
  assert.deepEqual(lines[2].heights(run.trajectories[0]), [2.6 / 3, 0.5, 0]);
  assert.equal(right.rms, true);
});

test("the axis has room for what is shown, and is gone with the last line", () => {
  const run = deckWith({ change: [null, 0.09, 0.03], pull: [2.6, 1.5, 0] });
  const topWithout = (hidden) => linesOf(run, run.trajectories, false, hidden).right?.marks.at(-1).value ?? null;
  assert.deepEqual([[], ["pull"], ["pull", "change"]].map(topWithout), [3, 0.1, null]);
});

test("sigma's axis has its highest number, zero, and powers of ten where there is room", () => {
  const marks = (sigmas, growing) => logAxis(sigmas, growing).marks.map(({ value }) => value);
  assert.deepEqual(marks([14.6, 3, 0.03, 0], false), [14.6, 0, 1, 0.1]);
  assert.deepEqual(marks([5, 5], false), [5]);
  assert.deepEqual(marks([14.6], true), [14.6, 1, 0.1]);
  assert.deepEqual(evenAxis(3).marks.map(({ at, value }) => [at, value]), [[0, 0], [0.5, 1.5], [1, 3]]);
});

test("a top is round, and not below what stands under it", () => {
  assert.deepEqual([0.0292, 0.93, 1, 1.2, 3.3, 7, 8.1, 99].map(roundTop), [0.03, 1, 1, 1.5, 4, 8, 10, 100]);
});

test("the steps below the chart are few, and end with the last", () => {
  assert.deepEqual([0, 1, 6, 8, 20, 23, 50].map(stepMarks), [
    [0], [0, 1], [0, 1, 2, 3, 4, 5, 6], [0, 2, 4, 6, 8], [0, 5, 10, 15, 20], [0, 5, 10, 15, 20, 23],
    [0, 10, 20, 30, 40, 50],
  ]);
});

test("a flow model's noise and picture cross in straight lines", () => {
  const deck = deckWith(
    { ...NOISED, sigmas: [0, 0.25, 1], signal: [1, 0.75, 0] }, { kind: "forward", parameterization: "flow" },
  );
  const [sigma, signal] = linesWith(deck);
  assert.deepEqual(sigma.heights(deck.trajectories[0]), [0, 0.25, 1]);
  assert.deepEqual(signal.heights(deck.trajectories[0]), [1, 0.75, 0]);
});

test("runs side by side share one scale", () => {
  const deck = readDeck(
    deckPayload({ trajectories: [trajectory({ pull: [4, 2, 1, 1] }), trajectory({ pull: [2, 1, 1, 1] })] }),
  );
  const pull = linesWith(deck).find((line) => line.id === "pull");
  assert.deepEqual(pull.heights(deck.trajectories[1]), [0.5, 0.25, 0.25, 0.25]);
});

test("a reading is the number at the state, or a dash where there is none", () => {
  const deck = deckWith({ pull: [0.25, null, 0.5, 1] });
  const pull = linesWith(deck).find((line) => line.id === "pull");
  assert.deepEqual(
    [0, 1, 4].map((state) => pull.reading(deck.trajectories[0], state)), ["pull 0.25", "pull", "pull"],
  );
});

test("a live run has its one line, on a scale that leaves room", () => {
  const deck = liveDeck(null, stepEvent(0));
  const [sigma, ...others] = linesWith(deck);
  assert.deepEqual(others, []);
  assert.equal(sigma.heights(deck.trajectories[0])[0], 1);
});

test("the chart in words says which way each line goes", () => {
  const run = deckWith({ pull: [1, 1, 1, 1] });
  assert.equal(
    spokenLines(linesWith(run), run.trajectories[0]),
    "Chart: sigma falls from 16 to 0; change per step; pull of the prompt",
  );
  const noised = deckWith(NOISED, { kind: "forward" });
  assert.equal(
    spokenLines(linesWith(noised), noised.trajectories[0]),
    "Chart: sigma rises from 0 to 3; signal falls from 1 to 0.1; error of the guess",
  );
});

test("a line is hidden and shown again, and stays so", () => {
  const hidden = lineSwitched(START, "pull");
  assert.deepEqual(hidden.hidden, ["pull"]);
  assert.deepEqual(recalled(remembered(hidden)).hidden, ["pull"]);
  assert.deepEqual(lineSwitched(hidden, "pull").hidden, []);
  assert.deepEqual(recalled({ hidden: [3, "change"] }).hidden, ["change"]);
});
