// What stands at a cell now: a piece of a bitmap, or the sentence in its place.

import { loadFailed } from "../words/viewer.js";

/** { bitmap, x, y, width, height }, the bitmap null while its sheet is on the way; or { words }. */
export function seenAt(sheets, deck, view, index, step, frame) {
  const picture = view.picture(index, step, frame);
  if (picture.words) return picture;
  const failure = sheets.failure(picture.source);
  if (failure !== undefined) return { words: failure === null ? goneFrom(deck, index) : loadFailed(failure) };
  return { ...picture, bitmap: sheets.get(picture.source) };
}

/** A run that was kept says of itself why its pictures are gone. */
const goneFrom = (deck, index) => deck.trajectories[index].failure ?? deck.failure;

/** Draws the piece over the whole of a canvas of any size; `context` may have a way to blend set. */
export function drawPiece(context, { bitmap, x, y, width, height }, wide = width, high = height) {
  context.drawImage(bitmap, x, y, width, height, 0, 0, wide, high);
}
