// Every way to move: a state in, a state out.

import { stateToOpen } from "./corners.js";
import { tabOf, viewOf } from "./deck.js";
import { carried, lockOn } from "./lock.js";
import { PINS } from "./state.js";

/** @typedef {import("./deck.js").Deck} Deck */
/** @typedef {import("./state.js").State} State */

/**
 * The state fitted to a deck that has just arrived: the step stays where the user put it, or goes to where the picture
 * is: the end of a run, the start of a forward deck.
 * @type {(state: State, deck: Deck) => State}
 */
export function fitted(state, deck) {
  const last = reach(deck);
  const untouched = deck.kind === "forward" ? 0 : last;
  const shown = viewOf(deck, state.view).id;
  const next = {
    ...state,
    view: deck.live ? asChosen(state) : shown,
    step: state.touched ? Math.min(state.step, last) : untouched,
    frame: Math.min(state.frame, deck.frames - 1),
    trajectory: shownFirst(state, deck),
    pins: state.pins.filter(({ index, label }) => deck.trajectories[index]?.label === label),
    playing: state.playing && (!deck.live || deck.stopped),
  };
  return state.touched ? next : opened(next, deck);
}

/** A run that is sampling is looked at in its guesses, unless somebody has chosen otherwise. */
const asChosen = ({ view, chosen }) => (chosen ? view : null);

/** The triangle opens where there is something to compare. */
function opened(state, deck) {
  const view = viewOf(deck, state.view);
  return view.corners ? { ...state, step: stateToOpen(view, shownIndices(state, deck)[0], state.step) } : state;
}

/** A walk is seen one stop at a time until someone wants it side by side. */
function shownFirst({ trajectory, arranged }, deck) {
  if (deck.veil) return null;
  if (trajectory !== null && trajectory < deck.trajectories.length) return trajectory;
  return deck.kind === "walk" && !deck.live && !arranged ? 0 : null;
}

/**
 * The last state there is to see: of a run that is sampling, or that is to be predicted, not its end.
 * @type {(deck: Deck) => number}
 */
export const reach = (deck) => deck.reach ?? (deck.live ? deck.newest : deck.steps);

/** @type {(state: State, deck: Deck, step: number) => State} */
export function moved(state, deck, step) {
  return { ...state, step: Math.max(0, Math.min(reach(deck), step)), touched: true };
}

/** The step that a key leads to, or null for a key that does not move. */
export function stepByKey(key, step, deck) {
  const far = Math.max(1, Math.round(deck.steps / 4));
  const strides = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: far, PageDown: -far };
  if (key === "Home") return 0;
  if (key === "End") return reach(deck);
  return key in strides ? step + strides[key] : null;
}

/** What play plays: the steps of the run, or the stops of a walk that is seen one stop at a time. */
export const playsWalk = (state, deck) => strolls(state, deck) && state.subject === "walk";

/**
 * Whether a walk is on the stage one stop at a time.
 * @type {(state: State, deck: Deck) => boolean}
 */
export const strolls = (state, deck) => deck.kind === "walk" && state.trajectory !== null;

/**
 * One tick of playing: the next step; from the end to the start where it loops, else it stops there.
 * @type {(state: State, deck: Deck) => State}
 */
export function played(state, deck) {
  if (playsWalk(state, deck)) return walked(state, deck);
  if (state.step < reach(deck)) return { ...moved(state, deck, state.step + 1) };
  return state.loop ? moved(state, deck, 0) : { ...state, playing: false };
}

/**
 * Play pressed: at the end it begins again from the start.
 * @type {(state: State, deck: Deck) => State}
 */
export function toggled(state, deck) {
  if (state.playing) return { ...state, playing: false };
  if (playsWalk(state, deck)) return { ...state, trajectory: atEnd(state, deck) ? 0 : state.trajectory, playing: true };
  const step = state.step >= reach(deck) ? 0 : state.step;
  return { ...moved(state, deck, step), playing: deck.steps > 0 };
}

