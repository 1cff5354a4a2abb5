// When each region of a picture settled, as the payload has it, and whether that is shown.

import { coloursIn } from "../drawing/colours.js";

/** What holds for all runs of a deck: { threshold, share, bands, colours, last }; null where no run came with it. */
export function readSettling(payload) {
  const shared = payload.settling;
  const colours = coloursIn(shared?.colours);
  const runs = payload.trajectories.filter((run) => run.settling);
  if (!shared || colours.length < 2 || runs.length === 0) return null;
  return {
    threshold: shared.threshold, share: shared.share, bands: shared.bands ?? [], colours,
    last: Math.max(1, ...payload.trajectories.map((run) => run.sigmas.length - 1)),
  };
}

/** Whether there is something to show, and it is asked for. */
export const showsSettling = (state, deck) => Boolean(state.settled && deck.settling);

/** The map lies over decoded pictures alone: maps of numbers have colours of their own. */
export const canCover = (deck, view) => Boolean(deck.settling) && !view.corners && !view.absent && view.range === null;
