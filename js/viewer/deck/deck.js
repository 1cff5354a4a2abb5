// A deck as the viewer reads it: which picture, or which sentence, stands at a view, a trajectory and a state.

import { refuseStrangers } from "../contract/contract.js";
import { readAttention } from "./attention.js";
import { triangleViews } from "./corners.js";
import { readPrediction } from "./prediction.js";
import { readSettling } from "./settling.js";
import { term } from "../language/language.js";
import { beingDrawn, deckRefusals, gone } from "../words/viewer.js";

/**
 * What a view shows at a state of a run: a piece of a sheet, or the words in its place.
 * @typedef {{ source?: any, x?: number, y?: number, width?: number, height?: number, words?: string }} Picture
 *
 * `corners`: the views of the triangle, which is one of its own. `drawing`: whether it will come yet, or become better;
 * `why`: why it is approximate.
 * @typedef {{ id: string, title: string, caption: string, source: string, range: any, absent: ?string, sources: any[],
 *   drawing?: boolean, why?: ?string,
 *   picture: (index: number, state: number, frame?: number) => Picture, corners?: Record<string, View> }} View
 *
 * `place` is where it stands on the axes of the deck. What else it has are facts, as Python sends them.
 * @typedef {{ label: string, sigmas: number[], steps: number, frames: number, place?: number[], settling?: any,
 *   model_calls: number[], complete: boolean, notes: string[], [fact: string]: any }} Trajectory
 *
 * run, newest, stopped, cells: of one that is live. drawing: whether views are still drawn.
 * veil, reach, opens: of one that hides something, as veil.js has it.
 * @typedef {{ title: string, kind?: string, varies?: ?string,
 *   axes?: { name: string, values: string[], spoken?: ?string[] }[],
 *   tile: { width: number, height: number }, trajectories: Trajectory[], steps: number, frames: number, views: View[],
 *   failure: string, fingerprint?: ?string, model?: ?string, parameterization?: ?string, settling?: any,
 *   attention?: any, predict?: any, live: boolean, run?: string, newest?: number, stopped?: boolean, cells?: boolean,
 *   arrived?: Map<number, any>, drawing?: boolean, total?: number, finished?: number, veil?: string, reach?: number,
 *   opens?: string }} Deck
 */

/**
 * Takes the payload of the viewer node or of the page; refuses what it cannot show, in a sentence.
 * @type {(payload: any) => Deck}
 */
export function readDeck(payload) {
  refuseStrangers("deck", payload, deckRefusals);
  if (!payload.trajectories?.length || !payload.views?.length) throw new Error(deckRefusals.empty());
  const trajectories = withSlots(payload.trajectories, payload.kind ?? "run");
  const views = payload.views.map((view) => readView(view, trajectories, payload.tile));
  return {
    live: false,
    drawing: payload.views.some((view) => view.drawing),
    failure: gone(),
    title: payload.title ?? "",
    fingerprint: payload.fingerprint ?? null,
    model: payload.model ?? null,
    parameterization: payload.parameterization ?? null,
    kind: payload.kind ?? "run",
    varies: payload.varies ?? null,
    axes: payload.axes ?? [],
    settling: readSettling(payload),
    attention: readAttention(payload),
    predict: readPrediction(payload),
    tile: payload.tile,
    trajectories,
    steps: Math.max(...trajectories.map((trajectory) => trajectory.steps)),
    frames: Math.max(...trajectories.map((trajectory) => trajectory.frames)),
    views: [...views, ...triangleViews(views)],
  };
}

/** A trajectory of N steps has N + 1 states, and each state has a slot for each of its frames. */
function withSlots(trajectories, kind) {
  let slot = 0;
  return trajectories.map((trajectory) => {
    const frames = trajectory.frames ?? 1;
    const placed = { ...trajectory, kind, frames, steps: trajectory.sigmas.length - 1, slot };
    slot += trajectory.sigmas.length * frames;
    return placed;
  });
}

function readView(view, trajectories, tile) {
  return {
    id: view.id,
    title: view.title,
    caption: view.caption ?? "",
    source: view.source,
    why: view.why ?? null,
    drawing: view.drawing ?? false,
    range: view.range ?? null,
    absent: view.absent ?? null,
    sources: view.absent ? [] : view.sheets.map((sheet) => sheet.source),
    picture: (index, state, frame) => pictureIn(view, trajectories[index], index, state, frame, tile),
  };
}

function pictureIn(view, trajectory, index, state, frame, tile) {
  if (view.absent) return { words: term(view.absent) };
  if (view.present && !view.present[index]?.[state]) return { words: term(view.missing) };
  if (view.drawing && view.sheets.length === 0) return { words: beingDrawn() };
  const slot = trajectory.slot + state * trajectory.frames + Math.min(frame, trajectory.frames - 1);
  const sheet = view.sheets.find((piece) => slot >= piece.first && slot < piece.first + piece.count);
  if (!sheet) return { words: term(view.missing) };
  const cell = slot - sheet.first;
  return {
    source: sheet.source,
    x: (cell % sheet.columns) * tile.width,
    y: Math.floor(cell / sheet.columns) * tile.height,
    width: tile.width,
    height: tile.height,
  };
}

/** A trajectory shorter than the longest one stays at its last state. */
export const stateAt = (trajectory, step) => Math.min(step, trajectory.steps);

/** The tabs: the raw scale of x_t is a switch of x_t, not a tab of its own. */
export function tabsOf(deck) {
  const hasX = deck.views.some((view) => view.id === "x");
  return deck.views.filter((view) => !(hasX && view.id === "x_raw"));
}

export const tabOf = (deck, id) => (id === "x_raw" && deck.views.some((view) => view.id === "x") ? "x" : id);

/**
 * Cells and stops are compared by their pictures: such a deck opens at the guess, which ends in the finished latent.
 */
const OPENS_AT = { sweep: "x0", walk: "x0" };

const named = (deck, id) => deck.views.find((view) => view.id === id);

/** @type {(deck: Deck, id: ?string) => View} */
export const viewOf = (deck, id) => named(deck, id) ?? named(deck, deck.opens ?? OPENS_AT[deck.kind]) ?? deck.views[0];