/**
 * Choosing a tab keeps the raw scale of x_t only while x_t itself stays chosen.
 * @type {(state: State, deck: Deck, id: string) => State}
 */
export function viewed(state, deck, id) {
  return tabOf(deck, state.view) === id ? state : opened({ ...state, view: id, chosen: true }, deck);
}

export function lineSwitched(state, line) {
  const others = state.hidden.filter((name) => name !== line);
  return { ...state, hidden: others.length < state.hidden.length ? others : [...others, line] };
}

/** One thing lies over the pictures at a time. */
export const settledSwitched = (state) => ({ ...state, settled: !state.settled, attention: false });

export const attentionSwitched = (state) => ({ ...state, attention: !state.attention, settled: false });

export const rawSwitched = (state) => ({ ...state, view: state.view === "x_raw" ? "x" : "x_raw", chosen: true });

function walked(state, deck) {
  if (!atEnd(state, deck)) return strolled(state, deck, state.trajectory + 1);
  return state.loop ? strolled(state, deck, 0) : { ...state, playing: false };
}

/**
 * Whether playing has come to where it stops or begins again.
 * @type {(state: State, deck: Deck) => boolean}
 */
export function atEnd(state, deck) {
  return playsWalk(state, deck) ? state.trajectory >= deck.trajectories.length - 1 : state.step >= reach(deck);
}

/**
 * Along the cells, one alone on the stage; from the ends on round where it loops.
 * @type {(state: State, deck: Deck, trajectory: number) => State}
 */
export function strolled(state, deck, trajectory) {
  const count = deck.trajectories.length;
  const bounded = state.loop ? (trajectory + count) % count : Math.max(0, Math.min(count - 1, trajectory));
  return { ...state, trajectory: bounded, arranged: true };
}

/** How many cells a key leads along, or null: [ and ], or an arrow with Shift. */
export function strideByKey({ key, shiftKey }) {
  const strides = { "[": -1, "]": 1, ...(shiftKey && { ArrowLeft: -1, ArrowRight: 1 }) };
  return strides[key] ?? null;
}

/**
 * Pinned is unpinned; the first becomes A, the second B, and any further one takes the place of B.
 * @type {(state: State, deck: Deck, index: number) => State}
 */
export function pinned(state, deck, index) {
  const others = state.pins.filter((pin) => pin.index !== index);
  if (others.length < state.pins.length) return { ...state, pins: others };
  return { ...state, pins: [...others.slice(0, PINS - 1), { index, label: deck.trajectories[index].label }] };
}

/** Whether a step is held, so that the slider moves the other side of the comparison alone. */
export const holds = (state) => state.pins.some(({ step }) => step !== undefined);

/** One run is on the stage, finished, and its steps have pictures to lay over each other. */
export const canHold = (state, deck) =>
  !deck.live && !deck.veil && deck.steps > 0 && !viewOf(deck, state.view).corners &&
  shownIndices(state, deck).length === 1;

/**
 * The step that is shown becomes A and stays; B goes on with the slider. What is held is let go.
 * @type {(state: State, deck: Deck) => State}
 */
export function held(state, deck) {
  if (holds(state)) return unpinned(state);
  const [index] = shownIndices(state, deck);
  const follows = { index, label: deck.trajectories[index].label };
  return { ...state, pins: [{ ...follows, step: Math.min(state.step, deck.trajectories[index].steps) }, follows] };
}

export const unpinned = (state) => ({ ...state, pins: [] });

/** @type {(state: State, deck: Deck, trajectory: ?number) => State} */
export const chosen = (state, deck, trajectory) => ({ ...carried(state, deck, trajectory), arranged: true });

/** Indices of the trajectories on the stage. The triangle shows one run: the chosen one, or the one that is read. */
export function shownIndices(state, deck) {
  if (viewOf(deck, state.view).corners) return [state.trajectory ?? lockOn(deck, state).read];
  if (state.trajectory !== null && state.trajectory < deck.trajectories.length) return [state.trajectory];
  return deck.trajectories.map((_, index) => index);
}
