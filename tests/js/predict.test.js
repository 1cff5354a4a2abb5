import assert from "node:assert/strict";
import test from "node:test";

import { readDeck, viewOf } from "../../js/viewer/deck/deck.js";
import * as predict from "../../js/viewer/deck/prediction.js";
import { unordered, veiled } from "../../js/viewer/deck/veil.js";
import { cellLetter, nothingToPredict, stepAnswer, stepMeasure } from "../../js/viewer/words/predict.js";
import { factsOf } from "../../js/viewer/words/run.js";
import { fitted, moved, reach } from "../../js/viewer/deck/moves.js";
import { recalled, remembered, START } from "../../js/viewer/deck/state.js";
import { deckPayload, gridPayload, trajectory, view } from "./payloads.js";

const SHARED = { threshold: 0.2, share: 0.9, bands: [], colours: ["#000000", "#ffffff"] };
const settling = (decided, settled = { layout: 1, texture: 3, whole: 2 }) =>
  ({ decided, settled, distance: {}, map: null });
const asked = (of) => ({ predict: { of, run: "a1b2c3d4" }, settling: SHARED });

const runDeck = ({ steps = 4, decided = 2, ...rest } = {}) =>
  readDeck(
    deckPayload({ ...asked("step"), trajectories: [trajectory({ steps, settling: settling(decided) })], ...rest }),
  );

const severalRuns = () =>
  readDeck(
    deckPayload(
      {
        ...asked("step"),
        trajectories: [
          trajectory({ label: "cut", settling: null }),
          trajectory({ label: "seed 1", steps: 6, settling: settling(5) }),
        ],
      },
    ),
  );

const VALUES = ["1", "4", "9", "12", "20"];
const cellsDeck = (rest = {}) =>
  readDeck(gridPayload({ ...asked("cells"), axes: [{ name: "guidance", values: VALUES }], ...rest }));

const begin = (deck, saved = null) => ({ ...START, prediction: predict.begun(saved, deck) });

test("a payload that asks for nothing, or for what is not known, is shown as ever", () => {
  for (const asks of [undefined, null, { of: "seeds", run: "x" }, { of: "step" }]) {
    const deck = readDeck(deckPayload({ predict: asks }));
    assert.equal(deck.predict, null);
    assert.equal(predict.begun(null, deck), null);
    assert.equal(veiled(deck, null), deck);
  }
});

test("nothing can be predicted without an answer, and it is said why", () => {
  const cases = {
    forward: runDeck({ kind: "forward" }),
    short: runDeck({ steps: 1, decided: 1 }),
    unmeasured: readDeck(deckPayload({ ...asked("step"), steps: [4] })),
    cells: cellsDeck({ kind: "walk" }),
  };
  for (const [refusal, deck] of Object.entries(cases)) {
    assert.equal(predict.refusalOf(deck), refusal);
    assert.equal(predict.begun(null, deck), null);
    assert.match(nothingToPredict(refusal), /^There is nothing to predict here: .+\.$/);
  }
  const two = { axes: [{ name: "steps", values: ["1"] }, { name: "guidance", values: VALUES }] };
  assert.equal(predict.refusalOf(cellsDeck(two)), "cells");
  assert.equal(predict.refusalOf(cellsDeck({ axes: [{ name: "steps", values: ["1"] }] })), "cells");
  assert.equal(predict.refusalOf(runDeck()), null);
  assert.equal(predict.refusalOf(cellsDeck()), null);
});

test("the slider reaches one step farther for each step forward, and no leap gets beyond", () => {
  const whole = runDeck();
  let state = begin(whole);
  let deck = veiled(whole, state.prediction);
  const go = (step) => {
    state = predict.walkedOn(state, deck, step);
    deck = veiled(whole, state.prediction);
    state = moved(state, deck, step);
  };
  assert.equal(reach(deck), 0);
  go(4);
  assert.equal(state.step, 0);
  go(1);
  go(2);
  go(4);
  assert.deepEqual([state.step, reach(deck)], [2, 2]);
  go(0);
  go(1);
  assert.deepEqual([state.step, reach(deck)], [1, 2]);
  go(3);
  go(4);
  go(5);
  assert.deepEqual([state.step, reach(deck)], [4, 4]);
});

test("a place from an earlier look does not lead beyond what has been walked", () => {
  const whole = runDeck();
  const state = {
    ...recalled({ step: 4, touched: true, settled: true, trajectory: 0 }), prediction: predict.begun(null, whole),
  };
  const next = fitted(state, veiled(whole, state.prediction));
  assert.deepEqual([next.step, next.trajectory, next.view], [0, null, "x"]);
});

test("predicting a step begins with the noise, predicting cells with the guesses they are told apart by", () => {
  const whole = runDeck();
  const veil = veiled(whole, predict.begun(null, whole));
  assert.equal(viewOf(veil, null).id, "x");
});

