// A picture that is noised is not a run that is sampled: other words, another direction.

import assert from "node:assert/strict";
import test from "node:test";

import { readDeck } from "../../js/viewer/deck/deck.js";
import * as moves from "../../js/viewer/deck/moves.js";
import { START } from "../../js/viewer/deck/state.js";
import * as words from "../../js/viewer/words/run.js";
import { deckPayload, trajectory } from "./payloads.js";

const noised = (rest) => trajectory({ sigmas: [0, 1, 3, 9, 14.6], model_calls: [0, 1, 1, 1, 1], ...rest });

const forwardDeck = (more, rest) => readDeck(deckPayload({ kind: "forward", trajectories: [noised(rest)], ...more }));

test("a forward deck goes from the picture to noise, level by level", () => {
  const [one] = forwardDeck().trajectories;
  assert.deepEqual([0, 2, 4].map((level) => words.placeOf(one, level)), ["the picture", null, "noise"]);
  assert.equal(words.spokenStep(one, 0), "level 0 of 4, sigma 0, the picture");
  assert.equal(words.spokenStep(one, 4), "level 4 of 4, sigma 14.6, noise");
});

test("a run still has steps, starting noise and a final latent", () => {
  const [one] = readDeck(deckPayload()).trajectories;
  assert.deepEqual([0, 4].map((step) => words.placeOf(one, step)), ["starting noise", "final latent"]);
  assert.equal(words.unitOf(one), "step");
});

test("the slider of a forward deck is over levels", () => {
  assert.equal(words.sliderName(forwardDeck()), "Level");
  assert.equal(words.sliderName(readDeck(deckPayload())), "Step");
});

test("it opens at the picture, and play goes towards noise", () => {
  const deck = forwardDeck();
  const opened = moves.fitted(START, deck);
  assert.equal(opened.step, 0);
  assert.equal(moves.played(moves.toggled(opened, deck), deck).step, 1);
});

test("its levels cost no calls on the way from one to the next", () => {
  assert.equal(words.callsOf(forwardDeck().trajectories[0], 3), null);
});

test("its facts speak of levels and say how x_t is made", () => {
  const facts = (more) => new Map(words.factsOf(forwardDeck(more), forwardDeck(more).trajectories));
  assert.equal(facts().get("levels"), "4");
  assert.equal(facts().get("x_t"), "√ᾱ · picture + √(1 − ᾱ) · noise");
  assert.equal(facts({ parameterization: "flow" }).get("x_t"), "(1 − σ) · picture + σ · noise");
  assert.equal(facts().get("noise"), "a1b2c3d4");
  for (const absent of ["steps", "starting noise", "predicts"]) assert.equal(facts().has(absent), false);
});

test("a saved picture is named by its level", () => {
  assert.match(words.fileName(forwardDeck(), { id: "x" }, "seed 7", 3), /_level-03\.png$/);
});
