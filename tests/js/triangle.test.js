import assert from "node:assert/strict";
import test from "node:test";

import { IDS, everAsked, scaleAt, stateToOpen } from "../../js/viewer/deck/corners.js";
import { readDeck, tabsOf, viewOf } from "../../js/viewer/deck/deck.js";
import * as moves from "../../js/viewer/deck/moves.js";
import { START } from "../../js/viewer/deck/state.js";
import { pairShape, triangleShape } from "../../js/viewer/triangle/triangle_shape.js";
import { BARE, WHOLE, neverAsked, scaleText, spokenWhole } from "../../js/viewer/words/triangle.js";
import { deckPayload, trajectory, view } from "./payloads.js";

const GUIDED = ["x", "x0", "uncond", "cond", "difference"];

/** Asked at every state but the last; `rest` by view id changes a view. */
function guidedDeck({ steps = [4], rest = {}, ...more } = {}) {
  const asked = steps.map((count) => Array.from({ length: count + 1 }, (_, state) => state < count));
  const present = { uncond: asked, cond: asked, difference: asked };
  return readDeck(
    deckPayload({ steps, views: GUIDED.map((id) => view(id, { present: present[id] ?? null, ...rest[id] })), ...more }),
  );
}

const triangleOf = (deck) => viewOf(deck, "triangle");

test("a deck with both sides of guidance has the triangle as its last tab", () => {
  assert.deepEqual(tabsOf(guidedDeck()).map((one) => one.id), [...GUIDED, "triangle"]);
});

test("a deck without the views of guidance has no triangle", () => {
  assert.deepEqual(tabsOf(readDeck(deckPayload())).map((one) => one.id), ["x", "x0"]);
});

test("the triangle wants the sheets of its four corners, and has the scale of the difference", () => {
  const range = { low: 0, high: 2, label: "size", colours: ["#000", "#fff"] };
  const view = triangleOf(guidedDeck({ rest: { difference: { range } } }));
  assert.deepEqual([...view.sources].sort(), ["cond-0", "difference-0", "uncond-0", "x0-0"]);
  assert.equal(view.range, range);
  assert.equal(view.absent, null);
});

test("without a difference there is no scale for it", () => {
  const range = { low: 0, high: 1, label: "size", colours: ["#000", "#fff"] };
  const rest = { uncond: { absent: "never asked" }, difference: { absent: "never asked", range } };
  const view = triangleOf(guidedDeck({ rest }));
  assert.equal(view.range, null);
  assert.deepEqual([...view.sources].sort(), ["cond-0", "x0-0"]);
});

test("the scale is that of the step, then that of the run, then unknown; the last state has none", () => {
  const run = { ...trajectory({ guidance: 4, guidance_scales: [7, null, 5, 5] }), steps: 4 };
  assert.deepEqual([0, 1, 2, 4].map((state) => scaleAt(run, state)), [7, 4, 5, null]);
  assert.equal(scaleAt({ ...run, guidance: null, guidance_scales: [] }, 0), null);
  assert.equal(scaleAt({ ...run, guidance: null, guidance_scales: [0] }, 0), 0);
});

test("the triangle opens where the model was asked, and leaves a step that the user sees at its place", () => {
  const view = triangleOf(guidedDeck());
  assert.equal(stateToOpen(view, 0, 4), 3);
  assert.equal(stateToOpen(view, 0, 2), 2);
});

test("where the model was asked nothing the step stays", () => {
  const never = { present: [Array(5).fill(false)] };
  assert.equal(stateToOpen(triangleOf(guidedDeck({ rest: { cond: never, uncond: never } })), 0, 4), 4);
});

test("one run of several may lack a side that another has", () => {
  const deck = guidedDeck(
    { steps: [2, 2], rest: { uncond: { present: [[false, false, false], [true, true, false]] } } },
  );
  assert.deepEqual([0, 1].map((index) => everAsked(triangleOf(deck), "uncond", index, 2)), [false, true]);
});

test("choosing the tab moves from the final latent to the last guess, and back again nothing moves", () => {
  const deck = guidedDeck();
  const opened = moves.viewed({ ...START, view: "x", step: 4 }, deck, "triangle");
  assert.deepEqual([opened.view, opened.step], ["triangle", 3]);
  assert.deepEqual([moves.viewed(opened, deck, "x0").view, moves.viewed(opened, deck, "x0").step], ["x0", 3]);
});

test("a deck that arrives while the triangle is chosen opens at a guess, unless the user has chosen the step", () => {
  const deck = guidedDeck();
  const state = { ...START, view: "triangle" };
  assert.equal(moves.fitted(state, deck).step, 3);
  assert.equal(moves.fitted({ ...state, step: 4, touched: true }, deck).step, 4);
});