test("a run that is to be predicted carries no number of its later steps but their noise", () => {
  const payload = {
    trajectories: [trajectory({ settling: settling(2), pull: [1, 2, 3, 4], error: [1], place: [0] })],
    views: ["x", "x0", "cond", "uncond", "difference", "channels"].map((id) => view(id)),
  };
  const whole = runDeck(payload);
  const deck = veiled(whole, begin(whole).prediction);
  const [one] = deck.trajectories;
  assert.deepEqual(
    [one.settling, one.change, one.pull, one.error, deck.settling, deck.attention], [null, [], [], [], null, null],
  );
  assert.deepEqual(one.sigmas, whole.trajectories[0].sigmas);
  assert.deepEqual(deck.views.map(({ id }) => id), ["x", "x0", "channels"]);
});

test("of several runs the first that was measured is predicted, alone, with its own pictures", () => {
  const whole = severalRuns();
  const { prediction } = begin(whole);
  const deck = veiled(whole, prediction);
  assert.equal(prediction.trajectory, 1);
  assert.deepEqual([deck.trajectories.length, deck.trajectories[0].label, deck.steps], [1, "seed 1", 6]);
  assert.deepEqual(deck.views[0].picture(0, 3, 0), whole.views[0].picture(1, 3, 0));
});

test("the mark shows everything, at the step that was said", () => {
  const whole = severalRuns();
  const before = { ...begin(whole), step: 3, playing: true };
  const after = predict.marked(before, whole);
  assert.equal(veiled(whole, after.prediction), whole);
  assert.deepEqual([after.step, after.touched, after.trajectory, after.playing], [3, true, 1, false]);
  assert.deepEqual(
    predict.answerOf(whole, after.prediction),
    { said: 3, decided: 5, settled: { layout: 1, texture: 3, whole: 2 }, share: 0.9, threshold: 0.2, label: "seed 1" },
  );
});

test("again begins at the noise, with the run that is looked at if it was measured", () => {
  const whole = readDeck(
    deckPayload(
      {
        ...asked("step"),
        trajectories: [
          trajectory({ settling: settling(1) }), trajectory({ settling: settling(2) }), trajectory({ settling: null }),
        ],
      },
    ),
  );
  const state = predict.marked({ ...begin(whole), step: 2 }, whole);
  const other = predict.again({ ...state, trajectory: 1, pins: [{ index: 0, label: "seed 0" }] }, whole);
  assert.deepEqual(other.prediction, { of: "step", run: "a1b2c3d4", round: 1, trajectory: 1, reach: 0, mark: null });
  assert.deepEqual([other.step, other.trajectory, other.pins], [0, null, []]);
  assert.equal(predict.again({ ...state, trajectory: 2 }, whole).prediction.trajectory, 0);
});

test("what was under way goes on with the same runs, and begins anew with any others", () => {
  const whole = runDeck();
  const walked = predict.walkedOn(begin(whole), veiled(whole, begin(whole).prediction), 1);
  const kept = recalled(JSON.parse(JSON.stringify(remembered(walked)))).prediction;
  assert.deepEqual(predict.begun(kept, whole), walked.prediction);
  const others = {
    other: { ...kept, run: "ffffffff" }, mode: { ...kept, of: "cells", given: [], checked: true },
    far: { ...kept, reach: 9 }, nowhere: { ...kept, trajectory: 3 }, ahead: { ...kept, mark: 3 },
  };
  for (const [name, saved] of Object.entries(others)) assert.equal(predict.begun(saved, whole).reach, 0, name);
  assert.equal(predict.begun(kept, { live: true }), null);
});

test("what was kept is refused where it is not as it should be", () => {
  const good = { of: "step", run: "a", round: 0, trajectory: 0, reach: 2, mark: null };
  const cells = { of: "cells", run: "a", round: 1, given: [null, 2], checked: false };
  assert.deepEqual(predict.recalledPrediction(good), good);
  assert.deepEqual(predict.recalledPrediction(cells), cells);
  const broken = [
    undefined, null, "step", { ...good, of: "all" }, { ...good, reach: -1 }, { ...good, mark: "2" },
    { ...good, round: 0.5 }, { ...cells, given: [-1] }, { ...cells, given: "12" }, { ...cells, run: 7 },
  ];
  for (const one of broken) assert.equal(predict.recalledPrediction(one), null, JSON.stringify(one));
});

test("cells stand in an order that the runs' name and the round decide, never as they were", () => {
  for (let count = 2; count < 12; count++)
    for (let round = 0; round < 20; round++) {
      const order = predict.shuffled(count, `a1b2c3d4 ${round}`);
      assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: count }, (_, index) => index));
      assert.notDeepEqual(order, [...order].sort((a, b) => a - b));
      assert.deepEqual(order, predict.shuffled(count, `a1b2c3d4 ${round}`));
    }
  const rounds = new Set(Array.from({ length: 20 }, (_, round) => predict.shuffled(5, `a1b2c3d4 ${round}`).join()));
  assert.ok(rounds.size > 10);
});

