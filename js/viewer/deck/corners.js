// The CFG triangle as one more view of a deck: which views stand at its corners, and what is known of a run there.

import { triangleHint } from "../words/help.js";
import { TRIANGLE, cornerNames, triangleTitle } from "../words/triangle.js";

/** Views that stand at the corners, in reading order. */
export const IDS = Object.keys(cornerNames());

/** None where the deck's kind has no guidance to speak of, as forward decks. */
export function triangleViews(views) {
  const corners = Object.fromEntries(IDS.map((id) => [id, views.find((view) => view.id === id)]));
  if (IDS.some((id) => !corners[id])) return [];
  const { x0, difference } = corners;
  return [
    {
      id: TRIANGLE,
      title: triangleTitle(),
      caption: triangleHint(),
      source: x0.source,
      range: difference.absent ? null : difference.range,
      absent: null,
      sources: IDS.flatMap((id) => corners[id].sources),
      drawing: IDS.some((id) => corners[id].drawing),
      picture: x0.picture,
      corners,
    },
  ];
}

/** The scale that made the guided guess of a state, null where there is none or where it is not known. */
export function scaleAt(trajectory, state) {
  if (state >= trajectory.steps) return null;
  return trajectory.guidance_scales?.[state] ?? trajectory.guidance ?? null;
}

/** Whether a run has any picture at a corner. */
export function everAsked({ corners }, id, index, states) {
  return Array.from({ length: states }, (_, state) => state).some((state) =>
    !corners[id].picture(index, state, 0).words,
  );
}

/**
 * The state at which the triangle opens: the one shown, or the last before it at which the model was asked.
 * @type {(view: import("./deck.js").View, index: number, step: number) => number}
 */
export function stateToOpen({ corners }, index, step) {
  const asked = (state) => ["cond", "uncond"].some((id) => !corners[id].picture(index, state, 0).words);
  for (let state = step; state >= 0; state--) if (asked(state)) return state;
  return step;
}
