// Where two cells part: the first state at which their x0 guesses differ visibly, found from their pixels in idle time.

import { drawPiece, seenAt } from "../pictures/sight.js";

/** Root mean square over pixels and colours, black to white being 1: a difference that an eye sees at once. */
export const THRESHOLD = 0.05;

/** Milliseconds: the next state is looked at this soon where a browser has no idle callback, or is never idle. */
const PAUSE = 30;
const PATIENCE = 200;

/** Milliseconds of idle time that one more state may take. */
const ENOUGH = 5;

/** Of two pictures as RGBA bytes; alpha is left out. */
export function rms(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at++) if (at % 4 !== 3) sum += (one[at] - other[at]) ** 2;
  return Math.sqrt(sum / ((one.length / 4) * 3)) / 255;
}

/**
 * Reads distances (one a step; null where there are no two pictures) from the first on, only as far as needed.
 * { kind: "unknown" } | { kind: "never", largest } | { kind: "start", step, distance } | { kind: "step", step, distance
 * }
 */
export function partingIn(distances, threshold = THRESHOLD) {
  const reader = readParting(threshold);
  for (const distance of distances) if (reader.take(distance)) break;
  return reader.found();
}

function readParting(threshold) {
  let step = -1;
  let compared = 0;
  let largest = 0;
  let parted = null;

  /** True once there is nothing more to know. */
  function take(distance) {
    step += 1;
    if (distance === null) return false;
    compared += 1;
    largest = Math.max(largest, distance);
    if (distance > threshold) parted = { kind: compared === 1 ? "start" : "step", step, distance };
    return parted !== null;
  }

  const found = () => parted ?? (compared ? { kind: "never", largest } : { kind: "unknown" });
  return { take, found };
}

/** changed() is called when an answer is there. An answer is kept for each pair, until another deck comes. */
export function createParting(scope, { sheets, changed }) {
  const { window } = scope;
  const answers = new Map();
  const read = createReader(scope);
  let asked = null;
  let idle = 0;

  /** The answer for two cells as they stand `together` (lock.js), or undefined while it is being found. */
  function ask(deck, pair, together, frame) {
    const key = [...[...pair].sort((a, b) => a - b), together.bySigma, frame].join(" ");
    if (answers.has(key)) {
      rest();
      return answers.get(key);
    }
    if (asked?.key !== key) {
      rest();
      begin({ key, pictures: picturesOf(deck, pair, together, frame), reader: readParting(THRESHOLD), at: 0 });
    }
    return undefined;
  }

  /** The two x0 pictures of every step, each as a look at what is there now. */
  function picturesOf(deck, pair, together, frame) {
    const view = deck.views.find((one) => one.id === "x0" && !one.absent);
    const steps = Array.from({ length: deck.steps + 1 }, (_, step) => step);
    if (!view) return [];
    return steps.map((step) =>
      pair.map((index) => () => seenAt(sheets, deck, view, index, together.at(index, step), frame)),
    );
  }

  function begin(search) {
    asked = search;
    later();
  }

  function later() {
    idle = window.requestIdleCallback
      ? window.requestIdleCallback(look, { timeout: PATIENCE })
      : window.setTimeout(look, PAUSE);
  }

  /** As many states as fit into idle time: nobody should feel it. It waits for sheets that are still on the way. */
  function look(deadline) {
    idle = 0;
    while (asked?.at < asked?.pictures.length) {
      const seen = asked.pictures[asked.at].map((one) => one());
      if (seen.some((one) => !one.words && !one.bitmap)) return;
      asked.at += 1;
      if (asked.reader.take(seen.some((one) => one.words) ? null : rms(...read(seen)))) break;
      if (!(deadline?.timeRemaining?.() > ENOUGH)) return later();
    }
    if (asked) settle();
  }

  function settle() {
    answers.set(asked.key, asked.reader.found());
    asked = null;
    changed();
  }

  /** A sheet has come: the search goes on where it waited. */
  function wake() {
    if (asked && !idle) later();
  }

  function rest() {
    asked = null;
    if (idle) (window.cancelIdleCallback ?? window.clearTimeout).call(window, idle);
    idle = 0;
  }

  return {
    ask,
    wake,
    rest,
    /** Whether pictures of x0 are needed for an answer. */
    searches: () => asked !== null,
    forget: () => {
      rest();
      answers.clear();
    },
  };
}

/** Reads the pixels of two pictures at the size of the first: runs that were kept may have theirs in another. */
export function createReader(scope) {
  const fields = [0, 1].map(() => scope.make("canvas").getContext("2d", { willReadFrequently: true }));
  return (seen) => seen.map((piece, k) => pixelsOf(fields[k], piece, seen[0]));
}

function pixelsOf(field, piece, { width, height }) {
  if (field.canvas.width !== width || field.canvas.height !== height) Object.assign(field.canvas, { width, height });
  drawPiece(field, piece, width, height);
  return field.getImageData(0, 0, width, height).data;
}
