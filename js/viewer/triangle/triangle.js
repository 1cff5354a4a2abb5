// The CFG triangle: the model's two answers, their difference and the guided guess they make, at one step of one run.

import { createCell } from "../cells/cell.js";
import { IDS, everAsked, scaleAt } from "../deck/corners.js";
import { viewOf } from "../deck/deck.js";
import { shownIndices } from "../deck/moves.js";
import { setAttribute, setText } from "../elements/elements.js";
import { createScale } from "../elements/scale.js";
import { term } from "../language/language.js";
import { seenAt } from "../pictures/sight.js";
import { createFormula } from "./triangle_formula.js";
import { pairShape, triangleShape } from "./triangle_shape.js";
import { TRIANGLE, cornerNames, neverAsked, notAskedHere, scaleText, spokenTriangle } from "../words/triangle.js";

/** A picture narrower than this has room for a few words only. */
const NARROW = 190;

/** Narrower pictures have their names in small letters, and then in the formula alone. */
const NAMES = { small: 110, none: 94 };

/** The words have to be so high for the sentence below the formula, and for the formula itself where it is narrow. */
const SENTENCE = { brief: 84, plain: 40 };
const FORMULA = { width: 200, height: 56 };

/** CSS pixels that the whole formula takes in one line. */
const LINE = 380;

const SIGNS = { minus: "−", plus: "+", times: "×" };
const ONE_SIDED = ["cond", "x0"];
const GUIDED_ALONE = ["x0"];
const FORMS = new Map([[IDS, "whole"], [ONE_SIDED, "bare"], [GUIDED_ALONE, "none"]]);

/** The stage with the triangle in it: the same verbs, and for the view that has corners another way to show it. */
export function withTriangle(scope, stage, { sheets }) {
  const triangle = createTriangle(scope, { sheets });
  const inTriangle = (deck, state) => Boolean(viewOf(deck, state.view).corners);
  stage.element.append(triangle.element);
  let inUse = stage;

  function lay(deck, state) {
    const next = inTriangle(deck, state) ? triangle : stage;
    if (next !== inUse) inUse.clear();
    use(next);
    inUse.lay(deck, state);
  }

  function paint(deck, state, together) {
    if (inTriangle(deck, state) !== (inUse === triangle)) lay(deck, state);
    if (inUse === stage) return stage.paint(deck, state, together);
    setAttribute(stage.element, "data-source", null);
    setAttribute(stage.element, "aria-label", spokenTriangle());
    return triangle.paint(deck, state, together);
  }

  function use(next) {
    inUse = next;
    setAttribute(triangle.element, "hidden", inUse === stage);
    setAttribute(stage.element, "data-figure", inUse === triangle ? TRIANGLE : null);
    if (inUse === triangle) stage.say(null);
  }

  function clear() {
    inUse.clear();
    use(stage);
  }

  function destroy() {
    stage.destroy();
    triangle.destroy();
  }

  return { ...stage, lay, paint, clear, destroy, canvases: () => inUse.canvases(), columns: () => inUse.columns() };
}

