// How far apart the two pictures are that are compared now, measured once the slider rests.

import { apartWords } from "../words/kept.js";
import { createReader, rms } from "./parting.js";

/** Milliseconds: a scrub is never measured. */
const REST = 150;

/** tell(words) says it, and nothing while it is not known. */
export function createApart(scope, { tell }) {
  const { window } = scope;
  const read = createReader(scope);
  let seen = null;
  let waiting = 0;

  /** `pair`: what stands at A and at B, as sight.js has it. */
  function look(pair) {
    if (seen && pair.every((piece, k) => isSame(piece, seen[k]))) return;
    rest();
    tell("");
    if (pair.some((piece) => !piece.bitmap)) return;
    seen = pair;
    waiting = window.setTimeout(() => tell(apartWords(rms(...read(pair)))), REST);
  }

  function rest() {
    window.clearTimeout(waiting);
    seen = null;
  }

  return { look, rest };
}

const isSame = (one, other) => one.bitmap === other.bitmap && one.x === other.x && one.y === other.y;