test("the triangle shows one run of several: the chosen one, or the one that the numbers speak of", () => {
  const deck = guidedDeck({ steps: [2, 4, 4] });
  const state = { ...START, view: "triangle" };
  assert.deepEqual(moves.shownIndices({ ...state, trajectory: 0 }, deck), [0]);
  assert.deepEqual(moves.shownIndices(state, deck), [1]);
  assert.deepEqual(moves.shownIndices({ ...state, view: "x" }, deck), [0, 1, 2]);
});

const STAGES = [];
for (const width of [240, 388, 560, 900, 1600])
  for (const height of [160, 260, 420, 900])
    for (const aspect of [1, 16 / 9, 9 / 16]) STAGES.push({ width, height, aspect });

test("pictures stay on the stage, and none covers another or the words", () => {
  for (const stage of STAGES) {
    const shape = triangleShape(stage);
    const rects = IDS.map((id) => ({ ...shape.corners[id], ...shape.tile, height: shape.tile.height + 20 }));
    const name = JSON.stringify({ ...stage, shape: shape.name });
    assert.ok(shape.box.width <= stage.width + 1 && shape.box.height <= stage.height + 2, name);
    for (const one of rects)
      assert.ok(
        one.x >= 0 && one.y >= 0 && one.x + one.width <= shape.box.width && one.y + one.height <= shape.box.height,
        name,
      );
    for (const [one, other] of pairs(rects)) assert.ok(apart(one, other), name);
    for (const one of rects) assert.ok(apart(one, { ...shape.words, height: shape.words.height - 20 }), name);
  }
});

test("signs stand between pictures and on none", () => {
  for (const stage of STAGES) {
    const { corners, tile, links } = triangleShape(stage);
    for (const { sign } of Object.values(links).filter((link) => link.sign))
      for (const id of IDS)
        assert.ok(apart({ ...corners[id], ...tile }, { ...sign, width: 0, height: 0 }), JSON.stringify(stage));
  }
});

test("the triangle is taken where it costs nothing, a square where the stage is tall, a row where it is low", () => {
  const named = (width, height) => triangleShape({ width, height, aspect: 1 }).name;
  assert.deepEqual([named(900, 520), named(388, 420), named(900, 160)], ["triangle", "square", "row"]);
});

test("in every arrangement the two answers come before the difference, and the guided guess last", () => {
  for (const stage of STAGES) {
    const { cond, uncond, difference, x0 } = triangleShape(stage).corners;
    assert.ok(cond.x <= uncond.x && cond.y <= uncond.y);
    assert.ok(uncond.x < difference.x && difference.x <= x0.x && difference.y <= x0.y);
  }
});

test("a run that was never asked without the prompt has a place for the reason instead of a picture", () => {
  for (const ids of [["cond", "x0"], ["x0"]])
    for (const stage of STAGES.filter(({ height }) => height > 200)) {
      const shape = pairShape({ ...stage, ids });
      assert.deepEqual(Object.keys(shape.corners), ids);
      assert.ok(shape.panel.y >= shape.corners.x0.y + shape.tile.height + 20);
      assert.ok(shape.box.width <= stage.width && shape.panel.y + shape.panel.height + 20 <= stage.height + 1);
    }
});

test("the formula reads guided = unconditional + s · (conditional − unconditional)", () => {
  const read = (terms, as) => terms.map(as).join("");
  assert.equal(read(WHOLE, (one) => one.text), "guided = unconditional + s · (conditional − unconditional)");
  assert.equal(read(WHOLE, (one) => one.short ?? one.text), "guided = uncond + s · (cond − uncond)");
  assert.equal(read(BARE, (one) => one.text), "guided = conditional");
  for (const { term } of WHOLE.filter((one) => one.term && one.term !== "scale")) assert.ok(IDS.includes(term));
});

test("the scale is a number where it is known, and a letter where not", () => {
  assert.deepEqual([7.5, 0, null].map(scaleText), ["7.5", "0", "s"]);
  assert.equal(
    spokenWhole(7.5), "guided equals unconditional plus 7.5 times the difference of conditional and unconditional",
  );
});

test("a side that was never asked for says so, and at guidance 1 why", () => {
  assert.equal(neverAsked(1), "The model was never asked without the prompt: at guidance 1 that call is left out.");
  assert.equal(neverAsked(null), "The model was never asked without the prompt.");
});

const pairs = (list) => list.flatMap((one, at) => list.slice(at + 1).map((other) => [one, other]));

const apart = (one, other) =>
  one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y
    || other.y + other.height <= one.y;