function createTriangle(scope, { sheets }) {
  const formula = createFormula(scope);
  const arrows = scope.draw("svg", { class: "ds-arrows", "aria-hidden": "true" });
  const panel = createAbsence(scope);
  const box = scope.make("div", { class: "ds-corners" });
  const element = scope.make("div", { class: "ds-triangle", hidden: true }, box);
  const badges = Object.fromEntries(
    Object.entries(SIGNS).map(([name, sign]) =>
      [name, scope.make("span", { class: "ds-sign", "data-sign": name, "aria-hidden": "true" }, sign)],
    ),
  );
  const corners = new Map();
  let laid = null;
  let aspect = 1;
  let ids = null;
  let narrow = false;
  let brief = false;
  let repaint = () => {};

  /** Of one deck once: which run it is, is asked at every paint. */
  function lay(deck) {
    if (deck === laid) return;
    laid = deck;
    for (const id of IDS) corners.set(id, createCorner(scope, id));
    aspect = deck.tile.width / deck.tile.height;
    ids = null;
  }

  /** `next` names the corners that stand: all, or those of a run that was never asked without the prompt. */
  function fit(next = ids) {
    if (next !== ids) furnish(next);
    const { clientWidth: width, clientHeight: height } = element;
    if (!ids || !width || !height) return;
    const shape = ids === IDS ? triangleShape({ width, height, aspect }) : pairShape({ width, height, aspect, ids });
    narrow = shape.tile.width < NARROW;
    brief = shape.words.width < LINE;
    setAttribute(element, "data-arrangement", shape.name);
    setAttribute(element, "data-brief", brief);
    setAttribute(element, "data-narrow", narrow);
    setAttribute(element, "data-names", namesIn(shape.tile.width));
    setAttribute(formula.element, "hidden", shape.words.width < FORMULA.width && shape.words.height < FORMULA.height);
    setAttribute(element, "data-terse", shape.words.height < (brief ? SENTENCE.brief : SENTENCE.plain));
    placeIn(box, { x: 0, y: 0, ...shape.box });
    placeIn(formula.element, shape.words);
    placeIn(panel.element, shape.panel ?? NOWHERE);
    box.style.setProperty("--ds-cell", `${shape.tile.width}px`);
    box.style.setProperty("--ds-aspect", aspect);
    for (const id of ids) placeIn(corners.get(id).element, shape.corners[id]);
    for (const [name, badge] of Object.entries(badges)) placeIn(badge, shape.links[name]?.sign ?? NOWHERE);
    drawArrows(shape);
  }

  function furnish(next) {
    ids = next;
    const standing = ids.map((id) => corners.get(id).element);
    box.replaceChildren(
      formula.element, arrows, ...standing, ...(ids === IDS ? Object.values(badges) : [panel.element]),
    );
  }

  function drawArrows({ box: { width, height }, links }) {
    setAttribute(arrows, "viewBox", `0 0 ${width} ${height}`);
    const head = (d) => (d ? [scope.draw("path", { class: "ds-head", d })] : []);
    arrows.replaceChildren(
      ...Object.values(links).flatMap((link) => [scope.draw("path", { d: link.path }), ...head(link.head)]),
    );
  }

  function paint(deck, state, together) {
    repaint = () => paint(deck, state, together);
    const view = viewOf(deck, state.view);
    const [index] = shownIndices(state, deck);
    const trajectory = deck.trajectories[index];
    const wanted = cornersOf(view, index, trajectory);
    if (wanted !== ids) fit(wanted);
    const step = together.at(index, state.step);
    const scale = scaleAt(trajectory, step);
    const seen = new Map(ids.map((id) => [id, seenAt(sheets, deck, view.corners[id], index, step, state.frame)]));
    for (const [id, what] of seen) corners.get(id).paint(view.corners[id], what, trajectory, narrow);
    setAttribute(element, "data-whole", [...seen.values()].every((what) => !what.words));
    setText(badges.times, `× ${scaleText(scale)}`);
    corners.get("difference").measure(view.range);
    panel.say(term(view.corners.uncond.absent) ?? neverAsked(scale));
    formula.say(FORMS.get(ids), scale, term(trajectory.triangle) ?? "", brief);
  }

  const resized = new scope.window.ResizeObserver(() => {
    fit();
    repaint();
  });
  resized.observe(element);

  return {
    element,
    lay,
    paint,
    clear: () => {
      repaint = () => {};
      laid = null;
      ids = null;
      corners.clear();
      box.replaceChildren();
    },
    canvases: () =>
      (ids ?? []).map((id) => corners.get(id)).map(({ cell, name }) =>
        (cell.shows() ? { canvas: cell.canvas, label: name } : null),
      ),
    columns: () => 2,
    destroy: () => resized.disconnect(),
  };
}

/** Of one run: its answers may lack one side as a whole. One and the same list for the same corners. */
function cornersOf(view, index, { steps }) {
  if (everAsked(view, "uncond", index, steps)) return IDS;
  return everAsked(view, "cond", index, steps) ? ONE_SIDED : GUIDED_ALONE;
}

function namesIn(width) {
  if (width < NAMES.none) return "none";
  return width < NAMES.small ? "small" : null;
}

const NOWHERE = { x: 0, y: 0 };

function placeIn(element, { x, y, width, height }) {
  Object.assign(
    element.style, { left: `${x}px`, top: `${y}px`, ...(width && { width: `${width}px`, height: `${height}px` }) },
  );
}

function createCorner(scope, id) {
  const name = cornerNames()[id];
  const alone = { trajectory: null, index: null, label: null, choose: null, pinnable: false };
  const cell = createCell(scope, { ...alone, spoken: name });
  const label = scope.make("span", { class: "ds-corner-name", "aria-hidden": "true" }, name);
  const scale = createScale(scope);
  const below = scope.make("p", { class: "ds-below" }, label, scale.element);
  const element = scope.make("div", { class: "ds-corner", "data-term": id }, cell.element, below);

  function paint(view, seen, trajectory, narrow) {
    setAttribute(element, "data-source", view.source);
    cell.name({ text: name, own: null, heard: `${name}, ${trajectory.label}`, rank: -1 });
    if (seen.words) cell.say(narrow ? notAskedHere() : seen.words);
    else cell.show(seen);
    setAttribute(cell.element, "title", seen.words);
  }

  return { name, cell, element, paint, measure: scale.show };
}

/** Where the unconditional guess would stand: why there is none. */
function createAbsence(scope) {
  const words = scope.make("p", { class: "ds-sentence" });
  const label = scope.make("p", { class: "ds-corner-name", "aria-hidden": "true" }, cornerNames().uncond);
  const element = scope.make("div", { class: "ds-panel", "data-term": "uncond" }, words, label);
  return { element, say: (text) => setText(words, text) };
}
