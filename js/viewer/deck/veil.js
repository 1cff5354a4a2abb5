// A deck as it may be seen before the answer: what would give it away is not in it, so that no part of the viewer can.

import { hides, orderOf } from "./prediction.js";
import { cellLetter } from "../words/predict.js";

/** Views that show pictures of the run alone; those of guidance say what its scale is. */
const SEEN = ["x", "x_raw", "x0", "channels"];

/** A guess shows at the first step what the picture will be: who predicts a step begins with the noise. */
const OPENS = { step: "x", cells: "x0" };

/** The deck itself once everything may be seen. A veiled one says of what it is: { veil }, and may have a { reach }. */
export function veiled(deck, prediction) {
  if (!hides(prediction)) return deck;
  return prediction.of === "step" ? upTo(deck, prediction) : nameless(deck, prediction);
}

/** One run as far as it has been walked. */
function upTo(deck, { trajectory, reach }) {
  const run = deck.trajectories[trajectory];
  const known = { ...run, settling: null, change: [], pull: [], error: [], place: [] };
  return {
    ...under(deck, "step", [trajectory]), kind: "run", axes: [], trajectories: [known], steps: run.steps,
    reach,
  };
}

/** The cells in another order under letters; of their facts only those that all have in common. */
function nameless(deck, prediction) {
  const order = orderOf(deck, prediction);
  const trajectories = order.map((index, at) =>
    ({ ...common(deck.trajectories), ...shapeOf(deck.trajectories[index]), label: cellLetter(at) }),
  );
  return { ...under(deck, "cells", order), axes: [], trajectories };
}

function under(deck, veil, order) {
  const views = deck.views.filter(({ id }) => SEEN.includes(id)).map((view) => rearranged(view, order));
  return { ...deck, veil, opens: OPENS[veil], settling: null, attention: null, views };
}

const rearranged = (view, order) =>
  ({ ...view, picture: (index, state, frame) => view.picture(order[index], state, frame) });

/**
 * Indices of runs in an order that says nothing of the cells; of what they have not in common only the lengths are
 * left.
 */
export const unordered = (deck, shown) =>
  (deck.veil ? [...shown].sort((a, b) => deck.trajectories[a].steps - deck.trajectories[b].steps) : shown);

const FACTS = ["seed", "sampler", "scheduler", "guidance", "prompt", "negative", "prompt_after", "switch_at", "noise"];

function common(trajectories) {
  const [first, ...others] = trajectories;
  const names = FACTS.filter((name) => others.every((run) => run[name] === first[name]));
  const shared = names.map((name) => [name, first[name]]);
  return {
    ...Object.fromEntries(shared), model_calls: [], change: [], pull: [], error: [], notes: [], settling: null,
    place: [],
  };
}

const shapeOf = ({ kind, frames, steps, sigmas, complete }) => ({ kind, frames, steps, sigmas, complete });
