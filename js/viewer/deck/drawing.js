// A deck whose views are still being drawn: quick pictures first, then those that stay; and one that stays unfinished.

import { notDecoded, notDrawn } from "../words/viewer.js";

/** @typedef {import("./deck.js").Deck} Deck */

/**
 * Whether the next deck is more of the one that is shown: a run that goes on sampling, or views that go on being drawn.
 * @type {(shown: ?Deck, next: Deck) => boolean}
 */
export function growsInto(shown, next) {
  if (!shown || shown.live !== next.live) return false;
  return shown.live ? shown.run === next.run : Boolean(shown.drawing) && runsOf(shown) === runsOf(next);
}

const runsOf = (deck) => JSON.stringify([deck.title, deck.trajectories]);

/** The deck of a run that was stopped while it was drawn: what is there stays, and says that it is not all. */
export function leftUndrawn(deck) {
  return { ...deck, drawing: false, views: deck.views.map(undrawn) };
}

function undrawn(view) {
  if (!view.drawing) return view;
  const left = { ...view, drawing: false };
  if (view.corners) return { ...left, corners: undrawnCorners(view.corners) };
  if (view.sources.length > 0) return { ...left, why: notDecoded() };
  const words = notDrawn();
  return { ...left, absent: words, picture: () => ({ words }) };
}

const undrawnCorners = (corners) =>
  Object.fromEntries(Object.entries(corners).map(([id, corner]) => [id, undrawn(corner)]));
