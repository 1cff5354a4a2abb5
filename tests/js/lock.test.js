import assert from "node:assert/strict";
import test from "node:test";

import { readDeck } from "../../js/viewer/deck/deck.js";
import { carried, lockOn, longest, sigmasDiffer } from "../../js/viewer/deck/lock.js";
import { START } from "../../js/viewer/deck/state.js";
import { deckPayload, trajectory } from "./payloads.js";

const deckOf = (...sigmas) =>
  readDeck(deckPayload({ trajectories: sigmas.map((one) => trajectory({ sigmas: one, steps: one.length - 1 })) }));
const standing = (deck, lock, index) => {
  const { at } = lockOn(deck, { lock, trajectory: null });
  return Array.from({ length: deck.steps + 1 }, (_, step) => at(index, step));
};

const SHORT = [14, 3, 0];
const LONG = [14, 9, 4, 2, 0];

test("at the same σ a cell shows its last state that is not below the longest run's", () => {
  const deck = deckOf(SHORT, LONG);
  assert.deepEqual(standing(deck, "sigma", 0), [0, 0, 0, 1, 2]);
  assert.deepEqual(standing(deck, "sigma", 1), [0, 1, 2, 3, 4]);
});

test("the property itself, by brute force over random schedules", () => {
  let luck = 7;
  const random = () => (luck = (luck * 16807) % 2147483647) / 2147483647;
  const schedule = () =>
    [...Array.from({ length: 1 + Math.floor(random() * 9) }, () => 14 * random()).sort((a, b) => b - a), 0];
  for (let turn = 0; turn < 200; turn++) {
    const deck = deckOf(schedule(), schedule(), schedule());
    const lock = lockOn(deck, { lock: "sigma", trajectory: null });
    if (!lock.differs) continue;
    deck.trajectories.forEach((one, index) => {
      const states = standing(deck, "sigma", index);
      assert.equal(states.at(-1), one.steps);
      deck.trajectories[lock.read].sigmas.forEach((sigma, step) => {
        const reached = one.sigmas.filter((own) => own >= sigma * 0.999).length - 1;
        assert.equal(states[step], Math.max(0, reached));
      });
    });
  }
});

test("at the same step a shorter run rests at its end", () => {
  assert.deepEqual(standing(deckOf(SHORT, LONG), "step", 0), [0, 1, 2, 2, 2]);
});

test("a run that begins later waits at its first state", () => {
  assert.deepEqual(standing(deckOf([3, 1, 0], [14, 3, 0]), "sigma", 0), [0, 0, 2]);
});

test("a hair between two schedules is no difference and moves no cell", () => {
  const hair = LONG.map((one) => one * 0.9999);
  assert.equal(sigmasDiffer(deckOf(LONG, hair)), false);
  assert.deepEqual(standing(deckOf(SHORT, LONG, hair), "sigma", 2), [0, 1, 2, 3, 4]);
});

test("the reference is the longest run, and of equally long ones the one that begins highest", () => {
  assert.equal(longest(deckOf(SHORT, LONG, LONG).trajectories), 1);
  assert.equal(longest(deckOf([3, 1, 0], [14, 3, 0]).trajectories), 1);
});

test("rising or unknown σ hold no cell", () => {
  assert.equal(sigmasDiffer(deckOf([0, 3, 14], [0, 14])), false);
  assert.equal(sigmasDiffer(deckOf([null, null], [14, 3, 0])), false);
});

test("a cell alone is stepped through by its own states", () => {
  const { at, read, bySigma } = lockOn(deckOf(SHORT, LONG), { lock: "sigma", trajectory: 0 });
  assert.deepEqual([at(0, 1), at(0, 4), read, bySigma], [1, 2, 0, false]);
});

test("looking at one alone and at all again keeps the state that is looked at", () => {
  const deck = deckOf(SHORT, LONG);
  const together = { ...START, lock: "sigma", step: 3 };
  const alone = carried(together, deck, 0);
  assert.deepEqual([alone.trajectory, alone.step], [0, 1]);
  const again = carried(alone, deck, null);
  assert.deepEqual([again.trajectory, again.step], [null, 3]);
  assert.equal(carried({ ...together, lock: "step" }, deck, 0).step, 3);
});

test("a state has its place on the slider where the longest run has its σ", () => {
  const { where } = lockOn(deckOf(SHORT, [16, 4, 1, 0]), { lock: "sigma", trajectory: null });
  assert.deepEqual([0, 1, 2, 3].map((state) => where(1, state)), [0, 1, 2, 3]);
  const halves = lockOn(deckOf([16, 2, 0.5, 0], [16, 4, 1, 0.25, 0]), { lock: "sigma", trajectory: null });
  assert.deepEqual([0, 1, 2, 3].map((state) => Math.round(100 * halves.where(0, state))), [0, 150, 250, 400]);
  const late = lockOn(deckOf([20, 0.1, 0], [16, 4, 1, 0.25, 0]), { lock: "sigma", trajectory: null });
  assert.deepEqual([0, 1].map((state) => Math.round(100 * late.where(0, state))), [0, 360]);
});

test("at the same step a state stands at its own number", () => {
  assert.equal(lockOn(deckOf(SHORT, LONG), { lock: "step", trajectory: null }).where(0, 1), 1);
});