test("every place of a cell is about as likely, whatever the runs are called", () => {
  const counts = Array.from({ length: 4 }, () => Array(4).fill(0));
  for (let turn = 0; turn < 4000; turn++)
    predict.shuffled(4, `${turn.toString(16)} 0`).forEach((index, at) => counts[index][at]++);
  for (const [index, row] of counts.entries())
    for (const [at, count] of row.entries()) assert.ok(count > 780 && count < 1220, `${index} at ${at}: ${count}`);
});

test("cells that are to be guessed have letters, their own pictures, and only the facts they share", () => {
  const runs = VALUES.map((value, place) =>
    trajectory(
      {
        label: `guidance ${value}`, guidance: Number(value), place: [place], notes: [`note ${value}`],
        settling: settling(1), seconds: place, steps: 4 + place,
      },
    ),
  );
  const whole = cellsDeck({ trajectories: runs });
  const { prediction } = begin(whole);
  const deck = veiled(whole, prediction);
  const order = predict.orderOf(whole, prediction);
  assert.deepEqual(deck.trajectories.map(({ label }) => label), ["A", "B", "C", "D", "E"]);
  assert.deepEqual([deck.axes, deck.veil], [[], "cells"]);
  order.forEach((index, at) => assert.deepEqual(deck.views[0].picture(at, 2, 0), whole.views[0].picture(index, 2, 0)));
  const facts = { ...deck.trajectories[0], label: null, sigmas: null, steps: null };
  assert.doesNotMatch(JSON.stringify(facts), /guidance|note \d/);
  assert.equal(facts.sampler, "euler");
  const told = factsOf(deck, unordered(deck, [0, 1, 2, 3, 4]).map((index) => deck.trajectories[index]));
  assert.deepEqual(told.find(([name]) => name === "steps")[1], "4 · 5 · 6 · 7 · 8");
});

test("a value stands at one cell at a time", () => {
  let state = begin(cellsDeck());
  state = predict.gave(state, 0, 3);
  state = predict.gave(state, 1, 3);
  assert.deepEqual(state.prediction.given, [null, 3, null, null, null]);
  state = predict.gave(state, 1, null);
  assert.ok(!predict.allGiven(state.prediction));
  [4, 2, 0, 1, 3].forEach((value, cell) => (state = predict.gave(state, cell, value)));
  assert.ok(predict.allGiven(state.prediction));
});

test("the score counts the cells whose value was said, each by its own", () => {
  const whole = cellsDeck();
  const order = predict.orderOf(whole, begin(whole).prediction);
  let state = begin(whole);
  order.forEach((index, cell) => (state = predict.gave(state, cell, index)));
  assert.deepEqual(predict.scoreOf(whole, state.prediction), { right: 5, of: 5 });
  state = predict.checked({ ...state, playing: true });
  assert.equal(veiled(whole, state.prediction), whole);
  const swapped = { ...state.prediction, given: state.prediction.given.map((one) => ({ 0: 1, 1: 0 })[one] ?? one) };
  assert.deepEqual(predict.scoreOf(whole, swapped), { right: 3, of: 5 });
  assert.deepEqual(predict.verdictOn(whole, swapped, 0), { said: "4", value: "1", right: false });
  const once = predict.again(state, whole);
  assert.deepEqual(
    [once.prediction.round, once.prediction.given, once.prediction.checked], [1, [null, null, null, null, null], false],
  );
});

test("of a sweep that was stopped only the values that ran can be given, and equal values are equally right", () => {
  const whole = cellsDeck({ axes: [{ name: "guidance", values: ["4", "4", "9"] }], places: [[1], [0]] });
  assert.deepEqual(predict.choicesOf(whole), [0, 1]);
  assert.deepEqual(predict.scoreOf(whole, { ...begin(whole).prediction, given: [0, 1] }), { right: 2, of: 2 });
});

test("the answer is one sentence, and the definition has its numbers", () => {
  const found = {
    said: 4, decided: 10, share: 0.9, threshold: 0.2, settled: { layout: 6, texture: null, whole: 8 }, label: null,
  };
  assert.equal(stepAnswer(found), "You said step 4; 90 % of the picture stayed put from step 10 on.");
  assert.match(stepAnswer({ ...found, said: 10, label: "seed 3" }), /^seed 3: You said step 10, and so it is: 90 %/);
  assert.match(
    stepMeasure(found),
    /within 20 % of the final latent.+Step 10 is the first with 90 % of the regions.+layout from step 6 on\.$/,
  );
});

test("there are letters for any number of cells", () => {
  assert.deepEqual([0, 25, 26, 27, 52].map(cellLetter), ["A", "Z", "AA", "AB", "BA"]);
});
