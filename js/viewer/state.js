// Where the viewer stands, and every way to move: plain records in, plain records out.

import { tabOf, viewOf } from "./deck.js";

export const SPEEDS = [0.5, 1, 2, 4];

/** trajectory is an index, or null for all side by side; touched: the user has chosen the step. */
export const START = Object.freeze({ view: null, step: 0, frame: 0, trajectory: null, speed: 1, loop: false, playing: false, touched: false });

const REMEMBERED = ["view", "step", "frame", "trajectory", "speed", "loop", "touched"];

export const remembered = (state) => Object.fromEntries(REMEMBERED.map((name) => [name, state[name]]));

/** What was remembered comes from storage: anything that is not as it should be is left out. */
export function recalled(saved) {
  const state = { ...START };
  if (typeof saved?.view === "string") state.view = saved.view;
  for (const name of ["step", "frame"]) if (Number.isInteger(saved?.[name]) && saved[name] >= 0) state[name] = saved[name];
  if (Number.isInteger(saved?.trajectory) && saved.trajectory >= 0) state.trajectory = saved.trajectory;
  if (SPEEDS.includes(saved?.speed)) state.speed = saved.speed;
  for (const name of ["loop", "touched"]) state[name] = saved?.[name] === true;
  return state;
}

/** The state fitted to a deck that has just arrived: the step stays where the user put it, or goes to the end. */
export function fitted(state, deck) {
  const last = deck.live ? deck.newest : deck.steps;
  const shown = viewOf(deck, state.view).id;
  return {
    ...state,
    view: deck.live ? state.view : shown,
    step: state.touched ? Math.min(state.step, last) : last,
    frame: Math.min(state.frame, deck.frames - 1),
    trajectory: state.trajectory !== null && state.trajectory < deck.trajectories.length ? state.trajectory : null,
    playing: state.playing && (!deck.live || deck.stopped),
  };
}

export const reach = (deck) => (deck.live ? deck.newest : deck.steps);

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

/** One tick of playing: the next step; from the end to the start where it loops, else it stops there. */
export function played(state, deck) {
  if (state.step < reach(deck)) return { ...moved(state, deck, state.step + 1) };
  return state.loop ? moved(state, deck, 0) : { ...state, playing: false };
}

/** Play pressed: at the end it begins again from the start. */
export function toggled(state, deck) {
  if (state.playing) return { ...state, playing: false };
  const step = state.step >= reach(deck) ? 0 : state.step;
  return { ...moved(state, deck, step), playing: deck.steps > 0 };
}

/** Choosing a tab keeps the raw scale of x_t only while x_t itself stays chosen. */
export function viewed(state, deck, id) {
  return tabOf(deck, state.view) === id ? state : { ...state, view: id };
}

export const rawSwitched = (state) => ({ ...state, view: state.view === "x_raw" ? "x" : "x_raw" });

export const chosen = (state, trajectory) => ({ ...state, trajectory });

/** Indices of the trajectories on the stage. */
export function shownIndices(state, deck) {
  if (state.trajectory !== null && state.trajectory < deck.trajectories.length) return [state.trajectory];
  return deck.trajectories.map((_, index) => index);
}
