// Where the viewer stands: each field declared once, with its start, what of storage it takes, and what it draws anew.

import { SCALE_IDS } from "./attention.js";
import { LOCKS } from "./lock.js";
import { hides, recalledPrediction } from "./prediction.js";

export const SPEEDS = [0.5, 1, 2, 4];
export const SUBJECTS = ["steps", "walk"];
export const COMPARISONS = ["wipe", "difference"];

/** How many cells can be pinned. */
export const PINS = 2;

/**
 * How much is drawn anew, each with all that stand before it: what changes from step to step, the controls, the curves
 * and facts of a run, the cells of the stage, and whatever a deck brings.
 */
export const DRAWS = Object.freeze({ step: 0, controls: 1, curves: 2, cells: 3, deck: 4 });

/* What a field takes from storage: undefined for what is not as it should be. */

const where = (isRight) => (saved) => (isRight(saved) ? saved : undefined);
const among = (choices) => where((saved) => choices.includes(saved));
const list = (isRight) => (saved) => (Array.isArray(saved) ? saved.filter(isRight) : undefined);
const isText = (saved) => typeof saved === "string";
const isCount = (saved) => Number.isInteger(saved) && saved >= 0;
const isShare = (saved) => Number.isFinite(saved) && saved >= 0 && saved <= 1;
const isPin = (saved) => isCount(saved?.index) && isText(saved.label) && isCount(saved.step ?? 0);
const [text, count, yes] = [where(isText), where(isCount), where((saved) => saved === true)];

/** `read` is missing where a field is not remembered. `draws` may depend on the values before and after. */
const FIELDS = {
  view: { start: null, read: text, draws: DRAWS.curves },
  step: { start: 0, read: count, draws: DRAWS.step },
  /** Of a video latent. */
  frame: { start: 0, read: count, draws: DRAWS.controls },
  /** An index, or null for all side by side. */
  trajectory: { start: null, read: count, draws: DRAWS.cells },
  speed: { start: 1, read: among(SPEEDS), draws: DRAWS.controls },
  loop: { start: false, read: yes, draws: DRAWS.controls },
  playing: { start: false, draws: DRAWS.controls },
  /** Whether the user has chosen the step. */
  touched: { start: false, read: yes, draws: DRAWS.step },
  /** Whether the user, or the workflow, has chosen the view. */
  chosen: { start: false, read: yes, draws: DRAWS.step },
  /** Whether the user has chosen what is on the stage. */
  arranged: { start: false, read: yes, draws: DRAWS.step },
  /** How cells stand together. */
  lock: { start: "sigma", read: among(LOCKS), draws: DRAWS.curves },
  /** What plays in a walk. */
  subject: { start: "walk", read: among(SUBJECTS), draws: DRAWS.controls },
  /**
   * The cells to compare, { index, label }, and { step } of one that is held there; how; and where the border of a wipe
   * stands, 0..1.
   */
  pins: { start: [], read: (saved) => list(isPin)(saved)?.slice(0, PINS), draws: DRAWS.controls },
  compare: { start: "wipe", read: among(COMPARISONS), draws: DRAWS.controls },
  wipe: { start: 0.5, read: where(isShare), draws: DRAWS.controls },
  /** Lines of the chart that are left out, by id. */
  hidden: { start: [], read: list(isText), draws: DRAWS.curves },
  /** Whether pictures and chart show when the run settles. */
  settled: { start: false, read: yes, draws: DRAWS.curves },
  /** Whether pictures show where the model looks for `word`, in which `layers`, and what the brightest colour means. */
  attention: { start: false, read: yes, draws: DRAWS.controls },
  word: { start: null, read: text, draws: DRAWS.controls },
  layers: { start: null, read: text, draws: DRAWS.controls },
  share: { start: "shared", read: among(SCALE_IDS), draws: DRAWS.controls },
  /** What is to be predicted, as prediction.js has it, or null. What it hides is another deck. */
  prediction: {
    start: null,
    read: recalledPrediction,
    draws: (one, other) => (hides(one) === hides(other) ? DRAWS.controls : DRAWS.deck),
  },
};

/** @typedef {{ [Name in keyof typeof FIELDS]: (typeof FIELDS)[Name]["start"] }} State */

/** @returns {any} */
const fieldsAs = (value) =>
  Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, value(name, field)]));

/** @type {Readonly<State>} */
export const START = Object.freeze(fieldsAs((_, { start }) => start));

const OPENING = ["view", "settled", "attention", "word", "layers", "share"];

/** Where a workflow can open: the step, and the view and what lies over it where they are not as one finds them. */
export function openingAt(state) {
  const own = OPENING.filter((name) => state[name] !== START[name]).map((name) => [name, state[name]]);
  return { step: state.step, ...Object.fromEntries(own) };
}

/** What storage keeps of a state. */
export const remembered = (state) => fieldsAs((name, { read }) => (read ? state[name] : undefined));

/**
 * What was remembered comes from storage: anything that is not as it should be is left out.
 * @type {(saved: any) => State}
 */
export const recalled = (saved) => fieldsAs((name, { start, read }) => read?.(saved?.[name]) ?? start);

/**
 * How much is to be drawn anew when one state gives way to another.
 * @type {(before: State, after: State) => number}
 */
export function extentOf(before, after) {
  const changed = Object.keys(FIELDS).filter((name) => before[name] !== after[name]);
  return Math.max(DRAWS.step, ...changed.map((name) => drawnFor(FIELDS[name], before[name], after[name])));
}

const drawnFor = ({ draws }, one, other) => (typeof draws === "function" ? draws(one, other) : draws);
